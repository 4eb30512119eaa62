"""Moving the clock on as if the time had really passed: from one due moment to the next."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from playground.service import Service
from playground.state.messages import Conversation
from playground.state.workspace import Change

NextDue = Callable[[], Awaitable[float | None]]
Moved = Callable[[], Awaitable[None]]
PATIENCE_SECONDS = 12.0
"""The page waits twenty; after this the rest of the way is one leap."""
MOST_STEPS = 500
LONGEST_SEARCH = 15 * 86_400.0
"""So far others' messages are passed over to reach one for the person who looks."""
LONGEST_STEP = 3600.0


@dataclass(frozen=True, slots=True)
class Journey:
    """Where the clock is now, what the app wrote on the way, and all of it in words."""

    now: float
    said: str
    channels: list[str] = field(default_factory=list)
    """The conversations of the person who looks in which the app wrote, the newest first."""


class Travel:
    """Moves the clock; `next_due` tells when the app means to write, `moved` lets it catch up."""

    def __init__(
        self, service: Service, *, next_due: NextDue | None = None, moved: Moved | None = None
    ) -> None:
        self._service = service
        self._next_due = next_due
        self._moved = moved
        self._one_at_a_time = asyncio.Lock()

    @property
    def knows_next(self) -> bool:
        """Return whether the app tells when its next message is due."""
        return self._next_due is not None

    async def to_next(self, user: str | None) -> Journey:
        """Move to the next message that this person sees, or that anybody does."""
        async with self._one_at_a_time:
            end = self._service.clock.now() + LONGEST_SEARCH
            anybodys = not self._is_written_to(user)

            def is_found() -> bool:
                late = self._service.clock.now() > end
                return bool(self._seen(written, user) or (written and (anybodys or late)))

            with self._watching() as written:
                planned = await self._walk(None, is_found)
        if planned:
            return self._journey(user, written)
        now = self._service.clock.now()
        return Journey(now, "No message is planned yet. The clock stays where it is.")

    async def by(self, seconds: float, user: str | None) -> Journey:
        """Move on by so much; what is due on the way happens on the way."""
        async with self._one_at_a_time:
            target = self._service.clock.now() + seconds
            with self._watching() as written:
                await self._walk(target, lambda: False)
                await self._arrive(target)
        return self._journey(user, written)

    async def _walk(self, target: float | None, is_there: Callable[[], bool]) -> bool:
        """Move from one due moment to the next; return whether anything was planned at all."""
        if self._next_due is None:
            return False
        stop, stuck, planned = time.monotonic() + PATIENCE_SECONDS, 0, False
        for _ in range(MOST_STEPS):
            moment = await self._next_due()
            if moment is None or is_there() or time.monotonic() > stop:
                break
            planned = True
            now = self._service.clock.now()
            # What stays due although the app caught up waits for something else: step past it.
            stuck = stuck + 1 if moment <= now else 0
            moment = now + min(30.0 * 2**stuck, LONGEST_STEP) if stuck > 1 else moment
            if target is not None and moment > target:
                break
            await self._arrive(moment)
        return planned

    async def _arrive(self, moment: float) -> None:
        self._service.clock.move_to(moment)
        if self._moved is not None:
            await self._moved()
        self._service.workspace.announce("state")

    def _is_written_to(self, user: str | None) -> bool:
        """Return whether this person ever saw a message by the app."""
        workspace = self._service.workspace
        mine = (one for one in workspace.conversations.values() if user in one.members)
        return any(workspace.is_written_to(one.id) for one in mine)

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
        said = f"It is now {self._time_for(user, now)}."
        return Journey(now, f"{said}{self._told(written, user)}", self._seen(written, user))

    def _time_for(self, user: str | None, now: float) -> str:
        person = self._service.workspace.people.get(user or "")
        zone = ZoneInfo(person.tz if person is not None and person.tz else "Etc/UTC")
        local = datetime.fromtimestamp(now, zone)
        return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"

    def _told(self, written: list[str], user: str | None) -> str:
        if not written:
            return ""
        places = self._service.workspace.conversations
        # What the person can see comes first: of many names only two are said.
        ordered = [*self._seen(written, user)[::-1], *written]
        names = list(dict.fromkeys(self._name(places[one], user) for one in ordered))
        shown = names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} others"]
        listed = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
        times = "" if len(written) == 1 else f" {len(written)} messages"
        app = self._service.workspace.app.name
        return f" {app} wrote{times} to {listed}."

    def _name(self, conversation: Conversation, user: str | None) -> str:
        workspace = self._service.workspace
        if conversation.kind == "channel":
            return f"#{conversation.name}"
        partner = workspace.partner(conversation)
        return "you" if partner == user else workspace.person(partner).name
