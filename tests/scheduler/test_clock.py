"""The clock and its jobs."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.clock import MOST_STEPS, run, ticking
from scheduler.jobs import JOBS, Job, Work
from scheduler.prune import KEPT, ROWS, prune_inbound
from scheduler.send import send
from storage import inbound
from storage.database.engine import Database
from tests.scheduler.notes import Clock, Notes, arrived, delivering, note_to, put_in

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def arrivals(database: Database, count: int, *, at: datetime, name: str) -> None:
    async with database.write() as session:
        for number in range(count):
            assert await inbound.claim(session, "T1", f"{name}:{number}", now=at)


async def is_known(database: Database, key: str) -> bool:
    async with database.write() as session:
        return not await inbound.claim(session, "T1", key, now=NOON)


async def test_prune_forgets_the_old_and_keeps_the_new(database: Database) -> None:
    await arrivals(database, 3, at=NOON - KEPT - timedelta(seconds=1), name="old")
    await arrivals(database, 3, at=NOON - KEPT + timedelta(seconds=1), name="new")
    assert not await prune_inbound(database, now=NOON)
    assert not await is_known(database, "old:0")
    assert await is_known(database, "new:0")


async def test_prune_goes_in_small_steps_until_nothing_is_left(database: Database) -> None:
    await arrivals(database, ROWS + 1, at=NOON - 2 * KEPT, name="old")
    prune = JOBS[-1]
    steps = await run(prune, Work(database, lambda: NOON))
    assert steps == 1
    assert not await is_known(database, f"old:{ROWS}")


async def test_prune_may_run_twice_at_once(database: Database) -> None:
    await arrivals(database, 20, at=NOON - 2 * KEPT, name="old")
    await asyncio.gather(*(prune_inbound(database, now=NOON) for _ in range(4)))
    assert not await is_known(database, "old:19")


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_job_that_fails_is_logged_and_tried_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    async def fails_once(_: Work) -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("the disk is full")
        done.set()
        return False

    done = asyncio.Event()
    job = Job("shaky", 1, "Fails the first time.", fails_once)
    async with ticking(Work(database, lambda: NOON), jobs=[job]):
        await asyncio.wait_for(done.wait(), timeout=20)
    assert [r.job for r in caplog.records if r.message == "job_failed"] == ["shaky"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_run_ends_even_when_there_is_always_more(database: Database) -> None:
    async def never_done(_: Work) -> bool:
        return True

    job = Job("endless", 1, "Never ends.", never_done)
    assert await run(job, Work(database, lambda: NOON)) == MOST_STEPS


async def test_the_clock_sends_by_itself(database_url: str) -> None:
    clock, notes = Clock(), Notes()
    async with delivering(database_url, clock) as stage:
        (made,) = await put_in(stage, [note_to(stage, stage.person("ada").id)])
        work = stage.coach(notes.kinds)
        async with ticking(work, jobs=[replace(job, every_seconds=1) for job in JOBS]):
            await asyncio.wait_for(notes.came.wait(), timeout=30)
        assert arrived(stage.playground) == [made]
        assert work.shift.is_ending
        assert not await send(work)
