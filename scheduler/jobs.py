"""The core jobs: what runs how often, and what each promises; capabilities add theirs with `jobs_with`."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bot.deps import Deps
from bot.feature import FeatureJob
from scheduler.batch import send_due
from scheduler.context import Job, SchedulerContext
from scheduler.maintenance import check_completeness, delete_old_rows
from scheduler.planner import plan_due
from scheduler.recovery import recover

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


@dataclass(frozen=True)
class EachWorkspace:
    """The step of a capability's job: runs it once for each workspace. A value, so that it can be pickled."""

    run: Callable[[Deps], Awaitable[bool]]

    async def __call__(self, context: SchedulerContext) -> bool:
        """Run the job in every workspace; return True when one of them may have more to do."""
        return any([await self.run(deps) for deps in context.coaches.values()])


def job_of(declared: FeatureJob) -> Job:
    """Return a capability's job as a job of the scheduler."""
    return Job(declared.name, declared.seconds, declared.promise, EachWorkspace(declared.run))
