"""What is deleted, and when."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.feature import Feature
from bot.registry import Registry
from scheduler.clock import JOBS, run_job
from scheduler.context import SchedulerContext
from scheduler.maintenance import (
    ROWS_AT_ONCE,
    delete_old_rows,
    prune,
)
from storage import inbound
from storage.database import Session
from storage.database.engine import Database
from storage.database.rows import Retention
from storage.inbound import Inbound
from storage.outbox import queue, reports
from tests.scheduler.notes import (
    TUESDAY,
    Clock,
    Notes,
    note_to,
    put_in,
)
from tests.stage import Stage

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def arrivals(database: Database, count: int, *, at: datetime, name: str) -> None:
    async with database.write() as session:
        for number in range(count):
            assert await inbound.claim(session, "T1", f"{name}:{number}", now=at)


async def is_known(database: Database, key: str) -> bool:
    async with database.write() as session:
        return not await inbound.claim(session, "T1", key, now=NOON)


async def test_prune_forgets_the_old_and_keeps_the_new(database: Database) -> None:
    await arrivals(database, 3, at=NOON - inbound.KEPT - timedelta(seconds=1), name="old")
    await arrivals(database, 3, at=NOON - inbound.KEPT + timedelta(seconds=1), name="new")
    assert not await prune(database, inbound.RETENTION, now=NOON)
    assert not await is_known(database, "old:0")
    assert await is_known(database, "new:0")


async def test_prune_goes_in_small_steps_until_nothing_is_left(database: Database) -> None:
    await arrivals(database, ROWS_AT_ONCE + 1, at=NOON - 2 * inbound.KEPT, name="old")
    steps = await run_job(JOBS[-1], SchedulerContext(database, lambda: NOON))
    assert steps == 1
    assert not await is_known(database, f"old:{ROWS_AT_ONCE}")


async def test_prune_may_run_twice_at_once(database: Database) -> None:
    await arrivals(database, 20, at=NOON - 2 * inbound.KEPT, name="old")
    await asyncio.gather(*(prune(database, inbound.RETENTION, now=NOON) for _ in range(4)))
    assert not await is_known(database, "old:19")


async def test_messages_and_checks_are_kept_for_their_time(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    (made,) = await put_in(stage, [note_to(stage, stage.person("ada").id)])
    await stage.run_jobs(notes.kinds)
    workspace = stage.bot.deps.identity.workspace_id
    async with stage.database.write() as session:
        await reports.record_completeness(
            session, workspace, TUESDAY, expected=1, missing=0, late=0
        )
    for passed, kept in ((queue.RETENTION.kept, True), (timedelta(days=1), False)):
        clock.at += passed
        assert not await delete_old_rows(stage.coach(notes.kinds))
        async with stage.database.read() as session:
            assert (await queue.get(session, workspace, made) is not None) == kept
            assert (await reports.latest_completeness(session, workspace) is not None) == kept


async def test_nobody_keeps_an_old_message_because_its_arrival_is_unknown(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    (made,) = await put_in(stage, [note_to(stage, stage.person("ada").id)])
    workspace = stage.bot.deps.identity.workspace_id
    async with stage.database.write() as session:
        row = await queue.get(session, workspace, made)
        assert row is not None
        row.state = "unknown"
    clock.at += queue.RETENTION.kept + timedelta(days=1)
    await delete_old_rows(stage.coach(notes.kinds))
    async with stage.database.read() as session:
        assert await queue.get(session, workspace, made) is None


async def test_what_a_capability_declares_is_deleted_too(stage: Stage) -> None:
    asked: list[datetime] = []

    async def forget(_session: Session, *, before: datetime, limit: int) -> int:
        asked.append(before)
        return limit

    declared = Retention(Inbound, "what it keeps", timedelta(days=90), forget)
    features = Registry([Feature(name="goals", retention=(declared,))])
    work = replace(stage.coach({}, at=NOON), retention=features.retention)
    assert await delete_old_rows(work)
    assert asked == [NOON - timedelta(days=90)]
