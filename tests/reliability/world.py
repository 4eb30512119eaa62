"""The world of the state machine: three members, two clock processes, and a clock that is moved by hand.

Time passes in Slack as it does in the world; the wall clock of the machine that the bot runs on may be an
hour off. A process dies or freezes at the door of its database: before its n-th transaction from then on.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app import coach
from bot.coaches import FixedCoaches
from bot.deps import Deps
from bot.features.checkins.feature import FEATURE
from bot.slack.installation import Access
from playground.clock import Clock
from playground.server import Playground
from playground.server import running as playing
from scheduler.batch import send_due
from scheduler.context import SchedulerContext, Timings
from storage import members
from storage.database import Session
from storage.database.engine import Database
from tests.checkins.calendar import MONDAY, assessed, season
from tests.databases import open_database, share_statements
from tests.reliability.judge import Judge
from tests.reliability.worker import LIBRARY, patient
from tests.stage import Person, built_in_messages

PEOPLE = ("ada", "noah", "grace")
TIMINGS = Timings(posts_per_minute=6000)
CONNECTED = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


class Killed(BaseException):
    """Raised where a simulated process dies."""


class Door(Database):
    """The database of one process, which may die or freeze before a transaction."""

    dies_before = freezes_before = 0
    is_dead = False
    is_frozen: asyncio.Event
    thawed: asyncio.Event

    def write(self) -> AbstractAsyncContextManager[Session]:
        """Open a transaction, unless the process dies or freezes before it."""
        return self._write()

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[Session]:
        await self._pass()
        async with super().write() as session:
            yield session

    async def _pass(self) -> None:
        if self.is_dead:
            raise Killed
        self.dies_before -= 1
        self.freezes_before -= 1
        if self.dies_before == 0:
            self.is_dead = True
            raise Killed
        if self.freezes_before == 0:
            self.is_frozen.set()
            await self.thawed.wait()

    def live(self) -> None:
        """A new process."""
        self.dies_before = self.freezes_before = 0
        self.is_dead = False
        self.is_frozen = asyncio.Event()
        self.thawed = asyncio.Event()


@dataclass
class Proc:
    """One clock process."""

    door: Door
    work: SchedulerContext
    frozen: asyncio.Task[None] | None = None


@dataclass
class World:
    """The playground, the database and the processes of all examples; `begin` makes them new."""

    slack: Playground
    template: Path
    judge: Judge
    base: Deps
    moment: datetime = CONNECTED
    skew: timedelta = timedelta()
    procs: list[Proc] = field(default_factory=list)
    file: Path = Path()

    def wall(self) -> datetime:
        """Return the wall clock's time of the bot's machine."""
        return self.moment + self.skew

    def steady(self) -> float:
        """Return monotonic seconds."""
        return (self.moment - CONNECTED).total_seconds()

    async def pause(self, seconds: float) -> None:
        """Return at once instead of sleeping."""
        self.moment += timedelta(seconds=seconds)

    async def begin(self) -> None:
        """A workspace with three members who finished a self-check, and nothing sent yet."""
        self.moment, self.skew = CONNECTED, timedelta()
        self.slack.service.start_over()
        self.file = Path(shutil.copy(self.template, self.template.with_name("world.db")))
        self.judge.begin(self.file)
        self.procs = [await self._process() for _ in range(2)]
        async with self.procs[0].door.write() as session:
            for person in self.people():
                await members.save_dm_channel(session, person.key, person.dm)

    def people(self) -> list[Person]:
        """The members, as tests see them."""
        known = {p.handle: p for p in self.slack.workspace.members()}
        stage: Any = self
        return [Person(stage, known[name].id, name) for name in PEOPLE]

    @property
    def playground(self) -> Playground:
        return self.slack

    async def _process(self) -> Proc:
        door = share_statements(await Door.open(f"sqlite:///{self.file}"))
        door.live()
        return Proc(door, self._work(door))

    def _work(self, door: Door) -> SchedulerContext:
        deps = replace(self.base, database=door, now=self.wall)
        return SchedulerContext(
            door,
            self.wall,
            FixedCoaches([deps]),
            FEATURE.kinds,
            timings=TIMINGS,
            steady=self.steady,
            pause=self.pause,
        )

    def revive(self, proc: Proc) -> None:
        """A new process in the place of one that died."""
        proc.door.live()
        proc.work = self._work(proc.door)
        proc.frozen = None

    async def send(self, proc: Proc) -> None:
        """Send what is due; returns when it is done, or the process is frozen or dead."""
        proc.door.is_frozen.clear()
        sending = asyncio.create_task(_send_all(proc.work))
        frozen = asyncio.create_task(proc.door.is_frozen.wait())
        await asyncio.wait([sending, frozen], return_when=asyncio.FIRST_COMPLETED)
        frozen.cancel()
        if sending.done():
            await self._ended(proc, sending)
        else:
            proc.frozen = sending

    async def thaw(self, proc: Proc) -> None:
        """Continue a frozen process."""
        assert proc.frozen is not None
        proc.door.thawed.set()
        ending, proc.frozen = proc.frozen, None
        await self._ended(proc, ending)
        proc.door.live()

    async def _ended(self, proc: Proc, sending: asyncio.Task[None]) -> None:
        try:
            await sending
        except Killed:
            await asyncio.gather(*proc.work.state.batches.values(), return_exceptions=True)
            self.revive(proc)
        proc.door.dies_before = proc.door.freezes_before = 0

    async def end(self) -> None:
        """Close what this example opened."""
        for proc in self.procs:
            await proc.door.close()
        self.judge.end()
        for old in self.file.parent.glob("world.db*"):
            old.unlink()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the bot's database."""
        with sqlite3.connect(self.file) as connection:
            return connection.execute(sql).fetchall()


async def _send_all(work: SchedulerContext) -> None:
    while await send_due(work):
        pass


@asynccontextmanager
async def world(folder: Path, template: Path) -> AsyncIterator[World]:
    """The playground, the bot's client and a database to begin with, made once."""
    prepared = Path(shutil.copy(template, folder / "prepared.db"))
    async with season(f"sqlite:///{prepared}") as spring:
        for name in PEOPLE:
            person = spring.stage.person(name)
            await assessed(person, "ABC", family="sales")
        spring.calendar.now = MONDAY
    async with AsyncExitStack() as stack:
        made: list[World] = []
        clock = Clock(lambda: made[0].moment.timestamp() if made else CONNECTED.timestamp())
        judge = Judge(lambda: made[0].wall())  # noqa: PLW0108 - it is made later
        slack = Playground(clock=clock, record=False)
        slack.service.journal = judge
        await stack.enter_async_context(playing(slack))
        scratch = await open_database(f"sqlite:///{prepared}")
        stack.push_async_callback(scratch.close)
        known = slack.credentials
        coaching = await stack.enter_async_context(
            coach(
                Access(known.bot_token, known.signing_secret, slack.api_url),
                database=scratch,
                library=LIBRARY,
                messages=built_in_messages(),
                patience=patient(3),
            )
        )
        await scratch.close()
        made.append(World(slack, prepared, judge, coaching.only))
        yield made[0]
