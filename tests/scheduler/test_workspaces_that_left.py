"""No capability's job has anything to do in a workspace that the app was removed from."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from app import REGISTRY
from coaching.knowledge.checked import CHECKED_FOR
from coaching.members import MemberKey
from coaching.rules import Rules
from storage import rules, workspaces
from storage.access.requests import AccessRequest
from storage.assessments import assessments, given_answers
from storage.changes.queue import Change
from storage.changes.receivers import SCIM, Receiver
from storage.database.engine import Database
from storage.evidence.claim_rows import Claim
from storage.evidence.verified import VerifiedLevel
from storage.holders import RoleGroup
from storage.knowledge.checked import CheckedSkill
from storage.ledger import ledger
from storage.sandbox.plan_rows import Plan
from storage.team_digest.teams import Team
from storage.workspaces import Workspace
from tests.storage.cast import SALES, completed, minute

HERE, LEFT = MemberKey("T1", "U1"), MemberKey("T2", "U1")
LATER = minute(0) + timedelta(days=100)
LESS = '{"messages_kept": 30, "access_emails": true, "access_log_kept": 30}'
JOBS = [job.name for job in REGISTRY.jobs]
SOON = LATER + timedelta(days=1)


async def has_work(database: Database, key: MemberKey) -> None:
    """The workspace has what each job is for, at the moment `LATER`."""
    here: dict[str, Any] = {"workspace_id": key.workspace_id}
    of_member: dict[str, Any] = {**here, "user_id": key.user_id}
    of_claim: dict[str, Any] = {
        **of_member,
        "framework": "boats",
        "level": 1,
        "from_level": 1,
        "is_renewal": False,
        "state": "submitted",
        "criteria": "[]",
        "opened_at": minute(3),
        "submitted_at": minute(3),
    }
    rows = (
        RoleGroup(**here, role="verifier", group_id="S1", handle="boats"),
        Team(**here, channel_id="C1", zone="UTC", weekday=0, hour=9, followed_at=minute(3)),
        CheckedSkill(**of_member, skill="judging-output", checked_at=SOON - CHECKED_FOR),
        Claim(**of_claim, id="waits", family="sales", needs="first"),
        Claim(**of_claim, id="decided", family="", finish_at=minute(4)),
        VerifiedLevel(
            **of_member,
            framework="boats",
            family="",
            level=1,
            claim_id="decided",
            verified_at=minute(4),
            ends_at=SOON,
        ),
        AccessRequest(
            **of_member,
            id="asked",
            permission_id="agents",
            approver_id="security",
            words="To try it.",
            asked_at=minute(3),
            remind_at=minute(4),
        ),
        Receiver(
            **here,
            id="gate",
            kind=SCIM,
            url="https://gate.example.org",
            made_at=minute(3),
            open_at=minute(3),
            look_at=minute(4),
        ),
        Change(
            **of_member,
            receiver_id="gate",
            id="granted",
            permission="agents",
            change="granted",
            via="policy",
            reason="allowed",
            policy_version="1",
            at=minute(4),
            due_at=minute(4),
        ),
        Plan(**of_member, id="plan", state="running", opened_at=minute(3), due_at=minute(4)),
    )
    async with database.write() as session:
        await workspaces.connect(session, key.workspace_id, "Acme", now=minute(0))
        keeps_less = update(Workspace).where(col(Workspace.workspace_id) == key.workspace_id)
        await session.execute(keeps_less.values(settings=LESS))
        one = await assessments.start(session, key, SALES, now=minute(0))
        await given_answers.save_card(session, one, {"starting": 2.0}, place=0, now=minute(1))
        await completed(session, one, now=minute(2))
        await rules.save(
            session, key, Rules(lines=("Ask.",)), based_on=0, place="home", now=minute(0)
        )
        for row in rows:
            session.add(row)
            await session.flush()
        await ledger.append(session, key, "opened", "waits", {}, now=minute(3), by=key)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_no_job_is_due_in_a_workspace_that_left(database: Database) -> None:
    for key in (HERE, LEFT):
        await has_work(database, key)
    everywhere, here = dict.fromkeys(JOBS, ("T1", "T2")), dict.fromkeys(JOBS, ("T1",))
    assert await due_in(database) == everywhere
    async with database.write() as session:
        assert await workspaces.disconnect(session, "T2", reason="uninstalled", now=minute(5))
    assert await due_in(database) == here


async def due_in(database: Database) -> dict[str, tuple[str, ...]]:
    """The workspaces in which each job is due, by its name."""
    async with database.read() as session:
        due = {job.name: await job.due(session, now=LATER) for job in REGISTRY.jobs}
    return {name: tuple(sorted(found)) for name, found in due.items()}
