"""The clock: which jobs run how often; APScheduler calls them, and what is due stands in the database."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from logging import getLogger

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.feature import FeatureJob
from scheduler.batch import send_due
from scheduler.context import Job, SchedulerContext
from scheduler.maintenance import check_completeness, delete_old_rows
from scheduler.planner import plan_due
from scheduler.recovery import recover
from storage.outbox import claims

log = getLogger(__name__)

JOBS = (
    Job(
        name="tick",
        every_seconds=5,
        promise=(
            "Turns due plans into messages, 100 at a time. Run twice or in several processes: one message "
            "per kind, receiver, and local date. Run late: one catch-up, skipped when past its expiry."
        ),
        step=plan_due,
    ),
    Job(
        name="send",
        every_seconds=1,
        promise=(
            "Sends what is due and wanted, at Slack's pace. Run twice or in several processes: one of them "
            "holds each message, and it is posted once. Run late: the send policy is applied again to each."
        ),
        step=send_due,
    ),
    Job(
        name="reap",
        every_seconds=10,
        promise=(
            "Settles what a dead process held: unsent messages go back, the rest are looked up in Slack "
            "first. Run twice or in several processes: one of them decides. Run late: the message is late, "
            "not lost."
        ),
        step=recover,
    ),
    Job(
        name="completeness",
        every_seconds=3600,
        promise=(
            "Counts, once a day, the messages that should exist and do not. Safe to run twice, late, "
            "or in several processes: each day is counted from the plans."
        ),
        step=check_completeness,
    ),
    Job(
        name="prune",
        every_seconds=600,
        promise=(
            "Deletes what is past its keeping time, 500 rows of a table at a time; docs/privacy.md has the "
            "times. Safe to run twice, late, or in several processes."
        ),
        step=delete_old_rows,
    ),
)
"""The core jobs, and what each promises; capabilities add theirs with `jobs_with`."""


def jobs_with(declared: Iterable[Job]) -> tuple[Job, ...]:
    """Return the core jobs and those declared by capabilities; ValueError when a name is taken."""
    jobs = list(JOBS)
    for job in declared:
        if any(job.name == other.name for other in jobs):
            raise ValueError(
                f"Job {job.name!r} is declared twice. Give the second one another name."
            )
        jobs.append(job)
    return tuple(jobs)


AT_ONCE = 10
"""In how many workspaces a capability's job runs at once, so that none waits long for Slack in another."""


@dataclass(frozen=True)
class EachWorkspace:
    """The step of a capability's job: runs it where there is work. A value, so that it can be pickled."""

    job: FeatureJob

    async def __call__(self, context: SchedulerContext) -> bool:
        """Run the job in each workspace with work; return True when one of them may have more to do.

        An error in one workspace is logged, and the others are served.
        """
        async with context.database.read() as session:
            due = await self.job.due(session, now=context.now())
        places = asyncio.Semaphore(AT_ONCE)

        async def run_in(workspace_id: str) -> bool:
            async with places:
                return not context.state.is_ending and await self._run_in(context, workspace_id)

        return any(await asyncio.gather(*map(run_in, due)))

    async def _run_in(self, context: SchedulerContext, workspace_id: str) -> bool:
        deps = await context.coaches.of(workspace_id)
        if deps is None or self.job not in deps.features.jobs:
            return False
        try:
            return await self.job.run(deps)
        except Exception:
            fields = {"job": self.job.name, "workspace": workspace_id}
            log.exception("job_failed_in_workspace", extra=fields)
            return False


def job_of(declared: FeatureJob) -> Job:
    """Return a capability's job as a job of the scheduler."""
    return Job(declared.name, declared.seconds, declared.promise, EachWorkspace(declared))


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
