"""The clock's tick: among a million plans, and against one APScheduler job per member."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import create_engine

from benchmarks import seed
from benchmarks.measurement import Answer, Figures, in_turns, memory_mb, summary, worker
from benchmarks.table import Sizes
from benchmarks.workspace import opened, require
from scheduler.clock import run_job
from scheduler.context import SchedulerContext
from scheduler.jobs import JOBS
from storage.database.engine import PRAGMAS, Database
from storage.outbox import queue

TICK = next(job for job in JOBS if job.name == "tick")
FIRST_TICK = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""By now it is past nine on a Tuesday everywhere."""
MOST_STALL_MS, MOST_MB = 50, 80
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
TOO_LONG, LOOK_EVERY = 600, 0.001


async def ticks(folder: Path, sizes: Sizes) -> list[Figures]:
    """A tick with as many due plans in a large and a small database: ms, longest stall, more memory in MB."""
    many, few = folder / "many.db", folder / "few.db"
    await seed.planned(many, sizes.many_plans, due=sizes.few_plans)
    await seed.planned(few, sizes.few_plans, due=sizes.few_plans)
    async with worker(ticker, many) as of_many, worker(ticker, few) as of_few:
        turns = await in_turns(sizes.rounds, of_many, of_few)
    for database in (many, few):
        all_ticked(database, sizes.few_plans, turns=sizes.rounds + 1)
    _, (stall, _), (more_mb, _) = summary(turns, of=max)
    return [summary(turns)[0], (stall, MOST_STALL_MS), (more_mb, MOST_MB)]


async def jobs(folder: Path, sizes: Sizes) -> list[Figures]:
    """The same tick against one APScheduler job per member: milliseconds, and the longest stall."""
    ours, theirs = folder / "ours.db", folder / "theirs.db"
    await seed.planned(ours, sizes.jobs, due=sizes.jobs_due)
    reference = worker(jobs_per_member, theirs, folder / "jobs.db", sizes.jobs, sizes.jobs_due)
    async with worker(ticker, ours) as of_ours, reference as of_each:
        turns = await in_turns(sizes.rounds, of_ours, of_each)
    all_ticked(ours, sizes.jobs_due, turns=sizes.rounds + 1)
    require(theirs, f"{sizes.jobs_due * (sizes.rounds + 1)} messages", "messages")
    return [summary(turns)[0], summary(turns, of=max)[1]]


def all_ticked(database: Path, due: int, *, turns: int) -> None:
    """Require that each turn made a message for each plan that was due, and moved the plan on by a week."""
    expected = f"{due * turns} messages to {due} members and {due} plans moved on"
    require(database, expected, "ticked", 7 * turns)


async def _timed(wake: Callable[[], Awaitable[None]], idle_mb: float) -> Figures:
    """Return the milliseconds of a wake-up, its longest stall, and the MB that the process came to need.

    A stall is a time in which the event loop did not turn; it is looked for a thousand times a second.
    """
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(LOOK_EVERY)
            longest = max(longest, time.perf_counter() - before - LOOK_EVERY)

    watching = asyncio.create_task(watch())
    started = time.perf_counter()
    await wake()
    seconds = time.perf_counter() - started
    watching.cancel()
    return (seconds * 1000, longest * 1000, memory_mb("VmHWM") - idle_mb)


@asynccontextmanager
async def ticker(database: Path) -> AsyncIterator[Answer]:
    """The worker that ticks until nothing is due, each time a week later."""
    now, idle_mb = FIRST_TICK, memory_mb()
    async with opened(database) as there:
        context = SchedulerContext(there, lambda: now)

        async def wake() -> None:
            while await run_job(TICK, context):
                pass

        async def tick() -> Figures:
            nonlocal now
            figures = await _timed(wake, idle_mb)
            now += timedelta(weeks=1)
            return figures

        yield tick


class Reference:
    """What the jobs of this process work with: APScheduler calls a plain function, by its name."""

    database: Database
    week = 0
    done: asyncio.Queue[str]


async def enqueue(user: str) -> None:
    """The job of one member: write their message, as the tick would."""
    on = date.fromisoformat(seed.TUESDAY) + timedelta(weeks=Reference.week)
    due = datetime.now(UTC)
    new = queue.NewMessage(seed.WORKSPACE, "checkin", user, user, on, due, due + timedelta(days=3))
    async with Reference.database.write() as session:
        await queue.enqueue(session, [new], now=due)
    Reference.done.put_nowait(user)


@asynccontextmanager
async def jobs_per_member(
    database: Path, store: Path, jobs: int, due: int
) -> AsyncIterator[Answer]:
    """The reference: a worker that wakes up with `due` of the jobs overdue and runs them."""
    async with seed.filling(database, jobs) as connection:
        users = [user for (user,) in connection.execute("SELECT user_id FROM person ORDER BY n")]
    Reference.done, engine = asyncio.Queue(), create_engine(f"sqlite:///{store}")
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        jobstores={"default": SQLAlchemyJobStore(engine=engine)},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
    )

    def set_pragmas(*pragmas: str) -> None:
        # One thread uses the engine, so it has one connection.
        with engine.connect() as connection:
            for pragma in pragmas:
                connection.exec_driver_sql(pragma)

    scheduler.start(paused=True)
    set_pragmas(*PRAGMAS, "PRAGMA synchronous = OFF")
    next_year = datetime.now(UTC) + timedelta(days=365)
    for number, user in enumerate(users):
        zone = ZONES[number % len(ZONES)]
        at = {"day_of_week": 1, "hour": 9, "minute": number % 60, "start_date": next_year}
        scheduler.add_job(enqueue, CronTrigger(**at, timezone=zone), args=[user], id=user)
    # From here on as ours is set: SQLite's default would sync more often.
    set_pragmas(*PRAGMAS)
    idle_mb = memory_mb()

    async def wake() -> None:
        scheduler.resume()
        async with asyncio.timeout(TOO_LONG):
            for _ in range(due):
                await Reference.done.get()

    async def run_due() -> Figures:
        for user in users[:due]:
            scheduler.modify_job(user, next_run_time=datetime.now(UTC) - timedelta(hours=1))
        figures = await _timed(wake, idle_mb)
        scheduler.pause()
        Reference.week += 1
        return figures

    async with opened(database) as Reference.database:
        yield run_due
        scheduler.shutdown()
