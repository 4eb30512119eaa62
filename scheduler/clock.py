"""The clock: APScheduler in memory calls the jobs; what is due stands in the database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from logging import getLogger

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.context import Job, SchedulerContext
from scheduler.jobs import JOBS
from storage.outbox import claims

log = getLogger(__name__)

MOST_STEPS = 200
"""A run ends after this many steps, so that a stop never waits long."""


async def run_job(job: Job, context: SchedulerContext) -> int:
    """Repeat the job's step while it returns True, and return how many steps did something.

    Ends early when the process is stopping, or after `MOST_STEPS` steps.
    """
    for done in range(MOST_STEPS):
        if context.state.is_ending or not await job.step(context):
            return done
    return MOST_STEPS


@asynccontextmanager
async def running_clock(
    context: SchedulerContext, *, jobs: Sequence[Job] = JOBS
) -> AsyncIterator[AsyncIOScheduler]:
    """Run the jobs while the block runs.

    At its end nothing new is claimed, what is under way is finished (for `Timings.finish_within` at most),
    and claimed messages that were not begun are given back.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    running: set[asyncio.Task[object]] = set()
    for job in jobs:
        scheduler.add_job(
            partial(_run_logged, job, context, running),
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
        context.state.is_ending = True
        for job in jobs:
            scheduler.remove_job(job.name)
        await _finish(context, running)
        scheduler.shutdown(wait=False)


async def _run_logged(
    job: Job, context: SchedulerContext, running: set[asyncio.Task[object]]
) -> None:
    """Run a job once and log the result; an exception is logged, and the job runs again at its next time."""
    task = asyncio.current_task()
    if task is not None:
        running.add(task)
        task.add_done_callback(running.discard)
    try:
        done = await run_job(job, context)
    except Exception:
        log.exception("job_failed", extra={"job": job.name})
        return
    fields = {"job": job.name, "steps": done}
    if done:
        log.info("job_done", extra=fields)
    else:  # Some jobs run every second; a run that found nothing to do would flood the log.
        log.debug("job_done", extra=fields)


async def _finish(context: SchedulerContext, running: set[asyncio.Task[object]]) -> None:
    """Wait for running jobs and batches, then give back the claims of this process."""
    unfinished = {*running, *context.state.batches.values()}
    if unfinished:
        await asyncio.wait(unfinished, timeout=context.timings.finish_within)
    try:
        async with context.database.write() as session:
            returned = await claims.release_owned(session, context.owner, now=context.now())
    except Exception:
        # Not given back, the claims expire with their leases.
        log.exception("job_failed", extra={"job": "give_back"})
    else:
        log.info("claims_given_back", extra={"count": returned})
