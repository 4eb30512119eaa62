"""The clock: runs the jobs, repeats failed ones, and ends long runs."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scheduler.batch import send_due
from scheduler.clock import JOBS, MOST_STEPS, run_job, running_clock
from scheduler.context import Job, SchedulerContext
from storage.database.engine import Database
from tests.scheduler.notes import Clock, Notes, arrived, delivering, note_to, put_in

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_job_that_fails_is_logged_and_tried_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    async def fails_once(_: SchedulerContext) -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("the disk is full")
        done.set()
        return False

    done = asyncio.Event()
    job = Job("shaky", 1, "Fails the first time.", fails_once)
    async with running_clock(SchedulerContext(database, lambda: NOON), jobs=[job]):
        await asyncio.wait_for(done.wait(), timeout=20)
    assert [r.job for r in caplog.records if r.message == "job_failed"] == ["shaky"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_run_ends_even_when_there_is_always_more(database: Database) -> None:
    async def never_done(_: SchedulerContext) -> bool:
        return True

    job = Job("endless", 1, "Never ends.", never_done)
    assert await run_job(job, SchedulerContext(database, lambda: NOON)) == MOST_STEPS


async def test_the_clock_sends_by_itself(database_url: str) -> None:
    clock, notes = Clock(), Notes()
    async with delivering(database_url, clock) as stage:
        (made,) = await put_in(stage, [note_to(stage, stage.person("ada").id)])
        work = stage.coach(notes.kinds)
        async with running_clock(work, jobs=[replace(job, every_seconds=1) for job in JOBS]):
            await asyncio.wait_for(notes.came.wait(), timeout=30)
        assert arrived(stage.playground) == [made]
        assert work.state.is_ending
        assert not await send_due(work)
