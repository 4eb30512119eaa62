"""A small policy for the tests of grants, and a receiver that is told of every change."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from coaching.access.policy import (
    All,
    Approval,
    Approver,
    Permission,
    Policy,
    Requirement,
    RulesRead,
    Training,
    TrainingDone,
    VerifiedLevel,
)
from coaching.evidence import LadderKey
from coaching.members import MemberKey
from coaching.rules import Rules
from storage import members, rules, workspace_settings, workspaces
from storage.access.facts import ACCESS, ON_PERMISSIONS, SANDBOX
from storage.changes.queue import Change
from storage.changes.receivers import Followed, Receiver
from storage.database import Session
from storage.workspace_settings import CAPABILITIES
from tests.storage.cast import START

BOATS = LadderKey("boats")
CHAT, AGENT, CUSTOMERS = "chat", "agent", "customers"
DAY = timedelta(days=1)


def permission(name: str, requires: Requirement, **changes: Any) -> Permission:
    """Return a permission that lasts 100 days, with a grace of five."""
    given: dict[str, Any] = {
        "title": name.capitalize(),
        "lets": f"You may use {name}.",
        "tools": ("Tool",),
        "data": ("public",),
        "risk": "low",
        "valid_for": 100 * DAY,
        "grace": 5 * DAY,
        "on_expiry": "renew",
    }
    return Permission(id=name, requires=requires, **(given | changes))


POLICY = Policy(
    permissions={
        one.id: one
        for one in (
            permission(CHAT, RulesRead(60)),
            permission(
                AGENT,
                All((VerifiedLevel(BOATS, 1), RulesRead(60), TrainingDone("safety", 90))),
                sandbox=True,
            ),
            permission(CUSTOMERS, Approval(), approver="security", on_expiry="ask"),
        )
    },
    trainings={"safety": Training("safety", "Safety", "About boats.")},
    approvers={"security": Approver("security", "Security")},
)


async def opens_access(
    session: Session, admin: MemberKey, on: tuple[str, ...] = (CHAT, AGENT, CUSTOMERS)
) -> None:
    """The workspace has access on, these permissions ticked, rules, and a receiver that follows all."""
    workspace_id = admin.workspace_id
    await workspaces.connect(session, workspace_id, "Acme", now=START)
    await members.ensure(session, admin, now=START)
    await sets(session, admin, CAPABILITIES, (ACCESS, SANDBOX))
    await sets(session, admin, ON_PERMISSIONS, on)
    await rules.save(session, admin, Rules(lines=("Ask.",)), based_on=0, place="home", now=START)
    session.add(
        Receiver(
            workspace_id=workspace_id,
            id="gate",
            kind="webhook",
            url="https://gate.example.org",
            made_at=START,
            open_at=START,
        )
    )
    await session.flush()
    for name in POLICY.permissions:
        session.add(Followed(workspace_id=workspace_id, receiver_id="gate", permission=name))


async def sets(session: Session, admin: MemberKey, setting: Any, value: Any) -> None:
    """An admin changes a setting."""
    await workspace_settings.change(
        session, admin.workspace_id, setting, value, by=admin, place="home", now=START
    )


async def joins(session: Session, key: MemberKey, *, is_guest: bool = False) -> None:
    """The bot meets a member and reads their profile."""
    await members.ensure(session, key, now=START)
    await members.record_profile(
        session, key, zone="UTC", is_active=True, is_guest=is_guest, now=START
    )


async def told(session: Session, key: MemberKey) -> list[tuple[str, str]]:
    """Return the changes that the gate is told of a member: which permission, and what, in their order."""
    rows = await session.execute(
        select(col(Change.permission), col(Change.change))
        .where(col(Change.workspace_id) == key.workspace_id, col(Change.user_id) == key.user_id)
        .order_by(col(Change.number), col(Change.id))
    )
    return [(permission, change) for permission, change in rows]
