"""Scripts: what colleagues do by themselves, so that a workspace is not empty while it is tried out.

A script is plain data, a list of acts. Every act names a person by id. The acts of one person happen one
after another, those of different people at the same time. Nothing is made up: a command is sent, a button
clicked and a modal submitted exactly as from the page, and the app hears of each as it always does.

    SCRIPT = Script(
        "Let the colleagues take part",
        (
            Says("U0ADAOKAFOR", "/rungs assess"),     # in the direct message with the app
            Clicks("U0ADAOKAFOR", "Engineering"),     # the button with these words, on the newest card
            Clicks("U0ADAOKAFOR", "B"),
            Clicks("U0ADAOKAFOR", ("Try it", "Done")),  # whichever is there, the first one first
            Says("U0NOAHBERG0", "/rungs team", where="growth"),  # in a channel
            Submits("U0NOAHBERG0"),                   # the open modal, as it is filled in
        ),
    )
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from playground.errors import NotThere
from playground.person.buttons import Found, newest_with
from playground.person.clicking import Click
from playground.person.hands import Hands
from playground.service import Service
from playground.state.messages import Conversation
from playground.state.workspace import Change

PATIENCE_SECONDS = 8.0
"""So long a person waits for the card with the button they want."""


@dataclass(frozen=True, slots=True)
class Says:
    """Types a message or a slash command; `where` is a channel's name."""

    user: str
    text: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Clicks:
    """Clicks the button with this label, or the first of several, on the newest message that has it."""

    user: str
    label: str | tuple[str, ...]
    where: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Return what the button may say."""
        return (self.label,) if isinstance(self.label, str) else self.label


@dataclass(frozen=True, slots=True)
class Submits:
    """Submits the open modal as it is filled in."""

    user: str


Act = Says | Clicks | Submits


@dataclass(frozen=True, slots=True)
class Script:
    """What a button on the page plays; the label is what the button says."""

    label: str
    acts: Sequence[Act]
    once: bool = False
    """Offered only until the app has written to everybody in it."""

    @property
    def cast(self) -> list[str]:
        """Return who takes part, in the order of their first act."""
        return list(_by_person(self.acts))


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
            parts = _by_person(script.acts)
            await asyncio.gather(*(self._part(user, acts, played) for user, acts in parts.items()))
        return played

    async def _part(self, user: str, acts: Sequence[Act], played: Played) -> None:
        seen: Found | None = None
        try:
            for act in acts:
                seen = await self._act(act, seen)
        except NotThere as problem:
            played.problems[user] = str(problem)
        else:
            played.done.append(user)

    async def _act(self, act: Act, seen: Found | None) -> Found | None:
        """Do one thing; return the card that was clicked, so that the next click awaits another."""
        if isinstance(act, Submits):
            await self._submit(act.user)
            return seen
        place = self._place(act.user, act.where)
        if isinstance(act, Says):
            await self._say(act.user, place, act.text)
            return seen
        return await self._click(act, place, seen)

    async def _say(self, user: str, place: Conversation, text: str) -> None:
        if not text.startswith("/"):
            self._hands.message(user, place.id, text)
            return
        outcome = await self._hands.command(user, place.id, text)
        if outcome.shown:
            raise NotThere(outcome.shown)

    async def _submit(self, user: str) -> None:
        stack = self._service.workspace.modal_stack(user)
        if not stack:
            raise NotThere(f"{user} has no window open to submit.")
        outcome = await self._hands.submit(user, stack[-1].id)
        if not outcome.ok:
            raise NotThere(outcome.shown or "; ".join(outcome.errors.values()))

    async def _click(self, act: Clicks, place: Conversation, seen: Found | None) -> Found:
        found = await self._awaited(act, place, seen)
        container = {"type": "message", "channel": place.id, "ts": found.ts}
        click = Click(found.block_id, found.action_id, chosen=found.chosen)
        outcome = await self._hands.act(act.user, container, click)
        if outcome.shown:
            raise NotThere(outcome.shown)
        return found

    async def _awaited(self, act: Clicks, place: Conversation, seen: Found | None) -> Found:
        """Wait for a card with the button, other than the one that was clicked last."""
        with self._changes() as changed, suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    changed.clear()
                    found = newest_with(place, act.user, act.labels)
                    if found is not None and (seen is None or found.card != seen.card):
                        return found
                    await changed.wait()
        raise NotThere(f"No message with {' or '.join(act.labels)} came for {act.user}.")

    @contextmanager
    def _changes(self) -> Iterator[asyncio.Event]:
        changed = asyncio.Event()

        def hear(_: Change) -> None:
            changed.set()

        listeners = self._service.workspace.listeners
        listeners.append(hear)
        try:
            yield changed
        finally:
            listeners.remove(hear)

    def _place(self, user: str, where: str | None) -> Conversation:
        workspace = self._service.workspace
        if where is None:
            return workspace.dm(user)
        found = [c for c in workspace.conversations.values() if c.name == where]
        if not found:
            raise NotThere(f"There is no channel #{where}.")
        return found[0]


def _by_person(acts: Iterable[Act]) -> dict[str, list[Act]]:
    parts: dict[str, list[Act]] = {}
    for act in acts:
        parts.setdefault(act.user, []).append(act)
    return parts
