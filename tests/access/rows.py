"""Rows of the tables about what a member may use."""

from typing import Any

from coaching.members import MemberKey
from storage import members
from storage.access.approvals import Approval
from storage.access.due import AccessMember
from storage.access.grants import BY_POLICY, AccessGrant, AccessHeld
from storage.access.requests import AccessRequest
from storage.access.trainings import CompletedTraining
from storage.database import Session
from tests.storage.cast import START, minute


async def may_use(session: Session, key: MemberKey) -> None:
    """Store a training, a request with its approval, and the grant that came of them."""
    of_member: dict[str, Any] = {"workspace_id": key.workspace_id, "user_id": key.user_id}
    chat: dict[str, Any] = of_member | {"permission_id": "chat-public-data"}
    time: dict[str, Any] = {"since": minute(26), "until": minute(99)}
    # Other facts about the member stored this one before.
    await session.merge(AccessMember(**of_member, due_at=minute(99)))
    for row in (
        CompletedTraining(
            **of_member,
            training_id="data-protection",
            done_on=START.date(),
            confirmed_at=minute(25),
        ),
        Approval(**chat, given_at=minute(25)),
        AccessGrant(**chat, **time, plan_id=BY_POLICY),
        AccessHeld(**chat, **time, via="policy", policy_version="1"),
        AccessRequest(
            **chat,
            id=f"asked by {key.user_id}",
            approver_id="security",
            words="To try it.",
            state="approved",
            asked_at=minute(24),
            decided_at=minute(25),
            decided_by="U9",
        ),
    ):
        session.add(row)
    await session.flush()


async def has_answered(session: Session, approver: MemberKey, of: MemberKey) -> None:
    """Store a request of another member that this one declined."""
    await members.ensure(session, of, now=minute(24))
    session.add(
        AccessRequest(
            workspace_id=of.workspace_id,
            user_id=of.user_id,
            id=f"declined by {approver.user_id}",
            permission_id="chat-public-data",
            approver_id="security",
            words="To try it.",
            state="declined",
            asked_at=minute(24),
            decided_at=minute(25),
            decided_by=approver.user_id,
            answer="Not yet.",
        )
    )
    await session.flush()
