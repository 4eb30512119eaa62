"""Every query that a click waits for uses an index."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from app import REGISTRY
from storage import (
    audit,
    checkins,
    holders,
    inbound,
    members,
    privacy,
    required_level,
    rules,
    safeguards,
    workspaces,
)
from storage.access import due, grants, people, requests
from storage.access.facts import facts_of
from storage.agents import agents, grades, history
from storage.agents.agents import Agent
from storage.assessments import assessments, card_places, given_answers, wordings
from storage.assessments.assessments import Assessment
from storage.clients import access_log, clients, emails
from storage.clients.access_log import Answered
from storage.clients.clients import Asker, ClientToken
from storage.database import Session
from storage.database.engine import Database
from storage.database.rows import NamingTable
from storage.evidence import claim_rows, decisions, desk, exclusions, review_requests, verified
from storage.evidence import queue as queue_of
from storage.installs import installs, states
from storage.knowledge import checked, practice, tries
from storage.ledger import heads, ledger
from storage.outbox import queue, schedules
from storage.sandbox import clock, plan_rows, register, supervisors
from storage.steps import step_offers, steps
from storage.steps.steps import Step
from storage.team_digest import releases, teams
from tests.storage.cast import ADA, SALES, START, minute, tip_named
from tests.storage.registers import BOATS, JOURNEY, facts
from tests.storage.statements import plan_of, recorded

Call = Callable[[Session, Assessment], Awaitable[Any]]

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

HERE = ("T1", "C1")
TOKEN = ClientToken("T1", "some", "secret")


def an_agent() -> Agent:
    """An agent of the channel, as the database has it."""
    return Agent(
        workspace_id="T1",
        id="some",
        channel_id="C1",
        framework="boats",
        name="Some",
        name_key="some",
        tool="Workbench",
        model="model-1",
        purpose="Fixes",
        added_at=START,
        changed_at=START,
        model_since=START,
    )


async def recorded_act(session: Session) -> None:
    """An act of a member whose workspace has no key yet."""
    who = await audit.member(session, ADA)
    await audit.append(session, "T1", "export", who=who, place="home", now=minute(1))


async def was_asked(session: Session) -> None:
    """Store a program, and an answer to it."""
    token = await clients.add(session, "T1", "some", [], now=minute(0))
    assert token is not None
    answer = Answered("U1", "some", is_allowed=False, policy_version="1")
    asker = Asker("T1", token.client_id, frozenset())
    await access_log.record(session, asker, [answer], now=minute(1))


async def is_in_the_log(session: Session) -> None:
    """A question about a member whose workspace has a key."""
    await audit.member(session, ADA)
    await audit.has_entry(session, ADA, "erasure")


MEMBERS_TABLES = len(
    [
        part
        for part in (*privacy.CORE_DATA, *REGISTRY.personal_data)
        if isinstance(part, NamingTable) or not part.stays_after_erasure
    ]
)
"""An erasure takes one statement for each of them, also of what is off, and three to lock and look up."""

CALLS: dict[str, tuple[int, Call]] = {
    "workspaces.get": (1, lambda s, a: workspaces.get(s, "T1")),
    "members.get": (1, lambda s, a: members.get(s, ADA)),
    "members.ensure": (1, lambda s, a: members.ensure(s, ADA, now=minute(1))),
    "members.claim_greeting": (2, lambda s, a: members.claim_greeting(s, ADA, now=minute(1))),
    "assessments.open_one": (1, lambda s, a: assessments.get_open(s, ADA, lock=True)),
    "assessments.get": (1, lambda s, a: assessments.get(s, "T1", a.id, lock=True)),
    "assessments.words": (1, wordings.words_of),
    "assessments.answers": (1, given_answers.levels_by_item),
    "assessments.answers_of_each": (1, lambda s, a: given_answers.levels_of_each(s, [a])),
    "assessments.open_ones": (1, lambda s, a: assessments.list_open(s, ADA)),
    "assessments.notes": (1, given_answers.links_by_item),
    "assessments.answer_card": (
        2,
        lambda s, a: given_answers.save_card(
            s, a, {"checking": 1.0, "sharing": 1.0}, place=2, now=minute(1)
        ),
    ),
    "assessments.keep_draft": (1, lambda s, a: given_answers.save_draft(s, a, "{}")),
    "assessments.take_back_card": (
        2,
        lambda s, a: given_answers.remove_card(s, a, ["starting"], draft="{}"),
    ),
    "assessments.abandon": (1, lambda s, a: assessments.abandon(s, a, now=minute(1))),
    "assessments.claim_card": (1, lambda s, a: card_places.announce(s, a, "key")),
    "assessments.start": (4, lambda s, a: assessments.start(s, ADA, SALES, now=minute(1))),
    "assessments.history": (1, lambda s, a: assessments.history(s, ADA)),
    "assessments.latest": (1, lambda s, a: assessments.latest(s, ADA, before=minute(1))),
    "assessments.on_card": (1, card_places.latest_assessment),
    "gradings.last_about": (1, lambda s, a: assessments.latest_about(s, ADA, "some")),
    "agents.add": (3, lambda s, a: agents.add(s, *HERE, "boats", facts(), by="U1", now=START)),
    "agents.edit": (
        5,
        lambda s, a: agents.edit(s, an_agent(), facts(), by="U1", now=START, revision=0),
    ),
    "agents.remove": (3, lambda s, a: agents.remove(s, an_agent(), by="U1", now=START)),
    "agents.get": (1, lambda s, a: agents.get(s, "T1", "some", lock=True)),
    "agents.find": (1, lambda s, a: agents.find(s, *HERE, "Robo")),
    "agents.of_channel": (1, lambda s, a: agents.of_channel(s, *HERE)),
    "agents.removed_from": (1, lambda s, a: agents.removed_from(s, *HERE, limit=9)),
    "agents.events": (1, lambda s, a: history.of_agent(s, "T1", "some", limit=9)),
    "agents.events_in": (1, lambda s, a: history.of_channel(s, *HERE, limit=9)),
    "grades.note": (
        6,
        lambda s, a: grades.add(s, an_agent(), BOATS, {}, {}, level=1, by="U1", now=START),
    ),
    "grades.by_id": (1, lambda s, a: grades.by_id(s, "T1", ["some", "other"])),
    "grades.history": (1, lambda s, a: grades.of_agent(s, "T1", "some", limit=9)),
    "grades.latest_of": (1, lambda s, a: grades.latest_by_agent(s, "T1", ["some", "other"])),
    "projects.share": (
        5,
        lambda s, a: required_level.share(
            s, *HERE, JOURNEY, {}, name="x", level=1, by="U1", now=START
        ),
    ),
    "projects.find": (1, lambda s, a: required_level.find(s, *HERE, "Shop")),
    "projects.of_channel": (1, lambda s, a: required_level.of_channel(s, *HERE)),
    "knowledge.tries": (1, lambda s, a: tries.tries_of(s, ADA)),
    "knowledge.checked": (1, lambda s, a: checked.checked_of(s, ADA, minute(1))),
    "knowledge.record": (1, lambda s, a: checked.record(s, ADA, "skill", now=minute(1))),
    "knowledge.next_end": (1, lambda s, a: checked.next_end(s, "T1", now=minute(1))),
    "knowledge.ends": (1, lambda s, a: checked.workspaces_with_ends(s, now=minute(1))),
    "practice.get": (1, lambda s, a: practice.get(s, ADA, "item")),
    "practice.cards": (1, lambda s, a: practice.list_cards(s, ADA, ["item"])),
    "practice.due": (1, lambda s, a: practice.due(s, ADA, ["item"], now=minute(1))),
    "practice.since": (1, lambda s, a: practice.practiced_since(s, ADA, minute(0))),
    "practice.count": (1, lambda s, a: practice.count(s, ADA)),
    "practice.is_wanted": (1, lambda s, a: practice.is_wanted(s, ADA)),
    "practice.stop": (2, lambda s, a: practice.stop(s, ADA, now=minute(1))),
    "practice.prune": (1, lambda s, a: practice.prune(s, before=minute(1), limit=9)),
    "steps.current": (1, lambda s, a: steps.current(s, ADA)),
    "steps.offer": (
        3,
        lambda s, a: step_offers.offer(s, ADA, tip_named("x"), assessment_id=a.id, now=minute(1)),
    ),
    "steps.mark": (1, lambda s, a: steps.mark_current(s, ADA, "some", "done", now=minute(1))),
    "steps.choose": (4, lambda s, a: step_offers.choose(s, ADA, "some", now=minute(1))),
    "steps.offer_waiting": (
        4,
        lambda s, a: step_offers.offer_waiting(s, ADA, STEP, now=minute(1)),
    ),
    "steps.waiting": (1, lambda s, a: step_offers.list_waiting(s, ADA)),
    "steps.done": (2, lambda s, a: steps.list_done(s, ADA, limit=5)),
    "steps.past": (1, lambda s, a: steps.tip_history(s, ADA)),
    "steps.history": (1, lambda s, a: steps.list_steps(s, ADA)),
    "members.note_profile": (
        2,
        lambda s, a: members.record_profile(s, ADA, zone=None, is_active=True, now=minute(1)),
    ),
    "members.stale_profiles": (
        1,
        lambda s, a: members.stale_profiles(s, "T1", ["U1", "U2"], before=minute(1)),
    ),
    "paces.get": (1, lambda s, a: checkins.get_pace(s, ADA)),
    "paces.ensure": (3, lambda s, a: checkins.ensure_pace(s, ADA, now=minute(1))),
    "paces.choose": (2, lambda s, a: checkins.change_pace(s, ADA, now=minute(1), hour=9)),
    "paces.pause": (4, lambda s, a: checkins.pause(s, ADA, now=minute(1))),
    "paces.remind_once": (4, lambda s, a: checkins.claim_reminder(s, ADA, now=minute(1))),
    "paces.ignored": (1, lambda s, a: checkins.count_ignored(s, ADA)),
    "paces.sent_days": (1, lambda s, a: checkins.sent_days(s, ADA, since=START.date())),
    "practices.note": (2, lambda s, a: steps.record_practice(s, ADA, STEP, "done", now=minute(1))),
    "practices.obstacle": (1, lambda s, a: steps.record_obstacle(s, ADA, "some", "time")),
    "practices.of_member": (1, lambda s, a: steps.list_practices(s, ADA)),
    "schedules.stop": (1, lambda s, a: schedules.stop(s, "T1", "checkin", "U1", now=minute(1))),
    "outbox.answer": (1, lambda s, a: queue.record_answer(s, ADA, "some", "done", now=minute(1))),
    "teams.get": (1, lambda s, a: teams.get(s, "T1", "C1")),
    "teams.unfollow": (1, lambda s, a: teams.unfollow(s, "T1", "C1", reason="x", now=minute(1))),
    "releases.earlier": (1, lambda s, a: releases.earlier_digests(s, "T1", "C1")),
    "teams.done": (2, lambda s, a: teams.record_team_practice(s, ADA, "m1", now=minute(1))),
    "inbound.claim": (1, lambda s, a: inbound.claim(s, "T1", "Ev1", now=minute(1))),
    "inbound.prune": (1, lambda s, a: inbound.prune(s, before=minute(1), limit=10)),
    "audit.append": (6, lambda s, a: recorded_act(s)),
    "audit.has_entry": (5, lambda s, a: is_in_the_log(s)),
    "audit.rows_of": (1, lambda s, a: audit.rows_of(s, ADA)),
    "audit.prune": (1, lambda s, a: audit.prune(s, before=minute(1), limit=10)),
    "audit.latest_about": (1, lambda s, a: audit.latest_about(s, "T1", "admin")),
    "safeguards.minimum_since": (
        2,
        lambda s, a: safeguards.minimum_since(s, "T1", START, least=5),
    ),
    "holders.has_role": (1, lambda s, a: holders.has_role(s, ADA, "verifier", now=minute(1))),
    "holders.roles_of": (1, lambda s, a: holders.roles_of(s, ADA, now=minute(1))),
    "holders.remove_member": (1, lambda s, a: holders.remove_member(s, ADA)),
    "rules.latest": (1, lambda s, a: rules.latest(s, "T1")),
    "rules.last_reading": (1, lambda s, a: rules.last_reading(s, ADA)),
    "rules.to_count": (1, lambda s, a: rules.workspaces_to_count(s, now=minute(1))),
    "evidence.levels_of": (1, lambda s, a: verified.levels_of(s, ADA, minute(1))),
    "evidence.ended_of": (1, lambda s, a: verified.ended_of(s, ADA, minute(1))),
    "evidence.ending": (1, lambda s, a: verified.due(s, now=minute(1))),
    "evidence.of_member": (1, lambda s, a: claim_rows.of_member(s, ADA)),
    "evidence.waiting": (1, lambda s, a: desk.waiting_in(s, "T1", now=minute(1))),
    "evidence.to_finish": (1, lambda s, a: decisions.due(s, now=minute(1))),
    "evidence.to_ask": (1, lambda s, a: review_requests.due(s, now=minute(1))),
    "evidence.exclusions": (1, lambda s, a: exclusions.reviewer(s, ADA, now=minute(1))),
    "evidence.queue": (1, lambda s, a: queue_of.held_now(s, "T1", ["some"], minute(1))),
    "access.due": (3, lambda s, a: due.workspaces_due(s, now=minute(1))),
    "access.members_due": (
        2,
        lambda s, a: due.members_due(s, "T1", generation=1, now=minute(1), limit=9),
    ),
    "access.mark": (1, lambda s, a: due.mark(s, ADA, now=minute(1))),
    "access.mark_workspace": (1, lambda s, a: due.mark_workspace(s, "T1")),
    "access.finish": (1, lambda s, a: due.finish(s, "T1", generation=1)),
    "access.facts": (1, lambda s, a: facts_of(s, ADA)),
    "access.people": (1, lambda s, a: people.everyone(s, "T1", now=minute(1))),
    "access.requests_of": (1, lambda s, a: requests.of_member(s, ADA)),
    "access.requests_waiting": (1, lambda s, a: s.scalars(requests.open_for("T1", ["some"]))),
    "access.requests_approved": (
        1,
        lambda s, a: s.scalars(requests.approved_for("T1", ["some"])),
    ),
    "access.withdraw": (1, lambda s, a: requests.withdraw(s, ADA, now=minute(1))),
    "access.to_remind": (1, lambda s, a: requests.workspaces_to_remind(s, now=minute(1))),
    "access.remind": (1, lambda s, a: requests.next_reminder(s, "T1", now=minute(1))),
    "access.holders": (1, lambda s, a: grants.holders(s, "T1", "some")),
    "clients.of_token": (1, lambda s, a: clients.of_token(s, TOKEN)),
    "clients.named": (1, lambda s, a: clients.named(s, "T1", "some")),
    "clients.record": (2, lambda s, a: was_asked(s)),
    "clients.prune": (1, lambda s, a: access_log.prune(s, before=minute(1), limit=9)),
    "clients.prune_in": (1, lambda s, a: access_log.prune_in(s, "T1", before=minute(1), limit=9)),
    "clients.by_email": (
        1,
        lambda s, a: emails.users_of(s, "T1", ["a@example.com"], now=minute(1)),
    ),
    "sandbox.of_member": (1, lambda s, a: plan_rows.of_member(s, ADA)),
    "sandbox.due": (1, lambda s, a: clock.due(s, now=minute(1))),
    "sandbox.next": (1, lambda s, a: clock.take_next(s, "T1", now=minute(1))),
    "sandbox.supervised_in": (1, lambda s, a: clock.supervised_workspaces(s, now=minute(1))),
    "sandbox.supervision": (3, lambda s, a: clock.check_supervision(s, "T1", now=minute(1))),
    "sandbox.waiting": (1, lambda s, a: register.waiting_for(s, ADA)),
    "sandbox.register": (2, lambda s, a: register.page(s, "T1")),
    "sandbox.candidates": (2, lambda s, a: supervisors.candidates(s, ADA, now=minute(1))),
    "sandbox.spans": (1, lambda s, a: supervisors.spans(s, ADA, now=minute(1))),
    "ledger.append": (5, lambda s, a: ledger.append(s, ADA, "x", "y", {}, now=START)),
    "ledger.to_log": (1, lambda s, a: heads.to_log(s, now=minute(1))),
    "installs.find": (1, lambda s, a: installs.find(s, "T1", "E1")),
    "installs.to_refresh": (1, lambda s, a: installs.list_to_refresh(s, now=minute(1), limit=9)),
    "installs.issue": (2, lambda s, a: states.issue(s, "some", now=minute(1))),
    "installs.use": (1, lambda s, a: states.use(s, "some", now=minute(1))),
    "erasure.erase": (
        MEMBERS_TABLES + 3,
        lambda s, a: privacy.erase(s, ADA, REGISTRY.personal_data),
    ),
}


@pytest.fixture(params=CALLS)
def call_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_no_query_of_a_click_reads_a_whole_table(database: Database, call_name: str) -> None:
    most, call = CALLS[call_name]
    async with database.write() as session:
        assessment = await assessments.start(session, ADA, SALES, now=minute(0))
        session.add(an_agent())
        given = {"starting": 1.0}
        await given_answers.save_card(session, assessment, given, place=0, now=minute(0))
        with recorded(session) as seen:
            await call(session, assessment)
        plans = [await plan_of(session, statement, values) for statement, values in seen]
    assert 0 < len(seen) <= most, "a click waits for each of these statements"
    for (statement, _), plan in zip(seen, plans, strict=True):
        assert not reads_a_table(plan), f"{statement}\n{plan}"


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_an_export_takes_no_statement_for_each_self_check(database: Database) -> None:
    counts = []
    for _ in range(3):
        async with database.write() as session:
            one = await assessments.start(session, ADA, SALES, now=minute(0))
            await given_answers.save_card(session, one, {"starting": 1.0}, place=0, now=minute(0))
            await assessments.abandon(session, one, now=minute(1))
        async with database.read() as session:
            with recorded(session) as seen:
                held = await privacy.everything_about(session, ADA, REGISTRY.personal_data)
        counts.append(len(seen))
    assert len(held["answers"]["in_words"]) == 3
    assert len(set(counts)) == 1


def reads_a_table(plan: str) -> bool:
    """Whether SQLite goes through anything else than values of ours, or rows that it found by an index."""
    found = ("SCAN CONSTANT ROW", "SCAN given", "SCAN anon_1", "SCAN (subquery-")
    return any("SCAN" in line and not line.startswith(found) for line in plan.split("\n"))


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(
    ("call", "index"),
    [
        (CALLS["assessments.open_one"][1], "one_open_assessment"),
        (CALLS["assessments.history"][1], "ix_assessment_of_member"),
        (CALLS["practice.prune"][1], "ix_practice_card_due_at"),
        (CALLS["steps.current"][1], "one_current_step"),
        (CALLS["steps.past"][1], "ix_step_of_member"),
        (CALLS["inbound.prune"][1], "ix_inbound_seen_at"),
        (CALLS["audit.prune"][1], "ix_audit_event_at"),
        (CALLS["agents.find"][1], "one_agent_per_name"),
        (CALLS["agents.of_channel"][1], "one_agent_per_name"),
        (CALLS["agents.removed_from"][1], "ix_agent_of_channel"),
        (CALLS["agents.events"][1], "ix_agent_event_of_agent"),
        (CALLS["grades.history"][1], "ix_grade_of_agent"),
        (CALLS["projects.find"][1], "one_project_per_name"),
        (CALLS["safeguards.minimum_since"][1], "ix_audit_event_act"),
        (CALLS["holders.remove_member"][1], "ix_role_holder_of_member"),
        (CALLS["rules.to_count"][1], "ix_rules_version_uncounted"),
        (CALLS["installs.to_refresh"][1], "ix_installation_refresh_at"),
        (CALLS["installs.issue"][1], "ix_install_state_issued_at"),
    ],
)
async def test_each_index_is_used_and_gives_the_order(
    database: Database, call: Call, index: str
) -> None:
    async with database.write() as session:
        assessment = await assessments.start(session, ADA, SALES, now=minute(0))
        with recorded(session) as statements:
            await call(session, assessment)
        plans = [await plan_of(session, statement, values) for statement, values in statements]
    assert any(index in plan for plan in plans)
    assert not any("TEMP B-TREE" in plan for plan in plans)


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
            "ix_checked_skill_untold",
            "ix_knowledge_answer_of_member",
            "ix_practice_card_due",
            "ix_practice_card_due_at",
            "ix_practice_of_member",
            "ix_practice_of_step",
            "ix_schedule_due",
            "ix_schedule_due_here",
            "ix_schedule_channel_due",
            "ix_message_channel_ready",
            "ix_team_unannounced",
            "ix_completeness_day",
            "ix_schedule_of_member",
            "one_message_per_key",
            "ix_message_ready",
            "ix_message_held",
            "ix_message_of_subject",
            "ix_message_of_member",
            "ix_message_unknown",
            "ix_roster_of_member",
            "ix_release_of_team",
            "ix_team_practice_of_member",
            "ix_inbound_seen_at",
            "ix_audit_event_at",
            "ix_audit_event_who",
            "ix_audit_event_act",
            "ix_audit_event_number",
            "ix_chain_head_logged_at",
            "ix_ledger_person_of_member",
            "ix_access_member_due",
            "ix_access_member_generation",
            "ix_access_workspace_behind",
            "ix_access_workspace_looked",
            "ix_access_change_dead",
            "ix_access_change_due",
            "ix_access_change_of_member",
            "ix_access_change_order",
            "ix_receiver_look",
            "ix_receiver_permission",
            "ix_receiver_person_of_member",
            "ix_access_held_of_permission",
            "ix_access_client_name",
            "ix_access_log_at",
            "ix_access_log_of_member",
            "ix_access_email_digest",
            "ix_access_request_open",
            "ix_access_request_waiting",
            "ix_access_request_approved",
            "ix_access_request_remind",
            "ix_access_request_of_member",
            "ix_access_request_asked",
            "one_open_claim",
            "ix_evidence_claim_waiting",
            "ix_evidence_claim_finish",
            "ix_evidence_claim_of_member",
            "ix_evidence_verifier_of_member",
            "ix_evidence_piece_of_claim",
            "ix_evidence_piece_of_member",
            "one_taken_review",
            "ix_evidence_review_of_claim",
            "ix_evidence_review_of_verifier",
            "ix_evidence_ask_of_member",
            "ix_evidence_verified_ends",
            "ix_evidence_verified_claim",
            "one_badge_per_level",
            "ix_badge_number",
            "ix_signing_key_issuer",
            "ix_notice_of_member",
            "ix_sandbox_plan_of_member",
            "ix_sandbox_plan_of_supervisor",
            "ix_sandbox_plan_by_state",
            "ix_sandbox_plan_due",
            "one_agent_per_name",
            "ix_agent_of_channel",
            "ix_agent_event_of_agent",
            "ix_grade_of_agent",
            "ix_grade_of_wording",
            "one_project_per_name",
            "ix_project_of_wording",
            "ix_role_holder_of_member",
            "ix_rules_version_uncounted",
            "ix_installation_refresh_at",
            "ix_install_state_issued_at",
        }
