"""Every query that a click waits for finds its rows by an index, however many members there are."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import (
    assessments,
    erasure,
    inbound,
    members,
    outbox,
    paces,
    practices,
    releases,
    schedules,
    steps,
    teams,
    workspaces,
)
from storage.database import Database
from storage.tables import Assessment, Step
from tests.storage.cast import ADA, SALES, START, minute, tip_named
from tests.storage.statements import plan_of, recorded

Call = Callable[[AsyncSession, Assessment], Awaitable[Any]]

STEP = Step(
    workspace_id="T1",
    id="some",
    user_id="U1",
    tip_id="note",
    from_tier=1.0,
    words="{}",
    state="offered",
    created_at=START,
    changed_at=START,
)

CALLS: dict[str, tuple[int, Call]] = {
    "workspaces.get": (1, lambda s, a: workspaces.get(s, "T1")),
    "members.get": (1, lambda s, a: members.get(s, ADA)),
    "members.ensure": (1, lambda s, a: members.ensure(s, ADA, now=minute(1))),
    "members.claim_greeting": (2, lambda s, a: members.claim_greeting(s, ADA, now=minute(1))),
    "assessments.open_one": (1, lambda s, a: assessments.open_one(s, ADA, lock=True)),
    "assessments.get": (1, lambda s, a: assessments.get(s, "T1", a.id, lock=True)),
    "assessments.words": (1, assessments.words),
    "assessments.answers": (1, assessments.answers),
    "assessments.answer": (
        2,
        lambda s, a: assessments.answer(s, a, "sharing", place=2, level=1.0, now=minute(1)),
    ),
    "assessments.take_back": (2, lambda s, a: assessments.take_back(s, a, "starting")),
    "assessments.abandon": (1, lambda s, a: assessments.abandon(s, a, now=minute(1))),
    "assessments.claim_card": (1, lambda s, a: assessments.claim_card(s, a, "key")),
    "assessments.start": (4, lambda s, a: assessments.start(s, ADA, SALES, now=minute(1))),
    "assessments.history": (1, lambda s, a: assessments.history(s, ADA)),
    "assessments.latest": (1, lambda s, a: assessments.latest(s, ADA, before=minute(1))),
    "steps.current": (1, lambda s, a: steps.current(s, ADA)),
    "steps.offer": (
        3,
        lambda s, a: steps.offer(s, ADA, tip_named("x"), assessment_id=a.id, now=minute(1)),
    ),
    "steps.mark": (1, lambda s, a: steps.mark(s, ADA, "some", "done", now=minute(1))),
    "steps.past": (1, lambda s, a: steps.past(s, ADA)),
    "steps.history": (1, lambda s, a: steps.history(s, ADA)),
    "members.note_profile": (
        2,
        lambda s, a: members.note_profile(s, ADA, zone=None, is_active=True, now=minute(1)),
    ),
    "members.stale_profiles": (
        1,
        lambda s, a: members.stale_profiles(s, "T1", ["U1", "U2"], before=minute(1)),
    ),
    "paces.get": (1, lambda s, a: paces.get(s, ADA)),
    "paces.ensure": (3, lambda s, a: paces.ensure(s, ADA, now=minute(1))),
    "paces.choose": (2, lambda s, a: paces.choose(s, ADA, now=minute(1), hour=9)),
    "paces.pause": (4, lambda s, a: paces.pause(s, ADA, now=minute(1))),
    "paces.remind_once": (4, lambda s, a: paces.remind_once(s, ADA, now=minute(1))),
    "paces.ignored": (1, lambda s, a: paces.ignored(s, ADA)),
    "paces.sent_days": (1, lambda s, a: paces.sent_days(s, ADA, since=START.date())),
    "practices.note": (2, lambda s, a: practices.note(s, ADA, STEP, "done", now=minute(1))),
    "practices.obstacle": (1, lambda s, a: practices.obstacle(s, ADA, "some", "time")),
    "practices.of_member": (1, lambda s, a: practices.of_member(s, ADA)),
    "schedules.of_member": (1, lambda s, a: schedules.of_member(s, ADA)),
    "schedules.stop": (1, lambda s, a: schedules.stop(s, "T1", "checkin", "U1", now=minute(1))),
    "outbox.answer": (1, lambda s, a: outbox.answer(s, ADA, "some", "done", now=minute(1))),
    "outbox.for_member": (1, lambda s, a: outbox.for_member(s, ADA)),
    "teams.get": (1, lambda s, a: teams.get(s, "T1", "C1")),
    "teams.unfollow": (1, lambda s, a: teams.unfollow(s, "T1", "C1", reason="x", now=minute(1))),
    "teams.followed": (1, lambda s, a: teams.followed(s, "T1")),
    "releases.latest": (1, lambda s, a: releases.latest(s, "T1", "C1")),
    "releases.history": (1, lambda s, a: releases.history(s, "T1", "C1")),
    "inbound.claim": (1, lambda s, a: inbound.claim(s, "T1", "Ev1", now=minute(1))),
    "inbound.prune": (1, lambda s, a: inbound.prune(s, before=minute(1), limit=10)),
    "erasure.erase": (14, lambda s, a: erasure.erase(s, ADA)),
}


@pytest.fixture(params=CALLS)
def call_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_no_query_of_a_click_reads_a_whole_table(database: Database, call_name: str) -> None:
    most, call = CALLS[call_name]
    async with database.write() as session:
        assessment = await assessments.start(session, ADA, SALES, now=minute(0))
        await assessments.answer(session, assessment, "starting", place=0, level=1.0, now=minute(0))
        with recorded(session) as seen:
            await call(session, assessment)
        plans = [await plan_of(session, statement, values) for statement, values in seen]
    assert 0 < len(seen) <= most, "a click waits for each of these statements"
    for (statement, _), plan in zip(seen, plans, strict=True):
        assert "SCAN" not in plan, f"{statement}\n{plan}"


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(
    ("call", "index"),
    [
        (CALLS["assessments.open_one"][1], "one_open_assessment"),
        (CALLS["assessments.history"][1], "ix_assessment_of_member"),
        (CALLS["steps.current"][1], "one_current_step"),
        (CALLS["steps.past"][1], "ix_step_of_member"),
        (CALLS["inbound.prune"][1], "ix_inbound_seen_at"),
    ],
)
async def test_each_index_is_used_and_gives_the_order(
    database: Database, call: Call, index: str
) -> None:
    async with database.write() as session:
        assessment = await assessments.start(session, ADA, SALES, now=minute(0))
        with recorded(session) as statements:
            await call(session, assessment)
        statement, values = statements[0]
        plan = await plan_of(session, statement, values)
    assert index in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_the_indexes_are_all_that_there_are(database: Database) -> None:
    async with database.read() as session:
        found = await session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        )
        assert set(found) == {
            "ix_member_unasked",
            "one_open_assessment",
            "ix_assessment_of_member",
            "ix_assessment_of_wording",
            "one_current_step",
            "ix_step_of_member",
            "ix_step_of_assessment",
            "ix_practice_of_member",
            "ix_practice_of_step",
            "ix_schedule_due",
            "ix_schedule_of_member",
            "one_message_per_key",
            "ix_message_ready",
            "ix_message_held",
            "ix_message_of_subject",
            "ix_message_of_member",
            "ix_roster_of_member",
            "ix_release_of_team",
            "ix_inbound_seen_at",
        }
