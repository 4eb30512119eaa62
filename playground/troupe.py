"""Who plays scripts: one at a time, everybody in one at the same time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from playground.errors import NotThere
from playground.person.hands import Hands
from playground.player import Player, is_seen
from playground.scripts import Act, Script, by_person
from playground.service import Service


@dataclass(slots=True)
class Played:
    """Who came to the end of their acts, and why somebody did not."""

    done: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    said: str = ""
    """All of it in a sentence or two."""


class Troupe:
    """Plays scripts with the hands that people have."""

    def __init__(
        self,
        service: Service,
        hands: Hands,
        scripts: Mapping[str, Script],
        *,
        in_turn: asyncio.Lock | None = None,
    ) -> None:
        self._service = service
        self._hands = hands
        self.scripts = scripts
        self._one_at_a_time = in_turn or asyncio.Lock()

    def at(self, service: Service) -> "Troupe":
        """Return the same scripts for the colleagues of another workspace."""
        return Troupe(service, Hands(service), self.scripts, in_turn=self._one_at_a_time)

    def offered(self, besides: str | None = None) -> dict[str, Script]:
        """Return the scripts that are worth playing now, as they are played while this person looks on."""
        return {
            name: script.besides(besides)
            for name, script in self.scripts.items()
            if self._is_open(script)
        }

    def _is_open(self, script: Script) -> bool:
        workspace = self._service.workspace
        if not all(who in workspace.people for who in script.cast):
            return False
        end = script.until
        if end and is_seen(workspace, end, end.of or end.user):
            return False
        spoken_to = {who for who, dm in workspace.dms.items() if workspace.is_written_to(dm)}
        casts = (script.besides(onlooker).cast for onlooker in (None, *script.cast))
        return not script.once or not any(spoken_to.issuperset(cast) for cast in casts)

    async def play(self, name: str, besides: str | None = None) -> Played:
        """Play one script to its end, without the person `besides`, who looks on."""
        if name not in self.scripts:
            raise NotThere(f"There is no script {name}.")
        script = self.scripts[name].besides(besides)
        async with self._one_at_a_time:
            played = Played()
            parts = by_person(script.acts).items()
            at_hand = script.nobody is not None
            await asyncio.gather(*(self._part(*part, played, at_hand=at_hand) for part in parts))
        played.said = self._told(script, played)
        return played

    async def _part(self, user: str, acts: Sequence[Act], played: Played, *, at_hand: bool) -> None:
        player = Player(self._service, self._hands, user, patience=0.0 if at_hand else None)
        try:
            for act in acts:
                await player.do(act)
        except NotThere as problem:
            played.problems[user] = str(problem)
        else:
            played.done.append(user)

    def _told(self, script: Script, played: Played) -> str:
        if script.nobody is not None and not played.done:
            return script.nobody
        told = f"{len(played.done)} of {len(script.cast)} colleagues took part."
        if not played.problems:
            return told
        if script.nobody is not None:
            return f"{told} The others had nothing to answer."
        (who, why), *others = played.problems.items()
        name = self._service.workspace.person(who).name
        too = f" {len(others)} {'other' if len(others) == 1 else 'others'} stopped too."
        return f"{told} {name} stopped: {why}{too if others else ''}"
