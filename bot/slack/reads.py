"""How often the conversations of one workspace may be read, and how many messages come with one call.

Slack lets an app that anybody may install, and that is not in its Marketplace, read one conversation a minute
and fifteen messages at a time in each workspace. All processes share these turns by one row of the database.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.slack.errors import TooMany
from storage.database.engine import Database
from storage.outbox import rates
from storage.outbox.rates import RateLimit

METHOD = "conversations.history"


class Reads(Protocol):
    """The turns of one workspace to read a conversation."""

    @property
    def page(self) -> int:
        """Return how many messages one call reads."""

    @property
    def is_limited(self) -> bool:
        """Return whether turns are so few that nobody waits for a second one."""

    async def take(self, *, within: float = 0) -> None:
        """Wait for a turn to read once; TooMany when none comes within these seconds."""

    async def refused(self, problem: TooMany) -> None:
        """Note that Slack refused a read, and for how long."""


@dataclass(frozen=True)
class FreeReads:
    """Reading without turns: Slack's client waits when Slack asks for it."""

    page: int = 200
    is_limited: bool = False

    async def take(self, *, within: float = 0) -> None:
        """Return at once."""

    async def refused(self, problem: TooMany) -> None:
        """Do nothing: the caller decides."""


FREE_READS = FreeReads()


@dataclass(frozen=True)
class LimitedReads:
    """So many turns a minute, for all processes together."""

    database: Database
    workspace_id: str
    now: Callable[[], datetime]
    per_minute: float
    page: int = 15
    is_limited: bool = True

    async def take(self, *, within: float = 0) -> None:
        """Wait for a turn to read once; TooMany when none comes within these seconds."""
        now = self.now()
        async with self.database.write() as session:
            at, is_taken = await rates.take_turn(
                session,
                self.workspace_id,
                RateLimit(METHOD, self.per_minute),
                within=timedelta(seconds=within),
                now=now,
            )
        wait = (at - now).total_seconds()
        if not is_taken:
            raise TooMany(METHOD, wait)
        if wait > 0:
            await asyncio.sleep(wait)

    async def refused(self, problem: TooMany) -> None:
        """Take no turn before Slack allows one again."""
        until = self.now() + timedelta(seconds=problem.seconds)
        async with self.database.write() as session:
            await rates.block_until(session, self.workspace_id, METHOD, until=until)
