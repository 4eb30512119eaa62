"""The list of jobs."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from app import REGISTRY, jobs_of
from bot.coaches import FixedCoaches
from bot.deps import Deps
from bot.feature import Feature, FeatureJob
from bot.registry import Registry
from scheduler.clock import JOBS, jobs_with, run_job, running_clock
from scheduler.context import Job, SchedulerContext
from storage import workspaces
from storage.database import Session
from tests.scheduler.notes import Clock, delivering


def test_jobs_say_how_often_they_run() -> None:
    assert {job.name: job.every for job in jobs_of(REGISTRY)} == {
        "tick": "5 seconds",
        "send": "1 second",
        "reap": "10 seconds",
        "completeness": "1 hour",
        "prune": "10 minutes",
        "rules_readers": "1 hour",
        "roster": "20 seconds",
        "groups": "1 minute",
        "keep_less": "1 hour",
        "adoption": "10 minutes",
        "check_fading": "1 hour",
        "ledger_heads": "1 hour",
        "evidence_decisions": "30 seconds",
        "evidence_ends": "1 hour",
        "review_requests": "1 minute",
        "access_decisions": "3 seconds",
        "access_reminders": "5 minutes",
        "changes": "2 seconds",
        "compare_groups": "1 minute",
        "sandbox_plans": "30 seconds",
        "sandbox_supervision": "10 minutes",
        "member_emails": "5 minutes",
        "access_log": "1 hour",
    }


async def no_work(_: SchedulerContext) -> bool:
    return False


def test_declared_jobs_come_after_the_core_jobs() -> None:
    declared = Job("remind", 60, "Reminds once.", no_work)
    assert jobs_with([declared]) == (*JOBS, declared)


def test_a_job_with_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(ValueError, match="Job 'send' is declared twice"):
        jobs_with([Job("send", 60, "Sends too.", no_work)])


async def test_a_job_that_a_capability_declares_is_listed_and_runs_for_each_workspace(
    sqlite_url: str,
) -> None:
    ran: list[str] = []
    twice = asyncio.Event()

    async def remind(deps: Deps) -> bool:
        ran.append(deps.identity.workspace_id)
        if len(ran) > 2:
            twice.set()
        return len(ran) == 1

    declared = FeatureJob("remind", 1, "Reminds members.", remind, everywhere)
    registry = Registry([Feature("reminders", jobs=[declared])])
    *core, job = jobs_of(registry)
    assert tuple(core) == JOBS
    assert (job.name, job.every, job.promise) == ("remind", "1 second", "Reminds members.")
    async with delivering(sqlite_url, Clock()) as stage:
        deps = replace(stage.bot.deps, features=registry)
        context = replace(stage.coach({}), coaches=FixedCoaches([deps]))
        assert await run_job(job, context) == 1
        assert ran == [stage.bot.deps.identity.workspace_id] * 2
        async with running_clock(context, jobs=[job]):
            await asyncio.wait_for(twice.wait(), timeout=20)


async def test_where_a_job_waits_for_slack_the_other_workspaces_are_served(
    sqlite_url: str,
) -> None:
    served, order = asyncio.Event(), list[str]()

    async def remind(deps: Deps) -> bool:
        if deps.identity.workspace_id == "T1":
            await asyncio.wait_for(served.wait(), timeout=10)
        order.append(deps.identity.workspace_id)
        served.set()
        return False

    declared = FeatureJob("remind", 1, "Reminds members.", remind, both)
    registry = Registry([Feature("reminders", jobs=[declared])])
    *_, job = jobs_of(registry)
    async with delivering(sqlite_url, Clock()) as stage:
        deps = replace(stage.bot.deps, features=registry)
        every = [
            replace(deps, identity=replace(deps.identity, workspace_id=one)) for one in ("T1", "T2")
        ]
        assert await run_job(job, replace(stage.coach({}), coaches=FixedCoaches(every))) == 0
    assert order == ["T2", "T1"]


async def both(_session: Session, *, now: datetime) -> Sequence[str]:
    return ["T1", "T2"]


async def everywhere(session: Session, *, now: datetime) -> Sequence[str]:
    return await workspaces.ids(session)


def test_a_declared_job_with_the_name_of_a_core_job_is_refused() -> None:
    async def send(_: Deps) -> bool:
        return False

    registry = Registry(
        [Feature("reminders", jobs=[FeatureJob("send", 60, "Sends too.", send, everywhere)])]
    )
    with pytest.raises(ValueError, match="Job 'send' is declared twice"):
        jobs_of(registry)
