"""What is remembered of members at a SCIM server: their id there, or why they could not be found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlmodel import col

from coaching.members import MemberKey
from storage import members
from storage.access.grants import AccessHeld
from storage.changes.receivers import Followed, Receiver, ReceiverPerson
from storage.database import Session
from storage.database.rows import in_batches, insert_into

NO_EMAIL, NOT_FOUND, GUEST = "no_email", "not_found", "guest"
"""Why somebody could not be found."""


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
    for some in in_batches(user_ids):
        await session.execute(
            delete(ReceiverPerson)
            .where(_of(receiver), col(ReceiverPerson.user_id).in_(some))
            .execution_options(synchronize_session=False)
        )


async def forget_unneeded(session: Session, receiver: Receiver) -> None:
    """Forget those who could not be found and have no permission any more that the server is told of."""
    has_any = exists().where(
        col(AccessHeld.workspace_id) == col(ReceiverPerson.workspace_id),
        col(AccessHeld.user_id) == col(ReceiverPerson.user_id),
        col(AccessHeld.permission_id) == col(Followed.permission),
        col(Followed.workspace_id) == col(ReceiverPerson.workspace_id),
        col(Followed.receiver_id) == col(ReceiverPerson.receiver_id),
    )
    await session.execute(
        delete(ReceiverPerson)
        .where(_of(receiver), col(ReceiverPerson.scim_id).is_(None), ~has_any)
        .execution_options(synchronize_session=False)
    )


NAMED = 10
"""How many people are named of those who could not be found for the same reason."""


@dataclass(frozen=True)
class NotFound:
    """How many members could not be found at a server for one reason, and the first of them, in order."""

    count: int = 0
    first: tuple[str, ...] = ()


async def not_found(session: Session, workspace_id: str) -> dict[tuple[str, str], NotFound]:
    """Return the members of a workspace who could not be found, by receiver and problem."""
    receiver_id, problem = col(ReceiverPerson.receiver_id), col(ReceiverPerson.problem)
    user_id, of_one = col(ReceiverPerson.user_id), (receiver_id, problem)
    place = func.row_number().over(partition_by=of_one, order_by=user_id)
    every = (
        select(
            *(receiver_id, problem, user_id, place.label("place")),
            func.count().over(partition_by=of_one).label("total"),
        )
        .where(
            col(ReceiverPerson.workspace_id) == workspace_id,
            col(ReceiverPerson.scim_id).is_(None),
        )
        .subquery()
    )
    named = select(every).where(every.c.place <= NAMED).order_by(every.c.place)
    found: dict[tuple[str, str], NotFound] = {}
    for row in await session.execute(named):
        of = (row.receiver_id, row.problem)
        first = found[of].first if of in found else ()
        found[of] = NotFound(row.total, (*first, row.user_id))
    return found


def _of(receiver: Receiver) -> ColumnElement[bool]:
    return (col(ReceiverPerson.workspace_id) == receiver.workspace_id) & (
        col(ReceiverPerson.receiver_id) == receiver.id
    )
