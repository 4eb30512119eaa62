"""The clock's sender in a process of its own: asked, it sends whatever is due until all of it is sent."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from benchmarks.hours import Hours
from benchmarks.notes import KINDS
from bot.starting import Access, coach
from content.loader import load_library
from content.message_catalog import MessageCatalog
from scheduler.clock import run
from scheduler.jobs import JOBS
from scheduler.work import Timings, Work
from storage import outbox
from storage.database import Database

SEND, REAP = (next(job for job in JOBS if job.name == name) for name in ("send", "reap"))
LEFT = ("ready", "leased", "sending")

Figures = dict[str, float]


@asynccontextmanager
async def part(
    *, url: str, api_url: str, token: str, began: float, speed: float, per_minute: float
) -> AsyncIterator[Callable[..., Awaitable[Figures]]]:
    """Send at this pace, with the sender's own figures for everything else; seconds are the hours' own."""
    hours = Hours(began, speed)
    database = await Database.open(url)
    access = Access(token, "", api_url)
    async with coach(
        access, database=database, library=load_library(), messages=MessageCatalog(), now=hours.now
    ) as deps:
        work = Work(
            database,
            hours.now,
            coaches={deps.identity.workspace_id: deps},
            kinds=KINDS,
            timings=replace(Timings(), posts_per_minute=per_minute),
            steady=hours.steady,
            pause=hours.pause,
        )

        async def answer() -> Figures:
            started = hours.steady()
            while await _is_left(database):
                if not await run(SEND, work):
                    # A machine that stood still past a lease leaves messages to be settled.
                    await run(REAP, work)
                    await work.pause(SEND.every_seconds)
            return {"seconds": hours.steady() - started}

        yield answer
    await database.close()


async def _is_left(database: Database) -> bool:
    async with database.read() as session:
        found = await outbox.states(session)
    return any(found.get(state) for state in LEFT)
