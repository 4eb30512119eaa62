"""Moving the clock on as if the time had really passed: from one due moment to the next."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from playground.service import Service
from playground.state.messages import Conversation
from playground.state.workspace import Change

NextDue = Callable[[Collection[str] | None], Awaitable[float | None]]
"""Tells when the app means to write next: to one of these people and channels, or to anybody."""
Moved = Callable[[], Awaitable[None]]
PATIENCE_SECONDS = 12.0
"""How long the clock moves from message to message; after this it goes the rest of the way at once."""
MOST_STEPS = 500
LONGEST_SEARCH = 15 * 86_400.0
"""How far the clock goes without being asked to, and how far it passes over messages to others."""
LONGEST_STEP = 3600.0


@dataclass(frozen=True, slots=True)
class Journey:
    """Where the clock is now, what the app wrote on the way, and all of it in words."""

    now: float
    said: str
    channels: list[str] = field(default_factory=list)
    """The conversations of the person who looks in which the app wrote, the newest first."""
    is_farther: bool = False
    """Whether the clock stayed because what comes next is far away, or for somebody else."""


class Travel:
    """Moves the clock; `next_due` tells when the app means to write, `moved` lets it catch up."""

    def __init__(
        self,
        service: Service,
        *,
        next_due: NextDue | None = None,
        moved: Moved | None = None,
        in_turn: asyncio.Lock | None = None,
    ) -> None:
        self._service = service
        self._next_due = next_due
        self._moved = moved
        self._one_at_a_time = in_turn or asyncio.Lock()

    def at(self, service: Service) -> "Travel":
        """Return the same travel as people of another workspace see it."""
        return Travel(
            service, next_due=self._next_due, moved=self._moved, in_turn=self._one_at_a_time
        )

    @property
    def knows_next(self) -> bool:
        """Return whether the app tells when its next message is due."""
        return self._next_due is not None

    async def to_next(self, user: str | None, *, far: bool = False) -> Journey:
        """Move to the next message that this person sees.

        Where none is planned, or only after `LONGEST_SEARCH`, the clock stays and that is said, unless `far`
        asks to go there: to the person's own message, else to the next one of anybody.
        """
        async with self._one_at_a_time:
            mine = None if user is None else await self._due(self._places_of(user))
            first = mine if mine is not None else await self._due(None)
            now = self._service.clock.now()
            if first is None:
                return Journey(now, "No message is planned yet. The clock stays where it is.")
            is_far = mine is None or mine > now + LONGEST_SEARCH
            if user is not None and is_far and not far:
                return self._stayed(user, first, is_mine=mine is not None)
            return await self._to_message(user, until=first + LONGEST_SEARCH, anybodys=mine is None)

    async def _due(self, subjects: Collection[str] | None) -> float | None:
        return None if self._next_due is None else await self._next_due(subjects)

    def _places_of(self, user: str) -> set[str]:
        """Return the person, and the channels that they are in."""
        conversations = self._service.workspace.conversations.values()
        return {user, *(one.id for one in conversations if user in one.members)}

    def _stayed(self, user: str, moment: float, *, is_mine: bool) -> Journey:
        when = f"{self._date_for(user, moment)}, at {self._clock_for(user, moment)}."
        mine = f"Your next message is planned for {when}"
        others = f"Nothing is planned for you. The next message goes to someone else, on {when}"
        return Journey(self._service.clock.now(), mine if is_mine else others, is_farther=True)

    async def _to_message(self, user: str | None, *, until: float, anybodys: bool) -> Journey:
        def is_found() -> bool:
            late = self._service.clock.now() > until
            return late or bool(self._seen(written, user) or (written and anybodys))

        with self._watching() as written:
            await self._walk(None, is_found)
        return self._journey(user, written)

    async def by(self, seconds: float, user: str | None) -> Journey:
        """Move on by so much; what is due on the way happens on the way."""
        async with self._one_at_a_time:
            target = self._service.clock.now() + seconds
            with self._watching() as written:
                await self._walk(target, lambda: False)
                await self._arrive(target)
        return self._journey(user, written)

    async def _walk(self, target: float | None, is_there: Callable[[], bool]) -> None:
        """Move from one due moment to the next."""
        stop, stuck = time.monotonic() + PATIENCE_SECONDS, 0
        for _ in range(MOST_STEPS):
            moment = await self._due(None)
            if moment is None or is_there() or time.monotonic() > stop:
                break
            now = self._service.clock.now()
            # What stays due although the app caught up waits for something else: step past it.
            stuck = stuck + 1 if moment <= now else 0
            moment = now + min(30.0 * 2**stuck, LONGEST_STEP) if stuck > 1 else moment
            if target is not None and moment > target:
                break
            await self._arrive(moment)

    async def _arrive(self, moment: float) -> None:
        self._service.clock.move_to(moment)
        if self._moved is not None:
            await self._moved()
        self._service.workspace.announce("state")

    # What was written on the way

    @contextmanager
    def _watching(self) -> Iterator[list[str]]:
        """Collect the conversations in which the app wrote, in order."""
        workspace, written = self._service.workspace, list[str]()
        before = workspace.posted

        def hear(change: Change) -> None:
            nonlocal before
            if workspace.posted > before and change.channel is not None:
                written.append(change.channel)
            before = workspace.posted

        workspace.listeners.append(hear)
        try:
            yield written
        finally:
            workspace.listeners.remove(hear)

    def _seen(self, written: list[str], user: str | None) -> list[str]:
        """Return what of it this person sees, the newest first and each once."""
        places = self._service.workspace.conversations
        mine = [one for one in reversed(written) if user in (None, *places[one].members)]
        return list(dict.fromkeys(mine))

    def _journey(self, user: str | None, written: list[str]) -> Journey:
        now = self._service.clock.now()
        said = self._told(written, user)
        if said is None:
            said = f"It is now {self._date_for(user, now)}, {self._clock_for(user, now)}."
        return Journey(now, said, self._seen(written, user))

    def _date_for(self, user: str | None, moment: float) -> str:
        local = self._local(user, moment)
        return f"{local:%A}, {local:%B} {local.day}"

    def _clock_for(self, user: str | None, moment: float) -> str:
        return f"{self._local(user, moment):%H:%M}"

    def _local(self, user: str | None, moment: float) -> datetime:
        person = self._service.workspace.people.get(user or "")
        zone = ZoneInfo(person.tz if person is not None and person.tz else "Etc/UTC")
        return datetime.fromtimestamp(moment, zone)

    def _told(self, written: list[str], user: str | None) -> str | None:
        """Return to whom the app wrote, in words; the clock itself is always in sight."""
        if not written:
            return None
        places = self._service.workspace.conversations
        # What the person can see comes first: of many names only two are said.
        ordered = [*self._seen(written, user)[::-1], *written]
        names = list(dict.fromkeys(self._name(places[one], user) for one in ordered))
        shown = names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} others"]
        listed = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
        times = "" if len(written) == 1 else f" {len(written)} messages"
        app = self._service.workspace.app.name
        return f"{app} wrote{times} to {listed}."

    def _name(self, conversation: Conversation, user: str | None) -> str:
        workspace = self._service.workspace
        if conversation.kind == "channel":
            return f"#{conversation.name}"
        partner = workspace.partner(conversation)
        return "you" if partner == user else workspace.person(partner).name
