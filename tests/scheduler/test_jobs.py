"""The list of jobs."""

import pytest

from scheduler.context import Job, SchedulerContext
from scheduler.jobs import JOBS, jobs_with


def test_jobs_say_how_often_they_run() -> None:
    assert [job.every for job in JOBS] == [
        "5 seconds",
        "1 second",
        "10 seconds",
        "1 hour",
        "1 minute",
        "10 minutes",
    ]


async def no_work(_: SchedulerContext) -> bool:
    return False


def test_declared_jobs_come_after_the_core_jobs() -> None:
    declared = Job("remind", 60, "Reminds once.", no_work)
    assert jobs_with([declared]) == (*JOBS, declared)


def test_a_job_with_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(ValueError, match="Job 'send' is declared twice"):
        jobs_with([Job("send", 60, "Sends too.", no_work)])
