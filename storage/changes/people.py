"""What is remembered of members at a SCIM server: their id there, or why they could not be found."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import col

from coaching.members import MemberKey
from storage import members
from storage.changes.receivers import Receiver, ReceiverPerson
from storage.database import Session
from storage.database.rows import in_batches, insert_into


async def known(
    session: Session, receiver: Receiver, user_ids: Collection[str]
) -> dict[str, ReceiverPerson]:
    """Return what is remembered of these members, by user id."""
    found: dict[str, ReceiverPerson] = {}
    for some in in_batches(user_ids):
        rows = await session.scalars(
            select(ReceiverPerson).where(_of(receiver), col(ReceiverPerson.user_id).in_(some))
        )
        found |= {row.user_id: row for row in rows}
    return found


async def remember(
    session: Session,
    receiver: Receiver,
    user_id: str,
    scim_id: str | None,
    *,
    problem: str | None,
    now: datetime,
) -> None:
    """Store who a member is at the server; nothing of somebody who was erased."""
    key = MemberKey(receiver.workspace_id, user_id)
    if await members.get(session, key) is None:
        return
    new = insert_into(session, ReceiverPerson).values(
        workspace_id=receiver.workspace_id,
        receiver_id=receiver.id,
        user_id=user_id,
        scim_id=scim_id,
        problem=problem,
        at=now,
    )
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "receiver_id", "user_id"],
            set_={"scim_id": scim_id, "problem": problem, "at": now},
        )
    )


async def forget(session: Session, receiver: Receiver, user_ids: Collection[str]) -> None:
    """Forget who these members are at the server, so that they are looked up again."""
    await session.execute(
        delete(ReceiverPerson)
        .where(_of(receiver), col(ReceiverPerson.user_id).in_(user_ids))
        .execution_options(synchronize_session=False)
    )


async def not_found(session: Session, workspace_id: str) -> Sequence[ReceiverPerson]:
    """Return the members of a workspace who could not be found at a server, in order."""
    rows = await session.scalars(
        select(ReceiverPerson)
        .where(
            col(ReceiverPerson.workspace_id) == workspace_id,
            col(ReceiverPerson.scim_id).is_(None),
        )
        .order_by(col(ReceiverPerson.receiver_id), col(ReceiverPerson.user_id))
    )
    return list(rows)


def _of(receiver: Receiver) -> ColumnElement[bool]:
    return (col(ReceiverPerson.workspace_id) == receiver.workspace_id) & (
        col(ReceiverPerson.receiver_id) == receiver.id
    )
