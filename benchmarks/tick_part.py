"""The clock's tick in a process of its own: asked, it turns what is due into messages."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from benchmarks.turning import peak_mb, resident_mb, watched_loop
from scheduler.clock import run
from scheduler.jobs import JOBS
from scheduler.work import Work
from storage.database.engine import Database

TICK = next(job for job in JOBS if job.name == "tick")

Figures = dict[str, float]


@asynccontextmanager
async def part(*, url: str) -> AsyncIterator[Callable[..., Awaitable[Figures]]]:
    """Tick at a moment until nothing is due; tells how long it took and what it did to this process."""
    database = await Database.open(url)

    async def answer(*, now: str) -> Figures:
        moment = datetime.fromisoformat(now)
        work = Work(database, lambda: moment)
        before = resident_mb()
        with watched_loop() as loop:
            started = time.perf_counter()
            while await run(TICK, work):
                pass
            seconds = time.perf_counter() - started
        return {"seconds": seconds, "block": loop.longest, "before": before, "peak": peak_mb()}

    try:
        yield answer
    finally:
        await database.close()
