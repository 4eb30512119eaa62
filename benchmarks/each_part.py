"""The reference for a wake-up: one APScheduler job per member, kept in SQLite, in a process of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Engine, create_engine, event

from benchmarks.filling import LAST_YEAR, MEMBERS, WORKSPACE, filling, people
from benchmarks.turning import watched_loop
from storage.database.engine import PRAGMAS, Database
from storage.outbox import queue

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
LONG_AGO = timedelta(hours=1)
NEXT_YEAR = timedelta(days=365)
TUESDAY = date(2026, 11, 17)
TOO_LONG = 600

Figures = dict[str, float]


class Each:
    """What the jobs of this process work with."""

    database: Database
    turn = 0
    left = 0
    done: asyncio.Event


async def put_in(user: str) -> None:
    """The job of one member: their message, as the tick would write it."""
    on = TUESDAY + timedelta(weeks=Each.turn)
    due = datetime.now(UTC)
    new = queue.NewMessage(WORKSPACE, "checkin", user, user, on, due, due + timedelta(days=3))
    async with Each.database.write() as session:
        await queue.enqueue(session, [new], now=due)
    Each.left -= 1
    if not Each.left:
        Each.done.set()


@asynccontextmanager
async def part(
    *, database: str, store: str, jobs: int, due: int
) -> AsyncIterator[Callable[..., Awaitable[Figures]]]:
    """Wake up when asked, with `due` of the jobs overdue."""
    users = await _met(Path(database), jobs)
    _fill(store, users)
    Each.database = await Database.open(f"sqlite:///{database}")
    scheduler = _scheduler(store, PRAGMAS)
    scheduler.start(paused=True)
    turns = count()

    async def answer() -> Figures:
        Each.turn, Each.left, Each.done = next(turns), due, asyncio.Event()
        for user in users[:due]:
            scheduler.modify_job(user, next_run_time=datetime.now(UTC) - LONG_AGO)
        with watched_loop() as loop:
            started = time.perf_counter()
            scheduler.resume()
            await asyncio.wait_for(Each.done.wait(), TOO_LONG)
            seconds = time.perf_counter() - started
        scheduler.pause()
        return {"seconds": seconds, "block": loop.longest}

    try:
        yield answer
    finally:
        scheduler.shutdown()
        await Each.database.close()


async def _met(database: Path, jobs: int) -> list[str]:
    """Make the database of the messages, with the members in it."""
    values = {"workspace": WORKSPACE, "family": "engineering", "at": LAST_YEAR}
    async with filling(database) as connection:
        people(connection, jobs, known=())
        connection.execute(MEMBERS, values)
        return [user for (user,) in connection.execute("SELECT user_id FROM person ORDER BY n")]


def _fill(store: str, users: list[str]) -> None:
    scheduler = _scheduler(store, (*PRAGMAS, "PRAGMA synchronous = OFF"))
    scheduler.start(paused=True)
    begins = datetime.now(UTC) + NEXT_YEAR
    for number, user in enumerate(users):
        weekly = CronTrigger(
            day_of_week="tue",
            hour=9,
            minute=number % 60,
            start_date=begins,
            timezone=ZONES[number % len(ZONES)],
        )
        scheduler.add_job("benchmarks.each_part:put_in", weekly, args=[user], id=user)
    scheduler.shutdown()


def _scheduler(store: str, pragmas: tuple[str, ...]) -> AsyncIOScheduler:
    return AsyncIOScheduler(
        timezone="UTC",
        jobstores={"default": SQLAlchemyJobStore(engine=_engine(store, pragmas))},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
    )


def _engine(store: str, pragmas: tuple[str, ...]) -> Engine:
    """SQLite as ours is set: its default would sync more often."""
    engine = create_engine(f"sqlite:///{store}")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(pragma)

    return engine
