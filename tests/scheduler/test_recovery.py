"""Processes that die: each row of the last table in scheduler/README.md, seen in the calls to Slack."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.deps import Deps
from bot.outgoing.kinds import Composed
from bot.slack import directory
from bot.slack.api import SlackApi
from bot.slack.client import Lease
from bot.slack.errors import NotSent
from coaching.send_policy import Skip
from scheduler.batch import send_due
from scheduler.clock import running_clock
from scheduler.context import Job, SchedulerContext
from scheduler.planner import plan_due
from scheduler.recovery import reconcile, recover
from storage import checkins
from storage.database import Session
from storage.database.schema import all_tables
from storage.outbox import claims, recovery, schedules
from storage.outbox.queue import Outgoing
from storage.outbox.rates import RateLimit
from tests.message_states import count_by_state
from tests.scheduler.faults import Killed, Steady
from tests.scheduler.notes import (
    MORNING,
    Clock,
    Notes,
    all_sent,
    arrived,
    note_to,
    one_batch,
    plan_notes,
    put_in,
    row_of,
)
from tests.stage import Stage

LEASE = timedelta(minutes=1)


@pytest.fixture
async def made(stage: Stage) -> str:
    """A message to Ada that is due."""
    (one,) = await put_in(stage, [note_to(stage, stage.person("ada").id)])
    return one


async def settled(work: SchedulerContext, clock: Clock, steady: Steady) -> None:
    """Run recovery until nothing is left to settle, moving the clocks past lease and quarantine."""
    await recover(work)
    wait = work.timings.lease + work.timings.quarantine
    clock.go(seconds=wait)
    steady.at += wait
    while await recover(work):
        pass


async def test_killed_before_the_tick_commits(
    stage: Stage, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await plan_notes(stage, "ada")
    work = stage.coach(notes.kinds)

    async def dies(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(schedules, "advance", dies)
    with pytest.raises(Killed):
        await plan_due(work)
    monkeypatch.undo()
    async with stage.database.read() as session:
        assert await count_by_state(session) == {}
    await plan_due(work)
    await all_sent(work)
    assert len(arrived(stage.playground)) == 1


async def test_killed_after_the_claim(stage: Stage, clock: Clock, notes: Notes, made: str) -> None:
    async def dies(*_: Any) -> Any:
        raise Killed

    dying = stage.coach({"note": notes.kind_with(facts=dies)})
    with pytest.raises(Killed):
        await one_batch(dying)
    assert (await row_of(stage, made)).state == "leased"
    work = stage.coach(notes.kinds)
    await all_sent(work)
    assert arrived(stage.playground) == [], "the lease of the other one holds"
    clock.go(seconds=work.timings.lease)
    assert await recover(work)
    await all_sent(work)
    assert arrived(stage.playground) == [made]
    assert stage.calls("conversations.history") == [], "nothing had to be read"


@pytest.mark.parametrize("after_slack_took_it", [False, True])
async def test_killed_after_the_post_was_announced(
    stage: Stage,
    clock: Clock,
    notes: Notes,
    made: str,
    monkeypatch: pytest.MonkeyPatch,
    after_slack_took_it: bool,
) -> None:
    posting = SlackApi.post_under

    async def dies(*given: Any, **named: Any) -> Any:
        if after_slack_took_it:
            await posting(*given, **named)
        raise Killed

    monkeypatch.setattr(SlackApi, "post_under", dies)
    with pytest.raises(Killed):
        await one_batch(stage.coach(notes.kinds))
    monkeypatch.undo()
    assert (await row_of(stage, made)).state == "sending"
    steady = Steady()
    work = stage.coach(notes.kinds, steady=steady)
    await settled(work, clock, steady)
    await all_sent(work)
    row = await row_of(stage, made)
    assert arrived(stage.playground) == [made]
    assert len(stage.calls("conversations.history")) == 1
    assert row.state == "sent"
    assert row.slack_ts == stage.person("ada").card.ts
    assert notes.told == [made]


@pytest.mark.parametrize("fault", ["cut_after", "cut_before", "server_error", "server_error_after"])
async def test_a_lost_answer_is_looked_up(
    stage: Stage, clock: Clock, notes: Notes, made: str, fault: str
) -> None:
    stage.playground.faults.add("chat.postMessage", fault)
    steady = Steady()
    work = stage.coach(notes.kinds, steady=steady)
    await all_sent(work)
    assert (await row_of(stage, made)).state == "sending"
    await settled(work, clock, steady)
    await all_sent(work)
    assert arrived(stage.playground) == [made]
    assert (await row_of(stage, made)).state == "sent"


async def test_what_may_still_be_posted_is_not_touched(
    stage: Stage, clock: Clock, notes: Notes, made: str
) -> None:
    stage.playground.faults.add("chat.postMessage", "cut_before")
    steady = Steady()
    work = stage.coach(notes.kinds, steady=steady)
    await all_sent(work)
    await recover(work)
    # The wall clock is set an hour ahead; the sender of another process may be at it for a while yet.
    clock.go(hours=1)
    steady.at += work.timings.lease + work.timings.quarantine - 0.1
    assert not await recover(work)
    assert stage.calls("conversations.history") == []
    steady.at += 0.1
    assert await recover(work)


async def test_frozen_past_its_lease_it_posts_nothing(
    stage: Stage, clock: Clock, notes: Notes, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting, frozen, woken = SlackApi.post_under, asyncio.Event(), asyncio.Event()

    async def freezes(self: SlackApi, lease: Lease, *given: Any, **named: Any) -> Any:
        frozen.set()
        await woken.wait()
        return await posting(self, lease, *given, **named)

    steady = Steady()
    sleeper = stage.coach(notes.kinds, steady=steady)
    with monkeypatch.context() as patch:
        patch.setattr(SlackApi, "post_under", freezes)
        sleeping = asyncio.create_task(one_batch(sleeper))
        await frozen.wait()
    work = stage.coach(notes.kinds, steady=steady)
    await settled(work, clock, steady)
    await all_sent(work)
    assert arrived(stage.playground) == [made]
    woken.set()
    await sleeping
    assert arrived(stage.playground) == [made]
    assert (await row_of(stage, made)).state == "sent"
    assert notes.told == [made]


@pytest.mark.parametrize("which", ["wall", "steady"])
async def test_the_lease_guard_refuses_by_either_clock(
    stage: Stage, clock: Clock, which: str
) -> None:
    steady = Steady()
    lease = Lease(clock() + timedelta(seconds=5), 5.0, clock, steady)
    ada, deps = stage.person("ada"), stage.bot.deps
    message = Notes.message("A note.")
    await deps.slack.post_under(lease, ada.dm, message, key="early")
    if which == "wall":
        clock.go(seconds=5)
    else:
        steady.at = 5.0
    with pytest.raises(NotSent):
        await deps.slack.post_under(lease, ada.dm, message, key="late")
    assert arrived(stage.playground) == ["early"]


async def test_the_lease_guard_is_asked_again_as_the_body_is_written(
    stage: Stage, clock: Clock
) -> None:
    """A process that freezes when its request has begun sends nothing when it wakes."""
    asked: list[int] = []

    def steady() -> float:
        asked.append(1)
        return 0.0 if len(asked) == 1 else 9.0

    lease = Lease(clock() + timedelta(seconds=5), 5.0, clock, steady)
    with pytest.raises(NotSent):
        await stage.bot.deps.slack.post_under(
            lease, stage.person("ada").dm, Notes.message("A note."), key="late"
        )
    assert arrived(stage.playground) == []
    assert len(asked) == 2


async def test_a_late_lease_gives_the_message_back(
    stage: Stage, notes: Notes, made: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady, composing = Steady(), notes.compose

    async def slowly(*given: Any) -> Any:
        steady.at += 60
        return await composing(*given)

    monkeypatch.setattr(notes, "compose", slowly)
    await one_batch(stage.coach(notes.kinds, steady=steady))
    row = await row_of(stage, made)
    assert (row.state, row.reason) == ("ready", "lease_over")
    assert arrived(stage.playground) == []


async def test_taken_over_before_it_is_announced_it_leaves_nothing(
    stage: Stage, clock: Clock, notes: Notes, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = stage.person("ada")

    async def meanwhile(*_: object) -> dict[str, Any]:
        late = clock() + timedelta(minutes=1)
        async with stage.database.write() as session:
            await recovery.release_expired(session, lease=LEASE, limit=9, now=late)
            limit = RateLimit("chat.postMessage", per_minute=60_000)
            claimed = await claims.claim(
                session,
                ada.key.workspace_id,
                owner="another",
                lease=LEASE,
                limit=limit,
                batch=9,
                now=late,
            )
        assert [message.id for message in claimed.messages] == [made]
        return {}

    async def compose(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
        await checkins.claim_reminder(session, ada.key, now=clock())
        return await notes.compose(session, deps, row)

    monkeypatch.setattr(directory, "do_not_disturb", meanwhile)
    await one_batch(stage.coach({"note": notes.kind_with(compose=compose)}))
    row = await row_of(stage, made)
    async with stage.database.read() as session:
        assert await checkins.get_pace(session, ada.key) is None
    assert (row.owner, row.state, row.form) == ("another", "leased", None)
    assert arrived(stage.playground) == []


async def test_what_cannot_be_read_is_for_the_operator(
    stage: Stage, clock: Clock, notes: Notes, made: str
) -> None:
    stage.playground.faults.add("chat.postMessage", "cut_after")
    stage.playground.faults.add("conversations.history", "not_in_channel", times=99)
    steady = Steady()
    work = stage.coach(notes.kinds, steady=steady)
    await all_sent(work)
    for _ in range(work.timings.reads_tried):
        assert (await row_of(stage, made)).state == "sending"
        await settled(work, clock, steady)
    row = await row_of(stage, made)
    assert (row.state, row.reason) == ("unknown", "not_in_channel")
    async with stage.database.write() as session:
        assert await recovery.resend(session, row.workspace_id, made, now=clock())
        assert not await recovery.resend(session, row.workspace_id, made, now=clock())
    await all_sent(work)
    assert arrived(stage.playground) == [made, made]


async def test_after_a_restore_nothing_goes_out_unread(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    await plan_notes(stage, "ada")
    (waiting,) = await put_in(stage, [note_to(stage, stage.person("noah").id)])
    backup = await copied(stage)
    await stage.run_jobs(notes.kinds)
    sent = arrived(stage.playground)
    assert len(sent) == 2
    assert waiting in sent
    clock.go(hours=1)
    await restored(stage, backup)
    steady = Steady()
    work = stage.coach(notes.kinds, steady=steady)
    assert await reconcile(work, since=MORNING - timedelta(minutes=1)) == 2
    await all_sent(work)
    await settled(work, clock, steady)
    await all_sent(work)
    assert arrived(stage.playground) == sent
    assert {(await row_of(stage, key)).state for key in sent} == {"sent"}


async def copied(stage: Stage) -> dict[str, list[dict[str, Any]]]:
    """The rows as a backup has them, without the audit log, which nothing can take back."""
    async with stage.database.read() as session:
        return {
            table.name: [dict(row._mapping) for row in await session.execute(table.select())]
            for table in all_tables().sorted_tables
            if table.name != "audit_event"
        }


async def restored(stage: Stage, backup: dict[str, list[dict[str, Any]]]) -> None:
    async with stage.database.write() as session:
        for name in reversed(backup):
            await session.execute(all_tables().tables[name].delete())
        for name, rows in backup.items():
            if rows:
                await session.execute(all_tables().tables[name].insert(), rows)


async def test_a_stop_finishes_what_is_under_way_and_gives_back_the_rest(
    stage: Stage, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = ("ada", "noah", "sofia", "lucia", "omar")
    made = await put_in(stage, [note_to(stage, stage.person(who).id) for who in people])
    posting, begun = SlackApi.post_under, asyncio.Event()

    async def slowly(*given: Any, **named: Any) -> Any:
        begun.set()
        await asyncio.sleep(0.3)
        return await posting(*given, **named)

    monkeypatch.setattr(SlackApi, "post_under", slowly)
    work = stage.coach(notes.kinds)
    job = Job("send", 1, "Sends.", send_due)
    async with running_clock(work, jobs=[job]):
        await asyncio.wait_for(begun.wait(), timeout=20)
    states = [(await row_of(stage, one)).state for one in made]
    assert 1 <= states.count("sent") <= work.timings.lanes
    assert states.count("ready") == len(made) - states.count("sent")
    assert len(arrived(stage.playground)) == states.count("sent")
