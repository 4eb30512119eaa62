"""Who plays scripts: one at a time, everybody in one at the same time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from playground.errors import NotThere
from playground.person.hands import Hands
from playground.player import Player
from playground.scripts import Act, Script, by_person
from playground.service import Service


@dataclass(slots=True)
class Played:
    """Who came to the end of their acts, and why somebody did not."""

    done: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


class Troupe:
    """Plays scripts with the hands that people have."""

    def __init__(self, service: Service, hands: Hands, scripts: Mapping[str, Script]) -> None:
        self._service = service
        self._hands = hands
        self.scripts = scripts
        self._one_at_a_time = asyncio.Lock()

    def offered(self) -> dict[str, Script]:
        """Return the scripts that are worth playing now."""
        return {name: script for name, script in self.scripts.items() if self._is_open(script)}

    def _is_open(self, script: Script) -> bool:
        workspace = self._service.workspace
        spoken_to = {who for who, dm in workspace.dms.items() if workspace.is_written_to(dm)}
        return not script.once or not spoken_to.issuperset(script.cast)

    async def play(self, name: str) -> Played:
        """Play one script to its end."""
        script = self.scripts.get(name)
        if script is None:
            raise NotThere(f"There is no script {name}.")
        async with self._one_at_a_time:
            played = Played()
            parts = by_person(script.acts)
            await asyncio.gather(*(self._part(user, acts, played) for user, acts in parts.items()))
        return played

    async def _part(self, user: str, acts: Sequence[Act], played: Played) -> None:
        player = Player(self._service, self._hands, user)
        try:
            for act in acts:
                await player.do(act)
        except NotThere as problem:
            played.problems[user] = str(problem)
        else:
            played.done.append(user)
