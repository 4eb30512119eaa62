"""The daily check for missing messages."""

from datetime import date, datetime, timedelta

import pytest

from coaching.members import MemberKey
from scheduler.maintenance import check_completeness, check_day
from scheduler.planner import plan_due
from storage import checkins
from storage.outbox import queue, reports
from storage.outbox.reports import Completeness
from tests.scheduler.notes import (
    MORNING,
    TUESDAY,
    Clock,
    Notes,
    note_to,
    plan_notes,
    plan_tuesdays,
)
from tests.stage import Stage
from tests.storage import lookups


async def found(stage: Stage, workspace_id: str) -> Completeness | None:
    async with stage.database.read() as session:
        return await reports.latest_completeness(session, workspace_id)


async def test_the_check_finds_a_message_that_was_not_made(
    stage: Stage, clock: Clock, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    await plan_tuesdays(stage, "ada", "noah", "omar")
    await stage.run_jobs(notes.kinds)
    work = stage.coach(notes.kinds)
    workspace = stage.bot.deps.identity.workspace_id
    clock.go(days=1)
    while await check_completeness(work):
        pass
    checked = await found(stage, workspace)
    assert checked is not None
    assert (checked.day, checked.expected, checked.missing) == (TUESDAY, 3, 0)
    lost = note_to(stage, stage.person("noah").id)
    async with stage.database.write() as session:
        row = await queue.get(session, workspace, lost.id)
        await session.delete(row)
    assert await check_day(work, workspace, TUESDAY) == [lost.id]
    checked = await found(stage, workspace)
    assert checked is not None
    assert (checked.expected, checked.missing) == (3, 1)
    assert "messages_missing" in caplog.text
    assert lost.subject not in str([vars(record) for record in caplog.records])


async def test_the_check_finds_plans_that_were_not_run(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    await plan_tuesdays(stage, "ada")
    clock.go(days=1)
    workspace = stage.bot.deps.identity.workspace_id
    assert await check_day(stage.coach(notes.kinds), workspace, TUESDAY) == [
        note_to(stage, stage.person("ada").id).id
    ]


async def test_the_day_that_a_quarter_is_counted_from_is_not_missing(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    ada = stage.person("ada")
    await plan_notes(stage, "ada", at=MORNING + timedelta(days=90), rule="quarterly")
    clock.go(days=1)
    assert await check_day(stage.coach(notes.kinds), ada.key.workspace_id, TUESDAY) == []


@pytest.mark.parametrize("began_on", [date(2026, 6, 2), date(2026, 6, 3)])
async def test_two_days_lead_to_the_same_monday(
    stage: Stage, clock: Clock, notes: Notes, began_on: date
) -> None:
    """Ninety days after the 31st of August is a Sunday, ninety days after the 1st of September a Monday."""
    clock.at = datetime.combine(began_on, MORNING.timetz()) - timedelta(days=1)
    ada, began = stage.person("ada"), clock.at + timedelta(days=1)
    await plan_notes(stage, "ada", at=began, rule="quarterly", now=clock.at)
    async with stage.database.write() as session:
        await checkins.ensure_pace(session, ada.key, now=clock.at)
    work, workspace = stage.coach(notes.kinds), ada.key.workspace_id
    for clock.at in (began, began + timedelta(days=91)):
        await plan_due(work)
    days = (date(2026, 8, 31), date(2026, 9, 1))
    assert [await check_day(work, workspace, day) for day in days] == [[], []]
    (newest, *_) = await outbox_of(stage, ada.id)
    async with stage.database.write() as session:
        await session.delete(await queue.get(session, workspace, newest))
    assert all([await check_day(work, workspace, day) for day in days])


async def outbox_of(stage: Stage, user: str) -> list[str]:
    """The ids of a member's messages, the latest first."""
    key = MemberKey(stage.bot.deps.identity.workspace_id, user)
    async with stage.database.read() as session:
        return [row.id for row in await lookups.messages_of(session, key)]


async def test_the_check_counts_messages_that_wait_too_long(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    await plan_tuesdays(stage, "ada")
    work = stage.coach(notes.kinds)
    await plan_due(work)
    clock.go(days=1)
    workspace = stage.bot.deps.identity.workspace_id
    assert await check_day(work, workspace, TUESDAY) == []
    checked = await found(stage, workspace)
    assert checked is not None
    assert checked.late == 1


async def test_a_day_is_checked_once(stage: Stage, clock: Clock, notes: Notes) -> None:
    await plan_tuesdays(stage, "ada")
    work = stage.coach(notes.kinds)
    assert await check_completeness(work)
    assert not await check_completeness(work)
    clock.go(days=1)
    assert await check_completeness(work)


async def test_where_nothing_is_planned_only_the_day_is_noted(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    assert not await check_completeness(stage.coach(notes.kinds))
    assert await found(stage, stage.bot.deps.identity.workspace_id) is None
    async with stage.database.read() as session:
        checked = await reports.completeness_of_all(session)
    assert checked is not None
    assert (checked.day, checked.expected) == (TUESDAY - timedelta(days=1), 0)
