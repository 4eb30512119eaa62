"""Everything about a member can be handed over and removed, and nothing about anybody else is."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from app import REGISTRY
from coaching.mean_score import Questionnaire
from coaching.members import MemberKey
from coaching.rules import Rules
from storage import (
    admin,
    allowances,
    audit,
    checkins,
    inbound,
    members,
    notices,
    privacy,
    rules,
    workspaces,
)
from storage.allowances import EXPORTS
from storage.assessments import assessments, given_answers
from storage.assessments.wordings import Wording
from storage.badges import Badge
from storage.checkins import Pace
from storage.database import Session
from storage.database.engine import Database
from storage.database.rows import NamingTable, OwnedTable, Row
from storage.database.schema import all_tables
from storage.evidence.claim_rows import Claim
from storage.evidence.ladders import Verifier
from storage.evidence.looks import MarkRow, Review
from storage.evidence.pieces import Piece
from storage.evidence.review_requests import Ask
from storage.evidence.verified import VerifiedLevel
from storage.holders import BY_NAME, RoleHolder
from storage.knowledge.answers import CheckAnswer
from storage.knowledge.checked import CheckedSkill
from storage.knowledge.practice import PracticeCard, PracticeChoice
from storage.ledger import ledger
from storage.outbox import queue, schedules
from storage.outbox.queue import Outgoing
from storage.sandbox.notes import Note
from storage.sandbox.plan_rows import Plan
from storage.sandbox.reports import Report
from storage.steps import step_offers, steps
from storage.steps.steps import Practice, Step
from storage.team_digest.teams import RosterEntry, Team, TeamPractice
from tests.access.rows import has_answered, may_use
from tests.changes.rows import is_told_of
from tests.clients.rows import was_asked_about
from tests.storage.cast import (
    ADA,
    COLLEAGUE,
    NAMESAKE,
    SALES,
    completed,
    minute,
    outgoing,
    planned,
    questionnaire_about,
    tip_named,
)
from tests.storage.lookups import messages_of
from tests.storage.rows import everything, owned_tables
from tests.storage.test_storage_attributions import kept_a_register

OLD = questionnaire_about("sales", version="0")


async def lived_through(database: Database, key: MemberKey, words: Questionnaire) -> None:
    """One assessment completed, one abandoned, one open; one step done and one offered."""
    async with database.write() as session:
        await workspaces.connect(session, key.workspace_id, "Acme", now=minute(0))
        await inbound.claim(session, key.workspace_id, "Ev1", now=minute(0))
        await members.save_family(session, key, "sales", now=minute(0))
        first = await assessments.start(session, key, words, now=minute(0))
        await given_answers.save_card(session, first, {"starting": 2.0}, place=0, now=minute(1))
        await completed(session, first, now=minute(2))
        step = await step_offers.offer(
            session, key, tip_named("note"), assessment_id=first.id, now=minute(3)
        )
        await steps.mark_current(session, key, step.id, "done", now=minute(4))
        await step_offers.offer(
            session, key, tip_named("log"), assessment_id=first.id, now=minute(5)
        )
        second = await assessments.start(session, key, words, now=minute(6))
        await assessments.abandon(session, second, now=minute(7))
        third = await assessments.start(session, key, words, now=minute(8))
        await given_answers.save_card(session, third, {"starting": 0.5}, place=0, now=minute(9))

    await been_coached(database, key, step)
    await has_been_checked(database, key, first.id)
    async with database.write() as session:
        workspace_id, user_id = key.workspace_id, key.user_id
        await allowances.spend(session, workspace_id, user_id, EXPORTS, now=minute(0))
        await admin.name(session, key, now=minute(0))
        await read_rules(session, key)
    await has_shown_evidence(database, key)
    await has_tried(database, key)
    async with database.write() as session:
        await is_told_of(session, key)
        await was_asked_about(session, key)
        await may_use(session, key)


async def has_tried(database: Database, key: MemberKey) -> None:
    """A plan that ended, with a line about its first week and a report."""
    here: dict[str, Any] = {"workspace_id": key.workspace_id}
    plan_id = f"plan-{key.user_id[1:]}"
    of_plan: dict[str, Any] = {**here, "plan_id": plan_id}
    said: dict[str, Any] = dict.fromkeys(("happened", "numbers", "surprised", "others"), "…")
    rows = (
        Plan(**here, id=plan_id, user_id=key.user_id, state="reported", opened_at=minute(30)),
        Note(**of_plan, kind="week", week=1, happened="surprise", said_at=minute(31)),
        Report(**of_plan, **said, verdict="keep", reported_at=minute(32)),
    )
    await stored(database, rows)


async def has_shown_evidence(database: Database, key: MemberKey) -> None:
    """A claim with its piece, returned with words, what was told of it, and the level that it verified."""
    of_member: dict[str, Any] = {"workspace_id": key.workspace_id, "user_id": key.user_id}
    place: dict[str, Any] = {"framework": "boats", "family": ""}
    claim_id = f"claim-{key.user_id[1:]}"
    of_claim: dict[str, Any] = {"workspace_id": key.workspace_id, "claim_id": claim_id}
    of_review: dict[str, Any] = {"workspace_id": key.workspace_id, "review_id": f"r-{key.user_id}"}
    rows = (
        Claim(
            **of_member,
            **place,
            id=claim_id,
            level=1,
            from_level=1,
            is_renewal=False,
            state="returned",
            round=1,
            criteria="[]",
            opened_at=minute(26),
        ),
        Piece(
            **of_member,
            claim_id=claim_id,
            id=f"piece-{key.user_id}",
            level=1,
            link="",
            did="…",
            ai_did="…",
            checked="…",
            shows="[]",
            saved_at=minute(27),
        ),
        Review(
            **of_claim,
            id=of_review["review_id"],
            round=1,
            look="first",
            state="returned",
            taken_at=minute(28),
            held_until=minute(29),
        ),
        MarkRow(**of_review, criterion="1:a", verdict="not_shown", words="…", marked_at=minute(28)),
        Ask(**of_member, claim_id=claim_id, stage="new", asked_at=minute(28)),
    )
    await stored(database, rows)
    await is_verified(database, key, claim_id)
    async with database.write() as session:
        await ledger.append(session, key, "opened", claim_id, {}, now=minute(26), by=key)
        await notices.add(session, key, "claim_decided", claim_id, now=minute(26))


async def is_verified(database: Database, key: MemberKey, claim_id: str) -> None:
    """A level that this claim verified, a badge, and a ladder on which they verify."""
    of_member: dict[str, Any] = {"workspace_id": key.workspace_id, "user_id": key.user_id}
    place: dict[str, Any] = {"framework": "boats", "family": ""}
    rows = (
        VerifiedLevel(
            **of_member,
            **place,
            level=1,
            claim_id=claim_id,
            verified_at=minute(29),
            ends_at=minute(99),
        ),
        Verifier(**of_member, **place, is_named=True, since=minute(29)),
        Badge(
            **of_member,
            id=f"badge-{key.user_id}",
            framework="ai-coding",
            family="",
            level=1,
            number=1,
            verified_at=minute(24),
            issued_at=minute(25),
        ),
    )
    await stored(database, rows)


async def been_coached(database: Database, key: MemberKey, step: Step) -> None:
    """A pace, a check-in sent and one to come, what they said of a step, and a team that they set up."""
    of_member: dict[str, Any] = {"workspace_id": key.workspace_id, "user_id": key.user_id}
    team: dict[str, Any] = {"workspace_id": key.workspace_id, "channel_id": f"C{key.user_id}"}
    rows = (
        Pace(**of_member, heard_at=minute(10), snoozed_until=minute(0).date()),
        planned(key),
        outgoing(key, state="sent", sent_at=minute(20)),
        outgoing(key, "second"),
        Practice(
            **of_member,
            id=f"practice-{key.user_id}",
            step_id=step.id,
            tip_id=step.tip_id,
            outcome="partly",
            said_at=minute(21),
        ),
        Team(
            **team,
            set_by=key.user_id,
            zone="UTC",
            weekday=0,
            hour=9,
            followed_at=minute(22),
        ),
        RosterEntry(**of_member, channel_id=team["channel_id"], period=minute(0).date()),
        TeamPractice(**of_member, message_id="digest", said_at=minute(23)),
        RoleHolder(**of_member, role="verifier", group_id=BY_NAME, since=minute(24)),
    )
    await stored(database, rows)


async def has_been_checked(database: Database, key: MemberKey, assessment_id: str) -> None:
    """An answer to a knowledge check, a skill that was checked, and a question that comes back."""
    of_member: dict[str, Any] = {"workspace_id": key.workspace_id, "user_id": key.user_id}
    rows = (
        CheckAnswer(
            **of_member,
            assessment_id=assessment_id,
            item_id="item",
            place=0,
            variant="sales",
            chosen=1,
            is_right=True,
            sure=2,
            scored_at=minute(25),
        ),
        CheckedSkill(
            **of_member, skill="judging-output", checked_at=minute(25), told_at=minute(26)
        ),
        PracticeCard(
            **of_member,
            item_id="item",
            skill="judging-output",
            stability=1.0,
            difficulty=5.0,
            reviewed_at=minute(25),
            due_at=minute(26),
            practiced_at=minute(25),
        ),
        PracticeChoice(**of_member, stopped_at=minute(27)),
    )
    await stored(database, rows)


async def stored(database: Database, rows: Iterable[Row]) -> None:
    """Rows in this order, each of which may refer to those before it."""
    async with database.write() as session:
        for row in rows:
            session.add(row)
            await session.flush()


async def read_rules(session: Session, key: MemberKey) -> None:
    """The workspace has rules that name nobody, and the member said they read them."""
    await rules.save(session, key, Rules(lines=("Ask.",)), based_on=0, place="home", now=minute(0))
    assert await rules.record_reading(session, key, 1, now=minute(25))


def about_members() -> set[str]:
    """The tables with a user id, and those that hang on one of them; a subject may be one too."""
    found = {
        table.name
        for table in all_tables().sorted_tables
        if "user_id" in table.columns or table.name == "allowance"
    }
    for table in all_tables().sorted_tables:
        if {key.referred_table.name for key in table.foreign_key_constraints} & found:
            found.add(table.name)
    return found


async def test_the_export_holds_every_row_in_readable_form(database: Database) -> None:
    await lived_through(database, ADA, SALES)
    async with database.read() as session:
        exported = await privacy.everything_about(session, ADA, REGISTRY.personal_data)
    assert json.loads(json.dumps(exported)) == exported
    assert exported["you"]["member"]["created_at"] == "2026-03-02T09:00:00+00:00"
    done, _, still_open = exported["results"]["assessments"]
    assert [done["kind"], done["state"], done["tier"], done["result"], done["ended_at"]] == [
        "self-check",
        "completed",
        2.0,
        f"tier 2, {SALES.tier(2).name}",
        "2026-03-02T09:02:00+00:00",
    ]
    first, second = exported["answers"]["in_words"]
    question = SALES.questions[0]
    assert [first["assessment_id"], first["question"], first["answer"], first["level"]] == [
        done["id"],
        question.text,
        SALES.text_of(question.id, 2.0),
        2.0,
    ]
    assert (second["assessment_id"], second["answer"]) == (still_open["id"], SALES.none_label)
    offered = exported["steps"]["offered"]
    assert [(step["tip_id"], step["state"]) for step in offered] == [
        ("note", "done"),
        ("log", "offered"),
    ]
    assert offered[0]["words"]["title"] == tip_named("note").title


async def test_the_export_says_what_is_planned_and_what_came(database: Database) -> None:
    await lived_through(database, ADA, SALES)
    await lived_through(database, COLLEAGUE, SALES)
    async with database.read() as session:
        exported = await privacy.everything_about(session, ADA, REGISTRY.personal_data)
    assert json.loads(json.dumps(exported)) == exported
    assert exported["settings"]["check_ins"]["snoozed_until"] == "2026-03-02"
    assert [said["outcome"] for said in exported["steps"]["how_they_went"]] == ["partly"]
    assert [plan["next_on"] for plan in exported["messages"]["planned"]] == ["2026-03-02"]
    assert [row["state"] for row in exported["messages"]["from_rungs"]] == ["sent", "ready"]
    assert [row["channel_id"] for row in exported["channels"]["counted_in_teams"]] == ["CU1"]
    assert exported["channels"]["team_digests_set_up"] == [
        {"channel_id": "CU1", "followed_at": "2026-03-02T09:22:00+00:00"}
    ]
    assert [row["message_id"] for row in exported["channels"]["team_experiments"]] == ["digest"]


async def test_the_export_has_every_column_and_what_the_documents_name(
    database: Database,
) -> None:
    await lived_through(database, ADA, SALES)
    await kept_a_register(database, ADA)
    async with database.write() as session:
        who = await audit.member(session, ADA)
        await audit.append(session, "T1", "export", who=who, place="home", now=minute(30))
        await has_answered(session, ADA, COLLEAGUE)
        exported = await privacy.everything_about(session, ADA, REGISTRY.personal_data)
    held = {
        f"{section}.{part}.{name}"
        for section, parts in exported.items()
        if isinstance(parts, dict)
        for part, rows in parts.items()
        for row in (rows if isinstance(rows, list) else [rows])
        for name in row
    }
    assert held == set(privacy.export_fields(REGISTRY.personal_data))
    owned = [
        part
        for part in (*privacy.CORE_DATA, *REGISTRY.personal_data)
        if isinstance(part, OwnedTable) and part.table is not Wording
    ]
    # A table of members may name others, whose ids are nobody else's to have.
    named = {
        part.table: set(part.columns)
        for part in REGISTRY.personal_data
        if isinstance(part, NamingTable)
    }
    for part in owned:
        places = (f"{part.section}.{part.export_as}", f"internals.{part.export_as}")
        columns = set(all_tables().tables[str(part.table.__tablename__)].columns.keys())
        missing = columns - {path.rpartition(".")[2] for path in held if path.startswith(places)}
        assert missing <= {"workspace_id", "user_id"} | named.get(part.table, set()), part.export_as
    assert about_members() <= {str(part.table.__tablename__) for part in owned}


async def test_only_the_last_section_has_what_nobody_looks_for(database: Database) -> None:
    await lived_through(database, ADA, SALES)
    async with database.read() as session:
        exported = await privacy.everything_about(session, ADA, REGISTRY.personal_data)
    internals = exported.pop("internals")
    for name in ("card_ts", "wording_digest", "dedupe_key", "lease_until", "dm_channel"):
        assert name not in str(exported)
        assert name in str(internals)
    (words,) = internals["words"]
    assert words["words"]["questions"][0]["text"] == SALES.questions[0].text
    assert {row["wording_digest"] for row in internals["assessments"]} == {words["digest"]}
    results = exported["results"]["assessments"]
    assert [row["id"] for row in internals["assessments"]] == [row["id"] for row in results]


async def test_the_export_of_a_stranger_is_empty(database: Database) -> None:
    async with database.read() as session:
        exported = await privacy.everything_about(session, ADA, REGISTRY.personal_data)
    assert (exported.pop("workspace"), exported.pop("user")) == ("T1", "U1")
    assert list(exported) == [
        *("you", "results", "answers", "steps", "messages", "settings", "channels", "log"),
        "internals",
    ]
    assert not any(rows for parts in exported.values() for rows in parts.values())


async def test_the_erasure_removes_every_row_and_counts_it(database: Database) -> None:
    await lived_through(database, ADA, SALES)
    before = await everything(database)
    async with database.write() as session:
        removed = await privacy.erase(session, ADA, REGISTRY.personal_data)
    after = await everything(database)
    assert removed == {
        "admin": 1,
        "access_approval": 1,
        "access_change": 1,
        "access_email": 1,
        "access_grant": 1,
        "access_held": 1,
        "access_log": 1,
        "access_member": 1,
        "access_request": 1,
        "access_training": 1,
        "receiver_person": 1,
        "badge": 1,
        "ledger_person": 2,
        "evidence_verifier": 1,
        "evidence_claim": 1,
        "evidence_piece": 1,
        "evidence_review": 1,
        "evidence_mark": 1,
        "evidence_ask": 1,
        "evidence_verified": 1,
        "sandbox_plan": 1,
        "sandbox_note": 1,
        "sandbox_report": 1,
        "notice": 1,
        "role_holder": 1,
        "rules_reading": 1,
        "knowledge_answer": 1,
        "checked_skill": 1,
        "practice_card": 1,
        "practice_choice": 1,
        "allowance": 1,
        "schedule": 1,
        "message": 2,
        "roster": 1,
        "team_practice": 1,
        "practice": 1,
        "pace": 1,
        "step": 2,
        "answer": 2,
        "assessment": 3,
        "wording": 1,
        "member": 1,
    }
    assert set(removed) == about_members() | {"wording"} == owned_tables()
    for name, rows in before.items():
        assert len(rows) - len(after[name]) == removed.get(name, 0), name
    # The channel still follows its digest; who set it up is nobody any more.
    assert [(team.pop("channel_id"), team["set_by"]) for team in after["team"]] == [("CU1", None)]
    assert "U1" not in str(after)


async def test_the_erasure_leaves_everybody_else_as_they_were(database: Database) -> None:
    for key, words in ((COLLEAGUE, SALES), (NAMESAKE, SALES)):
        await lived_through(database, key, words)
    before = await everything(database)
    await lived_through(database, ADA, SALES)
    async with database.write() as session:
        removed = await privacy.erase(session, ADA, REGISTRY.personal_data)
    assert removed["wording"] == 0
    after = await everything(database)
    after["team"] = [team for team in after["team"] if team["set_by"]]
    for rows in (before, after):
        # The ledger keeps its rows, with codes that nobody can read any more.
        del rows["ledger_row"], rows["chain_head"]
    assert after == before


async def test_words_shown_to_nobody_else_are_erased_with_the_member(database: Database) -> None:
    await lived_through(database, COLLEAGUE, SALES)
    await lived_through(database, ADA, OLD)
    async with database.write() as session:
        assert (await privacy.erase(session, ADA, REGISTRY.personal_data))["wording"] == 1
    kept = (await everything(database))["wording"]
    assert [row["digest"] for row in kept] == [SALES.digest]


async def test_an_erased_member_can_begin_anew(database: Database) -> None:
    await lived_through(database, ADA, SALES)
    async with database.write() as session:
        await members.get(session, ADA)
        await privacy.erase(session, ADA, REGISTRY.personal_data)
        new = await members.ensure(session, ADA, now=minute(90))
        assert (new.created_at, new.family) == (minute(90), None)
    async with database.write() as session:
        assert await members.claim_greeting(session, ADA, now=minute(91)) is True
        assert await assessments.history(session, ADA) == []
        removed = await privacy.erase(session, ADA, REGISTRY.personal_data)
        assert removed == dict.fromkeys(owned_tables(), 0) | {"member": 1}


async def test_an_erasure_amid_clicks_leaves_nothing_half(database: Database) -> None:
    async def click() -> None:
        async with database.write() as session:
            mine = await assessments.start(session, ADA, SALES, now=minute(0))
            await given_answers.save_card(session, mine, {"starting": 1.0}, place=0, now=minute(1))
            await step_offers.offer(
                session, ADA, tip_named("log"), assessment_id=mine.id, now=minute(2)
            )

    async def answer_only() -> None:
        async with database.write() as session:
            mine = await assessments.get_open(session, ADA)
            if mine:
                await given_answers.save_card(
                    session, mine, {"checking": 1.0}, place=1, now=minute(1)
                )

    async def forget() -> None:
        async with database.write() as session:
            await privacy.erase(session, ADA, REGISTRY.personal_data)

    for _ in range(8):
        await asyncio.gather(*(act() for act in (click, answer_only, forget) * 3))
    await forget()
    assert not any((await everything(database)).values())


async def test_an_erasure_gives_way_to_those_who_lock_in_another_order(database: Database) -> None:
    """Each of them locks a row about the member first and the member afterwards, an erasure the other way."""

    async def plan_turned_into_a_message() -> None:
        async with database.write() as session:
            due = await schedules.take_due(session, now=minute(90), limit=9)
            new = [
                queue.NewMessage(
                    workspace_id=plan.workspace_id,
                    kind=plan.kind,
                    subject=plan.subject,
                    user_id=plan.user_id,
                    local_date=minute(0).date(),
                    due_at=minute(90),
                    expires_at=minute(900),
                )
                for plan, _ in due
            ]
            await queue.enqueue(session, new, now=minute(90))
            await schedules.advance(session, [(plan, None) for plan, _ in due])

    async def step_done() -> None:
        async with database.write() as session:
            step = await steps.current(session, ADA)
            if step and await steps.mark_current(session, ADA, step.id, "done", now=minute(30)):
                await steps.record_practice(session, ADA, step, "done", now=minute(30))

    async def answered() -> None:
        async with database.write() as session:
            for message in await messages_of(session, ADA):
                if await queue.record_answer(session, ADA, message.id, "done", now=minute(30)):
                    await checkins.record_activity(session, ADA, now=minute(30))

    async def forget() -> None:
        async with database.write() as session:
            await privacy.erase(session, ADA, REGISTRY.personal_data)

    acts = (plan_turned_into_a_message, step_done, answered, forget)
    for _ in range(10):
        await members_life(database)
        await asyncio.gather(*(act() for act in acts * 2))
    await forget()
    after = await everything(database)
    assert "U1" not in str([rows for name, rows in after.items() if name != "team"])


async def members_life(database: Database) -> None:
    """All there can be about a member, after whatever is left of it is gone."""
    async with database.write() as session:
        await privacy.erase(session, ADA, REGISTRY.personal_data)
        await session.execute(delete(Team))
    await lived_through(database, ADA, SALES)


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_an_erasure_waits_for_a_transaction_that_locked_a_row(database: Database) -> None:
    await lived_through(database, ADA, SALES)
    async with database.write() as session:
        await session.execute(update(Outgoing).values(reason="looked at"))
        forgetting = asyncio.create_task(forgotten(database))
        done, _ = await asyncio.wait([forgetting], timeout=3 * privacy.LOCK_TIMEOUT_MS / 1000)
        assert not done
        # The member is not kept from others meanwhile: this would wait for each other otherwise.
        assert await members.lock(session, ADA) is not None
    assert (await forgetting)["message"] == 2


async def forgotten(database: Database) -> dict[str, int]:
    async with database.write() as session:
        removed = await privacy.erase(session, ADA, REGISTRY.personal_data)
        patience = await session.scalar(text("SHOW lock_timeout"))
    assert patience == "0", "what comes after it in the transaction waits as ever"
    return removed
