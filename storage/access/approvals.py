"""Approvals: that a person said yes to a permission of a member. Nobody approves their own."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage.access import due
from storage.access.trainings import ensure_both, is_for_another
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, insert_into, refers_to
from storage.ledger import ledger


class Approval(Row, table=True):
    """The approval of a permission for a member. Who gave it is in the ledger, and in its request."""

    __tablename__ = "access_approval"
    __table_args__ = (refers_to("member", user_id="user_id"),)

    user_id: str = Field(primary_key=True)
    permission_id: str = Field(primary_key=True)
    given_at: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(Approval, "access_approvals", "results", order_by="permission_id")


async def give(
    session: Session, key: MemberKey, permission_id: str, *, by: MemberKey, now: datetime
) -> bool:
    """Store an approval in place of an earlier one; False when it is one's own, or of another workspace."""
    if not is_for_another(key, by):
        return False
    await ensure_both(session, key, by, now=now)
    new = insert_into(session, Approval).values(
        workspace_id=key.workspace_id,
        user_id=key.user_id,
        permission_id=permission_id,
        given_at=now,
    )
    columns = ["workspace_id", "user_id", "permission_id"]
    await session.execute(new.on_conflict_do_update(index_elements=columns, set_={"given_at": now}))
    await due.mark(session, key, now=now)
    await ledger.append(session, key, "approval_given", permission_id, {}, now=now, by=by)
    return True


async def withdraw(
    session: Session, key: MemberKey, permission_id: str, *, by: MemberKey, now: datetime
) -> bool:
    """Delete an approval; False when there is none, or it is of another workspace.

    A member may give their own one back.
    """
    if key.workspace_id != by.workspace_id or not await _has(session, key, permission_id):
        return False
    await ensure_both(session, key, by, now=now)
    removed = await session.scalar(
        delete(Approval)
        .where(_is_of(key), col(Approval.permission_id) == permission_id)
        .returning(col(Approval.workspace_id))
    )
    if removed is None:
        return False
    await due.mark(session, key, now=now)
    await ledger.append(session, key, "approval_withdrawn", permission_id, {}, now=now, by=by)
    return True


async def _has(session: Session, key: MemberKey, permission_id: str) -> bool:
    """Return whether an approval of this permission is stored for the member."""
    theirs = select(col(Approval.given_at)).where(
        _is_of(key), col(Approval.permission_id) == permission_id
    )
    return await session.scalar(theirs) is not None


def _is_of(key: MemberKey) -> ColumnElement[bool]:
    return (col(Approval.workspace_id) == key.workspace_id) & (col(Approval.user_id) == key.user_id)
