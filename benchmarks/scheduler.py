"""The clock's jobs: a tick among a million plans, or against one APScheduler job per member; and a digest."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import create_engine

from app import REGISTRY, jobs_of
from benchmarks import measurement, seed
from benchmarks.measurement import MORNING, Answer, Figures, Measure, in_turns, memory_mb, summary
from benchmarks.table import Sizes
from benchmarks.workspace import STATEMENTS, access_to, coaching, opened, require, workspace
from bot.coaches import FixedCoaches
from bot.features.team_digest.service import follow_digest
from bot.features.team_digest.views import DigestSetup
from bot.slack.reader import PAGE
from playground.clock import Clock
from playground.crowd import EVERYBODY, big_workspace, crowd_id
from scheduler.clock import run_job
from scheduler.context import SchedulerContext
from simulation.crowd import crowd_ids
from storage.database.engine import PRAGMAS, Database
from storage.database.rows import new_id
from storage.outbox import queue

JOBS = {job.name: job for job in jobs_of(REGISTRY)}
FIRST_TICK = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""By now it is past nine on a Tuesday everywhere."""
MOST_STALL_MS, MOST_MB = 50, 80
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
TOO_LONG, LOOK_EVERY = 600, 0.001
ON_TUESDAYS = DigestSetup("UTC", weekday=1, hour=9)


async def ticks(folder: Path, sizes: Sizes) -> list[Figures]:
    """A tick with as many due plans in a large and a small database: ms, longest stall, more memory in MB."""
    many, few = folder / "many.db", folder / "few.db"
    await seed.planned(many, sizes.many_plans, due=sizes.few_plans)
    await seed.planned(few, sizes.few_plans, due=sizes.few_plans)
    async with (
        measurement.worker(ticker, many) as of_many,
        measurement.worker(ticker, few) as of_few,
    ):
        turns = await in_turns(sizes.rounds, of_many, of_few)
    for database in (many, few):
        all_ticked(database, sizes.few_plans, turns=sizes.rounds + 1)
    _, (stall, _), (more_mb, _) = summary(turns, of=max)
    return [summary(turns)[0], (stall, MOST_STALL_MS), (more_mb, MOST_MB)]


async def jobs(folder: Path, sizes: Sizes) -> list[Figures]:
    """The same tick against one APScheduler job per member: milliseconds, and the longest stall."""
    ours, theirs = folder / "ours.db", folder / "theirs.db"
    await seed.planned(ours, sizes.jobs, due=sizes.jobs_due)
    reference = measurement.worker(
        jobs_per_member, theirs, folder / "jobs.db", sizes.jobs, sizes.jobs_due
    )
    async with measurement.worker(ticker, ours) as of_ours, reference as of_each:
        turns = await in_turns(sizes.rounds, of_ours, of_each)
    all_ticked(ours, sizes.jobs_due, turns=sizes.rounds + 1)
    expected = f"{sizes.jobs_due * (sizes.rounds + 1)} messages"
    require(theirs, expected, "SELECT count(*) || ' messages' FROM message")
    return [summary(turns)[0], summary(turns, of=max)[1]]


def all_ticked(database: Path, due: int, *, turns: int) -> None:
    """Require that each turn made a message for each plan that was due, and moved the plan on by a week."""
    expected = f"{due * turns} messages to {due} members and {due} plans moved on"
    require(database, expected, STATEMENTS["ticked"], 7 * turns)


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
            while await run_job(JOBS["tick"], context):
                pass

        async def tick() -> Figures:
            nonlocal now
            figures = await _timed(wake, idle_mb)
            now += timedelta(weeks=1)
            return figures

        yield tick


# In the worker of the reference: APScheduler calls a plain function, by its name.
_databases: list[Database] = []


async def enqueue(user: str) -> None:
    """The job of one member: write their message, as the tick would."""
    due = datetime.now(UTC)
    times = (due.date(), due, due + timedelta(days=3))
    new = queue.NewMessage(seed.WORKSPACE, "checkin", user, user, *times, about=new_id())
    async with _databases[0].write() as session:
        await queue.enqueue(session, [new], now=due)


@asynccontextmanager
async def jobs_per_member(
    database: Path, store: Path, jobs: int, due: int
) -> AsyncIterator[Answer]:
    """The reference: a worker that wakes up with `due` of the jobs overdue and runs them."""
    async with seed.filling(database, jobs):
        users, done = crowd_ids(jobs), asyncio.Semaphore(0)
    engine = create_engine(f"sqlite:///{store}")
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        jobstores={"default": SQLAlchemyJobStore(engine=engine)},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
    )
    scheduler.add_listener(lambda _event: done.release(), EVENT_JOB_EXECUTED)
    scheduler.start(paused=True)
    # One thread uses the engine, so it has one connection, which is set as ours is.
    with engine.connect() as only:
        for pragma in PRAGMAS:
            only.exec_driver_sql(pragma)
    next_year = datetime.now(UTC) + timedelta(days=365)
    for number, user in enumerate(users):
        at = {"day_of_week": 1, "hour": 9, "minute": number % 60, "start_date": next_year}
        cron = CronTrigger(**at, timezone=ZONES[number % len(ZONES)])
        scheduler.add_job(enqueue, cron, args=[user], id=user)
    idle_mb = memory_mb()

    async def wake() -> None:
        scheduler.resume()
        async with asyncio.timeout(TOO_LONG):
            for _ in range(due):
                await done.acquire()

    async def run_due() -> Figures:
        for user in users[:due]:
            scheduler.modify_job(user, next_run_time=datetime.now(UTC) - timedelta(hours=1))
        figures = await _timed(wake, idle_mb)
        scheduler.pause()
        return figures

    async with opened(database) as there:
        _databases.append(there)
        yield run_due
        scheduler.shutdown()


async def digests(folder: Path, sizes: Sizes) -> list[Figures]:
    """Milliseconds, statements and calls to Slack of one digest of a large and a small channel.

    The roster is included.
    """
    large, small = (folder / "large.db", sizes.large_team), (folder / "small.db", sizes.small_team)
    async with _team(*large) as many, _team(*small) as few:
        turns = await in_turns(sizes.rounds, many, few)
    for database, people in (large, small):
        expected = f"{sizes.rounds + 1} digests with figures and {people} people on the roster"
        require(database, expected, STATEMENTS["digests"])
    times, statements, (calls, calls_of_few) = summary(turns)
    # The app is in the channel too.
    pages, pages_of_few = (ceil((people + 1) / PAGE) for _, people in (large, small))
    return [times, statements, (calls, calls_of_few + pages - pages_of_few)]


@asynccontextmanager
async def _team(path: Path, people: int) -> AsyncIterator[Measure]:
    """Let a channel of so many members follow its digest; yield what lets the next week pass."""
    await seed.assessed(path, people, active=True)
    clock = Clock(frozen=MORNING.timestamp())
    playground = workspace(sample=big_workspace(people), clock=clock, record=True)

    def now() -> datetime:
        return datetime.fromtimestamp(clock.now(), UTC)

    async with playground as slack, coaching(access_to(slack), path, now=now) as deps:
        await follow_digest(deps, EVERYBODY, ON_TUESDAYS, by=crowd_id(1))
        work = SchedulerContext(deps.database, now, FixedCoaches([deps]), REGISTRY.kinds)

        async def week() -> Figures:
            clock.advance(timedelta(days=7).total_seconds())
            statements: list[str] = []
            before, started = len(slack.calls), time.perf_counter()
            with measurement.sql_listener(statements.append):
                for name in ("roster", "tick", "send"):
                    await run_job(JOBS[name], work)
            seconds = time.perf_counter() - started
            counted = [one for one in statements if not one.startswith(("BEGIN", "PRAGMA"))]
            return (seconds * 1000, len(counted), len(slack.calls) - before)

        yield week
