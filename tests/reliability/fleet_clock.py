"""One clock process of a fleet: the real jobs, at the time that all processes of a run share."""

import asyncio
import mmap
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from logging import getLogger
from pathlib import Path

from app import REGISTRY, coach, jobs_of, work_of
from bot import logs
from bot.features.installs.service import ManyAccess
from bot.features.installs.tokens import AppCredentials
from bot.slack.installation import Access
from scheduler.clock import run_job
from scheduler.context import Job, ProcessState, SchedulerContext, Timings
from storage.database.engine import Database
from storage.installs.token_keys import TokenKeys
from tests.reliability.worker import CATALOG, KINDS, LIBRARY

log = getLogger(__name__)

NO_APP = AppCredentials("", "")
SHORTEST_PAUSE = 0.002
"""Seconds of the real clock."""


class SharedClock:
    """A clock, in seconds since 1970, that one process moves and others read: eight bytes of a file."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._seconds = memoryview(mmap.mmap(opened.fileno(), 8)).cast("d")

    @classmethod
    def new(cls, file: Path, begin: datetime) -> "SharedClock":
        """Make the file of a clock that shows this moment."""
        file.write_bytes(bytes(8))
        made = cls(file)
        made.move_to(begin.timestamp())
        return made

    def seconds(self) -> float:
        """Return the time; it never runs back."""
        return self._seconds[0]

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(self._seconds[0], UTC)

    def move_to(self, seconds: float) -> None:
        """Set the time, in the one process that does."""
        self._seconds[0] = seconds


@dataclass(frozen=True)
class FleetOrder:
    """What a clock process is told.

    `fastest` is how many times faster than the real one its clock may run, and `key` decrypts the tokens.
    """

    database_url: str
    api_url: str
    clock: Path
    fastest: float
    key: str
    timings: Timings = field(default_factory=Timings)
    is_drill: bool = False


async def work_until_told(order: FleetOrder) -> None:
    """Run the jobs, each at its time, until SIGTERM."""
    clock, state = SharedClock(order.clock), ProcessState()

    async def pause(seconds: float) -> None:
        until = clock.seconds() + seconds
        while (left := until - clock.seconds()) > 0 and not state.is_ending:  # noqa: ASYNC110
            await asyncio.sleep(max(left / order.fastest, SHORTEST_PAUSE))

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, setattr, state, "is_ending", True)
    async with _context(order, clock) as context:
        work = replace(context, pause=pause, state=state)
        jobs = [job for job in jobs_of(REGISTRY) if job.name not in LEFT_OUT]
        await asyncio.gather(*(_repeated(job, work) for job in jobs))


LEFT_OUT = ("completeness", "prune")


async def _repeated(job: Job, work: SchedulerContext) -> None:
    while not work.state.is_ending:
        try:
            await run_job(job, work)
        except Exception:
            log.exception("job_failed", extra={"job": job.name})
        await work.pause(job.every_seconds)


@asynccontextmanager
async def _context(order: FleetOrder, clock: SharedClock) -> AsyncIterator[SchedulerContext]:
    """Open the database, and yield what the jobs of a service for many workspaces work with."""
    database = await Database.open(order.database_url)
    try:
        async with coach(
            Access("", "", order.api_url),
            database=database,
            library=LIBRARY,
            messages=CATALOG,
            now=clock.now,
            many=ManyAccess(NO_APP, TokenKeys([order.key]), "", timedelta(days=30)),
        ) as coaching:
            work = replace(work_of(coaching), timings=order.timings, steady=clock.seconds)
            yield replace(work, kinds=KINDS) if order.is_drill else work
    finally:
        await database.close()


def main(order: FleetOrder) -> None:
    """What a forked process runs."""
    logs.configure("ERROR")
    asyncio.run(work_until_told(order))
