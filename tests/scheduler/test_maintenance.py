"""The jobs around sending: the audit, the cleanup, and looking up members ahead of time."""

from datetime import date, datetime, timedelta

import pytest

from coaching.people import MemberKey
from scheduler.audit import audit, audit_day
from scheduler.jobs import JOBS
from scheduler.prune import MESSAGES_KEPT, prune
from scheduler.roster import roster
from scheduler.tick import tick
from storage import audits, members, outbox, paces, schedules
from storage.tables import Audit
from tests.scheduler.notes import (
    MORNING,
    Clock,
    Notes,
    arrived,
    note_to,
    plan_notes,
    put_in,
    row_of,
)
from tests.stage import Stage

TUESDAY = MORNING.date()


async def plan_tuesdays(stage: Stage, *handles: str, rule: str = "weekly") -> None:
    """Weekly notes on Tuesdays at ten in UTC, whose first is due today."""
    for handle in handles:
        await plan_notes(stage, handle, rule=rule, weekday=1, hour=10)


async def found(stage: Stage, workspace_id: str) -> Audit | None:
    async with stage.database.read() as session:
        return await audits.latest(session, workspace_id)


async def test_the_auditor_finds_what_nobody_made(
    stage: Stage, clock: Clock, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    await plan_tuesdays(stage, "ada", "noah", "omar")
    await stage.run_jobs(notes.kinds)
    work = stage.coach(notes.kinds)
    workspace = stage.bot.deps.identity.workspace_id
    clock.go(days=1)
    while await audit(work):
        pass
    audited = await found(stage, workspace)
    assert audited is not None
    assert (audited.day, audited.expected, audited.missing) == (TUESDAY, 3, 0)
    lost = note_to(stage, stage.person("noah").id)
    async with stage.database.write() as session:
        row = await outbox.get(session, workspace, lost.id)
        await session.delete(row)
    assert await audit_day(work, workspace, TUESDAY) == [lost.id]
    audited = await found(stage, workspace)
    assert audited is not None
    assert (audited.expected, audited.missing) == (3, 1)
    assert "messages_missing" in caplog.text
    assert lost.subject not in str([vars(record) for record in caplog.records])


async def test_the_auditor_sees_that_nobody_ticked(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    await plan_tuesdays(stage, "ada")
    clock.go(days=1)
    workspace = stage.bot.deps.identity.workspace_id
    assert await audit_day(stage.coach(notes.kinds), workspace, TUESDAY) == [
        note_to(stage, stage.person("ada").id).id
    ]


async def test_the_day_that_a_quarter_is_counted_from_is_no_hole(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    ada = stage.person("ada")
    await plan_notes(stage, "ada", at=MORNING + timedelta(days=90), rule="quarterly")
    clock.go(days=1)
    assert await audit_day(stage.coach(notes.kinds), ada.key.workspace_id, TUESDAY) == []


@pytest.mark.parametrize("began_on", [date(2026, 6, 2), date(2026, 6, 3)])
async def test_two_days_lead_to_the_same_monday(
    stage: Stage, clock: Clock, notes: Notes, began_on: date
) -> None:
    """Ninety days after the 31st of August is a Sunday, ninety days after the 1st of September a Monday."""
    clock.at = datetime.combine(began_on, MORNING.timetz()) - timedelta(days=1)
    ada, began = stage.person("ada"), clock.at + timedelta(days=1)
    await plan_notes(stage, "ada", at=began, rule="quarterly", now=clock.at)
    async with stage.database.write() as session:
        await paces.ensure(session, ada.key, now=clock.at)
    work, workspace = stage.coach(notes.kinds), ada.key.workspace_id
    for clock.at in (began, began + timedelta(days=91)):
        await tick(work)
    days = (date(2026, 8, 31), date(2026, 9, 1))
    assert [await audit_day(work, workspace, day) for day in days] == [[], []]
    (newest, *_) = await outbox_of(stage, ada.id)
    async with stage.database.write() as session:
        await session.delete(await outbox.get(session, workspace, newest))
    assert all([await audit_day(work, workspace, day) for day in days])


async def outbox_of(stage: Stage, user: str) -> list[str]:
    """The ids of a member's messages, the latest first."""
    key = MemberKey(stage.bot.deps.identity.workspace_id, user)
    async with stage.database.read() as session:
        return [row.id for row in await outbox.for_member(session, key)]


async def test_the_auditor_counts_what_waits_too_long(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    await plan_tuesdays(stage, "ada")
    work = stage.coach(notes.kinds)
    await tick(work)
    clock.go(days=1)
    workspace = stage.bot.deps.identity.workspace_id
    assert await audit_day(work, workspace, TUESDAY) == []
    audited = await found(stage, workspace)
    assert audited is not None
    assert audited.late == 1


async def test_a_day_is_audited_once(stage: Stage, clock: Clock, notes: Notes) -> None:
    work = stage.coach(notes.kinds)
    assert await audit(work)
    assert not await audit(work)
    clock.go(days=1)
    assert await audit(work)


@pytest.mark.parametrize("rule", ["weekly", "fortnightly", "quarterly", "once"])
async def test_after_three_days_down_one_comes_at_most(
    stage: Stage, clock: Clock, notes: Notes, rule: str
) -> None:
    await plan_tuesdays(stage, "ada", rule=rule)
    clock.go(days=2, hours=23)
    for _ in range(3):
        await stage.run_jobs(notes.kinds)
    assert len(arrived(stage.playground)) == 1
    async with stage.database.read() as session:
        plan = await schedules.get(
            session, stage.bot.deps.identity.workspace_id, "note", stage.person("ada").id
        )
    assert plan is not None
    assert plan.next_due_at is None or plan.next_due_at > clock()


async def test_after_weeks_down_nothing_old_comes(stage: Stage, clock: Clock, notes: Notes) -> None:
    await plan_tuesdays(stage, "ada")
    clock.go(days=16)
    await stage.run_jobs(notes.kinds)
    assert arrived(stage.playground) == []
    row = await row_of(stage, note_to(stage, stage.person("ada").id).id)
    assert (row.state, row.reason) == ("skipped", "expired")


async def test_whoever_is_due_soon_is_known_in_time(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    await plan_tuesdays(stage, "ada")
    clock.go(minutes=-20)
    await roster(stage.coach(notes.kinds))
    async with stage.database.read() as session:
        ada = await members.get(session, stage.person("ada").key)
    assert ada is not None
    assert (ada.zone, ada.profile_at) == ("Africa/Lagos", clock())
    asked = len(stage.calls("users.info"))
    await roster(stage.coach(notes.kinds))
    assert len(stage.calls("users.info")) == asked


async def test_the_broom_leaves_what_is_younger(stage: Stage, clock: Clock, notes: Notes) -> None:
    (made,) = await put_in(stage, [note_to(stage, stage.person("ada").id)])
    await stage.run_jobs(notes.kinds)
    workspace = stage.bot.deps.identity.workspace_id
    async with stage.database.write() as session:
        await audits.note(session, workspace, TUESDAY, expected=1, missing=0, late=0)
    for passed, kept in ((MESSAGES_KEPT, True), (timedelta(days=1), False)):
        clock.at += passed
        assert not await prune(stage.coach(notes.kinds))
        async with stage.database.read() as session:
            assert (await outbox.get(session, workspace, made) is not None) == kept
            assert (await audits.latest(session, workspace) is not None) == kept


def test_the_days_of_ids_sort_like_days() -> None:
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 10, 1)]
    assert sorted(map(outbox.day_of_id, days)) == [*map(outbox.day_of_id, days)]


def test_jobs_say_how_often_they_run() -> None:
    assert [job.every for job in JOBS] == [
        "5 seconds",
        "1 second",
        "10 seconds",
        "1 hour",
        "1 minute",
        "10 minutes",
    ]
