"""From a plan to a post: decided right before sending, posted once, and recorded."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage import checkins, members, workspaces
from storage.outbox import schedules
from storage.team_digest import teams
from tests.scheduler.notes import (
    EUROPE,
    MORNING,
    Clock,
    Notes,
    all_sent,
    arrived,
    note_to,
    plan_notes,
    put_in,
    row_of,
)
from tests.stage import Stage
from tests.storage import lookups
from tests.storage.statements import recorded

GROWTH = "C0GROWTH000"


async def test_a_plan_becomes_one_post(stage: Stage, clock: Clock, notes: Notes) -> None:
    ada = stage.person("ada")
    await plan_notes(stage, "ada", zone="Africa/Lagos")
    await stage.run_jobs(notes.kinds)
    (key,) = arrived(stage.playground)
    row = await row_of(stage, key)
    assert (row.state, row.form, row.local_date) == ("sent", "plain", MORNING.date())
    assert row.slack_ts == ada.messages()[-1].ts
    assert notes.told == [key]
    async with stage.database.read() as session:
        plan = await schedules.get(session, ada.key.workspace_id, "note", ada.id)
    assert plan is not None
    assert plan.next_on is not None
    assert 0 < (plan.next_on - MORNING.date()).days <= 8


async def note_for_ada(stage: Stage) -> str:
    (made,) = await put_in(stage, [note_to(stage, stage.person("ada").id)])
    return made


async def test_what_is_there_already_is_not_put_in_again(stage: Stage, notes: Notes) -> None:
    made = [await note_for_ada(stage) for _ in range(3)]
    await stage.run_jobs(notes.kinds)
    await note_for_ada(stage)
    await stage.run_jobs(notes.kinds)
    assert arrived(stage.playground) == made[:1]


async def test_the_conversation_is_opened_when_it_is_not_known(stage: Stage, notes: Notes) -> None:
    made = await note_for_ada(stage)
    await stage.run_jobs(notes.kinds)
    assert len(stage.calls("conversations.open")) == 1
    row = await row_of(stage, made)
    assert row.channel == stage.person("ada").dm
    async with stage.database.read() as session:
        ada = await members.get(session, stage.person("ada").key)
    assert ada is not None
    assert ada.dm_channel == row.channel


async def test_nothing_is_sent_at_night(stage: Stage, clock: Clock, notes: Notes) -> None:
    clock.at = MORNING.replace(hour=20)
    made, _ = await put_in(
        stage, [note_to(stage, stage.person(who).id, at=clock.at) for who in ("ada", "grace")]
    )
    await stage.run_jobs(notes.kinds)
    row = await row_of(stage, made)
    assert (row.state, row.reason) == ("ready", "outside_hours")
    # In Los Angeles it is noon.
    assert len(arrived(stage.playground)) == 1
    clock.at = row.not_before
    await stage.run_jobs(notes.kinds)
    assert made in arrived(stage.playground)


async def test_who_moved_meanwhile_is_asked_for(stage: Stage, clock: Clock, notes: Notes) -> None:
    made = await note_for_ada(stage)
    stage.playground.workspace.person(stage.person("ada").id).tz = "Pacific/Auckland"
    await stage.run_jobs(notes.kinds)
    assert arrived(stage.playground) == []
    assert (await row_of(stage, made)).reason == "outside_hours"


async def test_who_flies_back_over_the_date_line_gets_one_message_on_that_date(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    ada = stage.person("ada")
    stage.playground.workspace.person(ada.id).tz = "Asia/Tokyo"
    clock.at = datetime(2026, 11, 18, 0, 1, tzinfo=UTC)
    await put_in(stage, [note_to(stage, ada.id, at=clock.at - timedelta(days=1))])
    await stage.run_jobs(notes.kinds)
    assert len(arrived(stage.playground)) == 1
    clock.go(hours=17)
    stage.playground.workspace.person(ada.id).tz = "America/Los_Angeles"
    async with stage.database.write() as session:
        await members.record_profile(
            session, ada.key, zone="America/Los_Angeles", is_active=True, now=clock()
        )
    # It was Wednesday in Tokyo, and is Wednesday again.
    (second,) = await put_in(stage, [note_to(stage, ada.id, at=clock.at)])
    await stage.run_jobs(notes.kinds)
    assert (await row_of(stage, second)).reason == "budget_day"
    assert len(arrived(stage.playground)) == 1


async def test_opting_out_counts_until_the_last_moment(stage: Stage, notes: Notes) -> None:
    made = await note_for_ada(stage)
    async with stage.database.write() as session:
        await checkins.change_pace(session, stage.person("ada").key, cadence="off", now=MORNING)
    await stage.run_jobs(notes.kinds)
    row = await row_of(stage, made)
    assert (row.state, row.reason) == ("skipped", "opted_out")
    assert stage.calls("chat.postMessage") == []
    assert stage.calls("conversations.open") == []


async def test_what_is_too_late_is_not_sent(stage: Stage, clock: Clock, notes: Notes) -> None:
    made = await note_for_ada(stage)
    clock.go(days=3, seconds=1)
    await stage.run_jobs(notes.kinds)
    row = await row_of(stage, made)
    assert (row.state, row.reason) == ("skipped", "expired")


async def test_at_most_two_in_a_week_and_one_a_day(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    ada = stage.person("ada").id
    for _ in range(9):
        await put_in(stage, [note_to(stage, ada, at=clock())])
        await stage.run_jobs(notes.kinds)
        clock.go(days=1)
    rows = [await row_of(stage, key) for key in arrived(stage.playground)]
    days = [row.sending_at.date() for row in rows if row.sending_at]
    assert len(days) == 4
    assert len(days) == len(set(days))
    assert [sum(0 <= (d - e).days < 7 for e in days) for d in days] <= [2] * len(days)


async def test_it_waits_when_slack_asks_for_it(stage: Stage, clock: Clock, notes: Notes) -> None:
    made = await put_in(stage, [note_to(stage, stage.person(who).id) for who in EUROPE])
    stage.playground.faults.add("chat.postMessage", "ratelimited", times=2, retry_after=30)
    work = stage.coach(notes.kinds)
    await all_sent(work)
    tried = len(stage.calls("chat.postMessage"))
    assert tried <= work.timings.lanes
    clock.go(seconds=20)
    await all_sent(work)
    assert len(stage.calls("chat.postMessage")) == tried
    clock.go(seconds=11)
    await all_sent(work)
    stage.playground.faults.clear()
    clock.go(seconds=31)
    await all_sent(work)
    assert sorted(arrived(stage.playground)) == sorted(made)


@pytest.mark.parametrize("method", ["users.info", "dnd.info", "conversations.open"])
async def test_a_batch_is_not_held_for_a_day(stage: Stage, notes: Notes, method: str) -> None:
    made = await note_for_ada(stage)
    stage.playground.faults.add(method, "ratelimited", times=1000, retry_after=86_400)
    async with asyncio.timeout(4):
        await all_sent(stage.coach(notes.kinds))
    row = await row_of(stage, made)
    assert (row.state, row.reason) == ("ready", "ratelimited")
    assert row.not_before >= MORNING + timedelta(days=1)


async def test_a_member_who_is_gone_gets_nothing_more(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    made = await note_for_ada(stage)
    ada = stage.person("ada")
    await plan_notes(stage, "ada", at=MORNING + timedelta(days=7), now=MORNING)
    stage.playground.faults.add("chat.postMessage", "user_disabled")
    await stage.run_jobs(notes.kinds)
    row = await row_of(stage, made)
    assert (row.state, row.reason) == ("failed", "user_disabled")
    async with stage.database.read() as session:
        member = await members.get(session, ada.key)
        (plan,) = await lookups.schedules_of(session, ada.key)
    assert member is not None
    assert member.deactivated_at == clock()
    assert plan.next_due_at is None


async def test_a_conversation_that_is_gone_is_opened_anew_once(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    made = await note_for_ada(stage)
    stage.playground.faults.add("chat.postMessage", "channel_not_found")
    await stage.run_jobs(notes.kinds)
    assert arrived(stage.playground) == [made]
    (other,) = await put_in(stage, [note_to(stage, stage.person("noah").id)])
    stage.playground.faults.add("chat.postMessage", "channel_not_found", times=5)
    await stage.run_jobs(notes.kinds)
    assert (await row_of(stage, other)).state == "failed"
    assert len(stage.calls("chat.postMessage")) == 4


async def test_a_channel_that_is_archived_follows_no_more(stage: Stage, notes: Notes) -> None:
    workspace = stage.bot.deps.identity.workspace_id
    async with stage.database.write() as session:
        await teams.follow(
            session,
            workspace,
            GROWTH,
            set_by=stage.person("noah").id,
            zone="UTC",
            weekday=1,
            hour=9,
            now=MORNING,
        )
    first, second = [
        note_to(stage, GROWTH, user=False, days=9, at=MORNING + timedelta(days=n)) for n in (0, 1)
    ]
    await put_in(stage, [first])
    await stage.run_jobs(notes.kinds)
    assert arrived(stage.playground) == [first.id]
    await put_in(stage, [second])
    stage.playground.workspace.conversations[GROWTH].archived = True
    await stage.run_jobs(notes.kinds, at=second.due_at)
    row = await row_of(stage, second.id)
    assert (row.state, row.reason) == ("failed", "is_archived")
    async with stage.database.read() as session:
        team = await teams.get(session, workspace, GROWTH)
    assert team is not None
    assert team.stop_reason == "archived"


async def test_nothing_is_claimed_after_the_app_was_removed(stage: Stage, notes: Notes) -> None:
    made = await put_in(stage, [note_to(stage, stage.person(who).id) for who in EUROPE])
    stage.playground.faults.add("chat.postMessage", "token_revoked", times=99)
    work = stage.coach(notes.kinds)
    await all_sent(work)
    tried = len(stage.calls("chat.postMessage"))
    assert 1 <= tried <= work.timings.lanes
    assert {(await row_of(stage, one)).state for one in made} == {"ready"}
    await all_sent(work)
    assert len(stage.calls("chat.postMessage")) == tried
    stage.playground.faults.clear()
    deps = stage.bot.deps
    async with stage.database.write() as session:
        await workspaces.connect(session, deps.identity.workspace_id, "Harbor", now=deps.now())
    await all_sent(work)
    assert sorted(arrived(stage.playground)) == sorted(made)


async def test_after_an_error_in_our_code_it_waits_a_minute(
    stage: Stage, clock: Clock, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    made = await note_for_ada(stage)
    working = notes.compose

    async def fails(*_: object) -> None:
        raise LookupError("no such tip")

    notes.compose = fails  # type: ignore[method-assign,assignment]
    await stage.run_jobs(notes.kinds)
    row = await row_of(stage, made)
    assert (row.state, row.reason, row.attempt) == ("ready", "error", 1)
    assert "message_failed" in caplog.text
    notes.compose = working  # type: ignore[method-assign]
    clock.go(minutes=1)
    await stage.run_jobs(notes.kinds)
    assert arrived(stage.playground) == [made]


async def test_the_log_says_what_became_of_it_and_not_to_whom(
    stage: Stage, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    made = await note_for_ada(stage)
    await stage.run_jobs(notes.kinds)
    (line,) = [vars(record) for record in caplog.records if record.message == "message"]
    assert (line["outcome"], line["id"], line["kind"]) == ("sent", made, "note")
    assert stage.person("ada").id not in str(line)


async def test_after_its_claim_a_message_is_changed_twice(stage: Stage, notes: Notes) -> None:
    made = await note_for_ada(stage)
    async with stage.database.write() as session:
        await members.save_dm_channel(session, stage.person("ada").key, stage.person("ada").dm)
    with recorded(session) as statements:
        await stage.run_jobs(notes.kinds)
    row = await row_of(stage, made)
    assert (row.state, row.form, row.attempt) == ("sent", "plain", 1)
    assert len([one for one, _ in statements if one.startswith("UPDATE message")]) == 2
