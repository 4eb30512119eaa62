"""Plans as stored: asked, decided, extended, ended; who may do what; what is due; what stays."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col

from app import REGISTRY
from coaching.members import MemberKey
from coaching.sandbox import UNSUPERVISED_FOR
from storage import holders, members
from storage.access.facts import ACCESS
from storage.access.grants import AccessGrant
from storage.database.engine import Database
from storage.ledger.ledger import LedgerRow
from storage.privacy import erase, everything_about
from storage.sandbox import (
    clock,
    decisions,
    ends,
    kept,
    notes,
    plans,
    register,
    reports,
    supervisors,
)
from storage.sandbox.decisions import OverLimit
from storage.sandbox.kept import KEEP_REPORTS
from storage.sandbox.notes import Note
from storage.sandbox.plan_rows import Plan, one
from storage.sandbox.reports import Report, ReportFacts
from storage.sandbox.supervisors import SUPERVISOR
from storage.workspace_settings import CAPABILITIES, change
from tests.databases import open_database
from tests.sandbox.lab import (
    ADA,
    DAY,
    KENJI,
    MEI,
    OFFER,
    PLAN,
    RISKS,
    asked,
    has,
    put,
    running,
    set_up,
)
from tests.storage.cast import minute

START = minute(0)
REPORT = ReportFacts("It fixed 7 of 12.", "7 of 12", "It deleted a test.", "Read the diff.", "keep")
ELSEWHERE = MemberKey("T2", KENJI.user_id)


@pytest_asyncio.fixture
async def lab(sqlite_url: str) -> AsyncIterator[Database]:
    database = await open_database(sqlite_url)
    await set_up(database, now=START)
    yield database
    await database.close()


async def state(lab: Database, plan: Plan) -> tuple[str, str | None]:
    async with lab.read() as session:
        found = await one(session, "T1", plan.id)
    assert found is not None
    return found.state, found.end_reason


async def acts(lab: Database, plan: Plan) -> list[str]:
    async with lab.read() as session:
        found = await session.scalars(
            select(col(LedgerRow.act)).where(col(LedgerRow.about) == plan.id)
        )
        return list(found)


async def events(lab: Database, *, now: datetime) -> list[str]:
    """Let the clock do all that is due, and return what it did; not that it looked at a plan in vain."""
    done: list[str] = []
    while True:
        async with lab.write() as session:
            event = await clock.take_next(session, "T1", now=now)
        if event is None:
            return done
        done += [event.what] if event.what != "looked" else []


async def test_a_plan_runs_from_its_approval_and_ends_with_its_permissions(lab: Database) -> None:
    plan = await running(lab, granted=["agent"], now=START)
    end = START + 14 * DAY
    assert (plan.state, plan.ends_at, plan.granted_ids) == ("running", end, ("agent",))
    assert await has(lab, "agent", now=START)
    assert not await has(lab, "editor", now=START), "asked for, but not granted"
    assert await has(lab, "agent", now=end - timedelta(seconds=1))
    assert not await has(lab, "agent", now=end), "before the clock ran"
    assert await events(lab, now=end) == ["ended"]
    assert await state(lab, plan) == ("ended", "time")
    assert not await has(lab, "agent", now=end - DAY), "with the clock set back, too"
    assert await acts(lab, plan) == ["plan_asked", "plan_approved", "plan_ended"]


async def test_only_the_supervisor_whom_the_plan_names_decides(lab: Database) -> None:
    async with lab.write() as session:
        plan = await asked(session, now=START)
        for by in (ADA, MEI, ELSEWHERE):
            refused = await decisions.approve(session, by, plan.id, [], OFFER, now=START)
            assert refused == "gone"
            assert await decisions.decline(session, by, plan.id, "No.", now=START) == "gone"
            assert await register.for_supervisor(session, by, plan.id) is None
        await holders.name_members(session, "T1", SUPERVISOR, [MEI.user_id], now=START)
        late = await decisions.approve(session, KENJI, plan.id, [], OFFER, now=START)
        assert late == "not_supervisor"


async def test_nobody_supervises_their_own_plan(lab: Database) -> None:
    async with lab.write() as session:
        draft = await plans.save_draft(session, ADA, replace(PLAN, supervisor="UADA"), now=START)
        assert isinstance(draft, Plan)
        assert await plans.ask(session, ADA, draft.id, OFFER, RISKS, now=START) == "oneself"
        assert ADA.user_id not in await supervisors.candidates(session, ADA, now=START)


async def test_two_people_do_not_supervise_each_other_within_180_days(lab: Database) -> None:
    plan = await running(lab, ADA, KENJI, now=START)
    async with lab.write() as session:
        written = replace(PLAN, supervisor=ADA.user_id)
        back = await plans.save_draft(session, KENJI, written, now=START)
        assert isinstance(back, Plan)
        for days, expected in ((0, "mutual"), (14 + 179, "mutual")):
            now = START + days * DAY
            assert await plans.ask(session, KENJI, back.id, OFFER, RISKS, now=now) == expected
            assert await supervisors.candidates(session, KENJI, now=now) == ["UMEI"]
            stopped = await ends.stop(session, ADA, plan.id, now=START + 14 * DAY)
            assert stopped == "gone" or isinstance(stopped, Plan)
        late = START + (14 + 180) * DAY
        assert isinstance(await plans.ask(session, KENJI, back.id, OFFER, RISKS, now=late), Plan)


async def test_of_two_who_ask_each_other_one_is_approved_and_jobs_end_it_once(
    database: Database,
) -> None:
    lab = database
    await set_up(lab, now=START)
    async with lab.write() as session:
        one = await asked(session, ADA, KENJI, now=START)
        other = await asked(session, KENJI, ADA, now=START)

    async def approve(by: MemberKey, plan: Plan) -> object:
        async with lab.write() as session:
            return await decisions.approve(session, by, plan.id, ["agent"], OFFER, now=START)

    both = await asyncio.gather(approve(KENJI, one), approve(ADA, other))
    assert sorted(str(type(one).__name__) for one in both) == ["Plan", "str"]
    assert "mutual" in both

    async def job() -> object:
        async with lab.write() as session:
            return await clock.take_next(session, "T1", now=START + 14 * DAY)

    did = await asyncio.gather(job(), job(), job())
    assert sum(event is not None for event in did) == 1
    (ended,) = [plan for plan in both if isinstance(plan, Plan)]
    assert (await acts(lab, ended)).count("plan_ended") == 1
    async with lab.read() as session:
        assert (await session.scalars(select(AccessGrant))).all() == []


async def test_a_returned_plan_is_changed_and_asked_again(lab: Database) -> None:
    async with lab.write() as session:
        plan = await asked(session, now=START)
        assert await decisions.give_back(session, KENJI, plan.id, " ", now=START) == "words"
        returned = await decisions.give_back(session, KENJI, plan.id, "Name the cost.", now=START)
        assert isinstance(returned, Plan)
        changed = await plans.save_draft(
            session, ADA, replace(PLAN, days=7), plan_id=plan.id, now=START
        )
        assert isinstance(changed, Plan)
        again = await plans.ask(session, ADA, plan.id, OFFER, RISKS, now=START)
        assert isinstance(again, Plan)
        assert (again.id, again.round, again.decision_words) == (plan.id, 2, "Name the cost.")
        await decisions.give_back(session, KENJI, plan.id, "Still.", now=START)
        other = await plans.save_draft(
            session, ADA, replace(PLAN, supervisor="UMEI"), plan_id=plan.id, now=START
        )
        assert isinstance(other, Plan)
        assert other.id != plan.id, "who returned it stays known"
        declined = await asked(session, now=START)
        assert isinstance(
            await decisions.decline(session, KENJI, declined.id, "Not now.", now=START), Plan
        )
        assert await plans.ask(session, ADA, declined.id, OFFER, RISKS, now=START) == "gone"


async def test_a_permission_is_granted_only_as_asked_and_for_the_data_of_the_plan(
    lab: Database,
) -> None:
    async with lab.write() as session:
        plan = await asked(session, now=START)
        for granted, offer in (
            (["made-up"], OFFER),
            (["agent"], {**OFFER, "agent": frozenset({"public"})}),
        ):
            refused = await decisions.approve(session, KENJI, plan.id, granted, offer, now=START)
            assert refused == "permissions"
        # Meanwhile an admin unticked the only permissions for this data.
        assert await decisions.approve(session, KENJI, plan.id, [], {}, now=START) == "data"


async def test_twelve_weeks_in_fifty_two_hold_over_plans_and_extensions(lab: Database) -> None:
    now = START
    for days in (42, 28):
        async with lab.write() as session:
            written = replace(PLAN, days=days)
            draft = await plans.save_draft(session, ADA, written, now=now)
            assert isinstance(draft, Plan)
            await plans.ask(session, ADA, draft.id, OFFER, RISKS, now=now)
            begun = await decisions.approve(session, KENJI, draft.id, ["agent"], OFFER, now=now)
            assert isinstance(begun, Plan)
            plan = begun
        if days == 42:
            now += 42 * DAY
            await events(lab, now=now)
    async with lab.write() as session:
        later = now + 20 * DAY
        extend = decisions.extend
        too_long = await extend(session, KENJI, plan.id, 15, "It works.", now=later)
        assert too_long == OverLimit(("agent",))
        longer = await extend(session, KENJI, plan.id, 14, "It works.", now=later)
        assert isinstance(longer, Plan)
        assert await extend(session, KENJI, plan.id, 1, "More.", now=later) == "extended"
        assert longer.ends_at == now + 42 * DAY
    assert await has(lab, "agent", now=now + 42 * DAY - timedelta(seconds=1))
    now += 42 * DAY
    assert not await has(lab, "agent", now=now)
    await events(lab, now=now)
    async with lab.write() as session:
        left = await supervisors.days_left_for(session, ADA, ["agent", "editor"], now=now)
        assert left == {"agent": 0, "editor": 42}
        third = await asked(session, now=now)
        over = await decisions.approve(session, KENJI, third.id, ["agent"], OFFER, now=now)
        assert over == OverLimit(("agent",))
        without = await decisions.approve(session, KENJI, third.id, ["editor"], OFFER, now=now)
        assert isinstance(without, Plan)


@pytest.mark.parametrize(
    ("by", "reason"),
    [(ADA, "stopped_by_member"), (KENJI, "stopped_by_supervisor"), (MEI, None), (ELSEWHERE, None)],
)
async def test_both_can_stop_it_at_once_and_nobody_else(
    lab: Database, by: MemberKey, reason: str | None
) -> None:
    plan = await running(lab, now=START)
    now = START + DAY
    async with lab.write() as session:
        stopped = await ends.stop(session, by, plan.id, words="Enough.", now=now)
        again = await ends.stop(session, by, plan.id, now=now)
    assert again == "gone" if reason else stopped == again == "gone"
    assert await state(lab, plan) == (("ended", reason) if reason else ("running", None))
    assert await has(lab, "agent", now=now) is (reason is None)


async def test_a_change_of_a_running_plan_is_a_new_plan_that_ends_it(lab: Database) -> None:
    plan = await running(lab, now=START)
    now = START + DAY
    async with lab.write() as session:
        same = await plans.save_draft(session, ADA, PLAN, plan_id=plan.id, now=now)
        assert same == "gone"
        draft = await plans.draft_from(session, ADA, plan.id, now=now)
        assert isinstance(draft, Plan)
        changed = replace(PLAN, tool="Another agent")
        await plans.save_draft(session, ADA, changed, plan_id=draft.id, now=now)
    assert await has(lab, "agent", now=now), "a draft changes nothing"
    async with lab.write() as session:
        assert isinstance(await plans.ask(session, ADA, draft.id, OFFER, RISKS, now=now), Plan)
    assert await state(lab, plan) == ("ended", "changed")
    assert not await has(lab, "agent", now=now)


async def test_permissions_end_when_whatever_they_stand_on_ends(lab: Database) -> None:
    await running(lab, now=START)
    async with lab.write() as session:
        await put(session, CAPABILITIES, [ACCESS], now=START)
    assert not await has(lab, "agent", now=START), "at once, before any job"
    async with lab.write() as session:
        ended = await ends.end_next(session, "T1", now=START)
        assert ended is not None
        assert (ended.state, ended.end_reason) == ("ended", "off")
        assert await ends.end_next(session, "T1", now=START) is None
        assert (await session.scalars(select(AccessGrant))).all() == []
    await set_up(lab, now=START)
    await running(lab, ADA, MEI, now=START)
    async with lab.write() as session:
        await members.deactivate(session, ADA, now=START)
        await ends.end_of_member(session, ADA, "left", now=START)
        assert (await session.scalars(select(AccessGrant))).all() == []


async def test_a_plan_ends_a_day_after_nobody_supervises_it(lab: Database) -> None:
    plan = await running(lab, now=START)

    async def look(users: Sequence[str], now: datetime) -> datetime | None:
        async with lab.write() as session:
            await holders.name_members(session, "T1", SUPERVISOR, users, now=now)
            await clock.check_supervision(session, "T1", now=now)
        assert await events(lab, now=now) == []
        async with lab.read() as session:
            found = await one(session, "T1", plan.id)
        assert found is not None
        return found.unsupervised_since

    async with lab.read() as session:
        assert await clock.supervised_workspaces(session, now=START) == ["T1"]
    assert await look(["UKENJI"], START) is None
    assert await look(["UMEI"], START) == START
    assert await look(["UMEI"], START + DAY / 2) == START, "the first moment stays"
    assert await look(["UKENJI"], START + DAY / 2) is None
    assert await events(lab, now=START + UNSUPERVISED_FOR) == []
    assert await look([], START + DAY) == START + DAY
    assert await events(lab, now=START + 2 * DAY) == ["ended"]
    assert await state(lab, plan) == ("ended", "unsupervised")
    assert not await has(lab, "agent", now=START + 2 * DAY)


async def test_the_clock_asks_each_week_and_halfway_and_for_the_report(lab: Database) -> None:
    plan = await running(lab, now=START)
    end = START + 14 * DAY
    assert await events(lab, now=START + 7 * DAY - timedelta(seconds=1)) == []
    assert await events(lab, now=START + 7 * DAY) == ["halfway", "week"]
    assert await events(lab, now=START + 8 * DAY) == []
    assert await events(lab, now=end + 30 * DAY) == ["ended", "reminded", "open"]
    async with lab.read() as session:
        ended = await one(session, "T1", plan.id)
        assert ended is not None
        assert ended.ended_at == end, "it ended when its time was over, although the job came late"


async def test_notes_and_the_report_are_the_members_and_answers_the_supervisors(
    lab: Database,
) -> None:
    plan = await running(lab, now=START)
    now = START + 8 * DAY
    async with lab.write() as session:
        assert await notes.week_line(session, KENJI, plan.id, 1, "surprise", now=now) == "gone"
        assert await notes.week_line(session, ADA, plan.id, 3, "surprise", now=now) == "gone"
        tapped = await notes.week_line(session, ADA, plan.id, 1, "surprise", now=now)
        assert isinstance(tapped, Note)
        said = await notes.week_line(
            session, ADA, plan.id, 1, "trouble", words="It broke.", now=now
        )
        assert isinstance(said, Note)
        assert (said.happened, said.words) == ("trouble", "It broke.")
        answer = notes.answer_halfway
        assert await answer(session, KENJI, plan.id, "Good.", now=now) == "gone", "nothing said yet"
        assert await notes.say_halfway(session, ADA, plan.id, "", now=now) == "words"
        assert isinstance(await notes.say_halfway(session, ADA, plan.id, "Half.", now=now), Note)
        assert await answer(session, MEI, plan.id, "Good.", now=now) == "gone"
        assert await answer(session, KENJI, plan.id, "Good.", now=now) != "gone"
        assert await notes.say_halfway(session, ADA, plan.id, "Other.", now=now) == "gone"
        assert await reports.save(session, ADA, plan.id, REPORT, now=now) == "gone", "it runs"
        assert isinstance(await ends.stop(session, ADA, plan.id, now=now), Plan)
        assert await notes.week_line(session, ADA, plan.id, 2, "surprise", now=now) == "gone"
        empty = replace(REPORT, others=" ")
        assert await reports.save(session, ADA, plan.id, empty, now=now) == "others"
        assert await reports.save(session, KENJI, plan.id, REPORT, now=now) == "gone"
        assert isinstance(await reports.save(session, ADA, plan.id, REPORT, now=now), tuple)
        assert await reports.answer(session, MEI, plan.id, "Thanks.", now=now) == "gone"
        assert isinstance(await reports.answer(session, KENJI, plan.id, "Thanks.", now=now), tuple)
        assert await reports.save(session, ADA, plan.id, REPORT, now=now) == "gone", "answered"
        publish = reports.publish
        assert await publish(session, KENJI, plan.id, "C1", is_named=True, now=now) == "gone"
        assert isinstance(
            await publish(session, ADA, plan.id, "C1", is_named=False, now=now), tuple
        )
        assert await publish(session, ADA, plan.id, "C2", is_named=True, now=now) == "gone", "once"
        (entry,), has_more = await register.page(session, "T1")
        assert (entry.plan.id, entry.report and entry.report.verdict, has_more) == (
            *(plan.id, "keep"),
            False,
        )
        assert await register.page(session, "T2") == ([], False)
    assert await events(lab, now=now + 60 * DAY) == [], "nothing is due after the report"


@pytest.mark.parametrize("stays", [False, True])
async def test_an_erasure_leaves_the_report_only_where_admins_set_that(
    lab: Database, stays: bool
) -> None:
    reported, is_over = await running(lab, now=START), START + DAY
    async with lab.write() as session:
        await ends.stop(session, ADA, reported.id, now=is_over)
        await reports.save(session, ADA, reported.id, REPORT, now=is_over)
        await change(session, "T1", KEEP_REPORTS, stays, by=MEI, place="Slack", now=is_over)
    runs = await running(lab, now=is_over)
    async with lab.write() as session:
        await notes.week_line(session, ADA, runs.id, 1, "surprise", words="Hm.", now=is_over)
        waits = await asked(session, now=is_over)
        exported = await everything_about(session, ADA, REGISTRY.personal_data)
    assert len(exported["results"]["sandbox_plans"]) == 3
    assert exported["results"]["sandbox_reports"][0]["surprised"] == "It deleted a test."
    assert exported["results"]["sandbox_notes"][0]["words"] == "Hm."
    async with lab.write() as session:
        await kept.forget_person(session, ADA, now=is_over)
        await erase(session, ADA, REGISTRY.personal_data)
    async with lab.read() as session:
        left = {plan.id: plan for plan in await session.scalars(select(Plan))}
        told = list(await session.scalars(select(Report))) + list(
            await session.scalars(select(Note))
        )
    assert set(left) == ({reported.id, runs.id} if stays else set())
    assert len(told) == (2 if stays else 0)
    assert waits.id not in left
    for plan in left.values():
        assert plan.user_id is None
        assert "UADA" not in json.dumps(plan.model_dump(mode="json"))
    if stays:
        assert left[runs.id].end_reason == "erased"
        assert await events(lab, now=is_over + 90 * DAY) == []


async def test_a_supervisor_who_erases_their_data_is_forgotten_and_the_plan_ends(
    lab: Database,
) -> None:
    plan = await running(lab, now=START)
    async with lab.write() as session:
        exported = await everything_about(session, KENJI, REGISTRY.personal_data)
        await erase(session, KENJI, REGISTRY.personal_data)
        await clock.check_supervision(session, "T1", now=START)
    assert [one["id"] for one in exported["log"]["sandbox_plans_you_supervise"]] == [plan.id]
    assert await events(lab, now=START + DAY) == ["ended"]
    assert await state(lab, plan) == ("ended", "unsupervised")
