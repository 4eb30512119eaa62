"""The clock: APScheduler in memory, calling a few jobs; what is due lives in the database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from logging import getLogger

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.jobs import JOBS, Job, Work

log = getLogger(__name__)

MOST_STEPS = 200
"""A run ends after this many steps, so that a stop never waits long."""


async def run(job: Job, work: Work) -> int:
    """Do steps until there is nothing left to do; returns how many did something."""
    for done in range(MOST_STEPS):
        if not await job.step(work):
            return done
    return MOST_STEPS


async def _safely(job: Job, work: Work) -> None:
    """A job that fails is said in the log and tried again at its next time."""
    try:
        done = await run(job, work)
    except Exception:
        log.exception("job_failed", extra={"job": job.name})
    else:
        log.info("job_done", extra={"job": job.name, "steps": done})


@asynccontextmanager
async def ticking(work: Work, *, jobs: Sequence[Job] = JOBS) -> AsyncIterator[AsyncIOScheduler]:
    """Run the jobs for as long as the block lasts."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            partial(_safely, job, work),
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
        scheduler.shutdown(wait=False)
