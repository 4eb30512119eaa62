"""The clock: APScheduler in memory, calling a few jobs; what is due lives in the database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from logging import getLogger

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.jobs import JOBS, Job, Work
from storage.outbox import claims

log = getLogger(__name__)

MOST_STEPS = 200
"""A run ends after this many steps, so that a stop never waits long."""


async def run(job: Job, work: Work) -> int:
    """Do steps until there is nothing left to do; returns how many did something."""
    for done in range(MOST_STEPS):
        if work.shift.is_ending or not await job.step(work):
            return done
    return MOST_STEPS


@asynccontextmanager
async def ticking(work: Work, *, jobs: Sequence[Job] = JOBS) -> AsyncIterator[AsyncIOScheduler]:
    """Run the jobs for as long as the block lasts; what is under way at its end is finished.

    Nothing new is claimed then, and what was claimed and not begun is given back.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    running: set[asyncio.Task[object]] = set()
    for job in jobs:
        scheduler.add_job(
            partial(_safely, job, work, running),
            "interval",
            seconds=job.every_seconds,
            id=job.name,
            misfire_grace_time=job.every_seconds,
            coalesce=True,
            max_instances=1,
        )
    scheduler.start()
    try:
        yield scheduler
    finally:
        work.shift.is_ending = True
        for job in jobs:
            scheduler.remove_job(job.name)
        await _end(work, running)
        scheduler.shutdown(wait=False)


async def _safely(job: Job, work: Work, running: set[asyncio.Task[object]]) -> None:
    """A job that fails is said in the log and tried again at its next time."""
    task = asyncio.current_task()
    if task is not None:
        running.add(task)
        task.add_done_callback(running.discard)
    try:
        done = await run(job, work)
    except Exception:
        log.exception("job_failed", extra={"job": job.name})
        return
    said = {"job": job.name, "steps": done}
    if done:
        log.info("job_done", extra=said)
    else:  # some jobs look every second: their finding nothing is no news
        log.debug("job_done", extra=said)


async def _end(work: Work, running: set[asyncio.Task[object]]) -> None:
    unfinished = {*running, *work.shift.batches.values()}
    if unfinished:
        await asyncio.wait(unfinished, timeout=work.timings.finish_within)
    try:
        async with work.database.write() as session:
            returned = await claims.release_owned(session, work.owner, now=work.now())
    except Exception:
        # The leases end by themselves.
        log.exception("job_failed", extra={"job": "give_back"})
    else:
        log.info("claims_given_back", extra={"count": returned})
