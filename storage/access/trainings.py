"""Trainings that members completed, as a coordinator confirmed. Nobody confirms their own."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage import members
from storage.access import due
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, insert_into, refers_to
from storage.ledger import ledger


class CompletedTraining(Row, table=True):
    """A training that a member completed on a day. Who confirmed it is in the ledger alone."""

    __tablename__ = "access_training"
    __table_args__ = (refers_to("member", user_id="user_id"),)

    user_id: str = Field(primary_key=True)
    training_id: str = Field(primary_key=True)
    done_on: date
    confirmed_at: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(
    CompletedTraining, "completed_trainings", "results", order_by="training_id"
)


async def confirm(
    session: Session,
    key: MemberKey,
    training_id: str,
    *,
    on: date,
    by: MemberKey,
    now: datetime,
) -> bool:
    """Store that a member completed a training that day, in place of an earlier day.

    Return False, and store nothing, when this is somebody's own, of another workspace, or was later than now.
    A day that is stored already, or a later one, stays as it is.
    """
    if not is_for_another(key, by) or on > now.date():
        return False
    await ensure_both(session, key, by, now=now)
    values = {"done_on": on, "confirmed_at": now}
    new = insert_into(session, CompletedTraining).values(
        workspace_id=key.workspace_id, user_id=key.user_id, training_id=training_id, **values
    )
    changed = await session.scalar(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "user_id", "training_id"],
            set_=values,
            where=col(CompletedTraining.done_on) < on,
        ).returning(col(CompletedTraining.workspace_id))
    )
    if changed is not None:
        await due.mark(session, key, now=now)
        facts = {"on": on.isoformat()}
        await ledger.append(session, key, "training_confirmed", training_id, facts, now=now, by=by)
    return True


async def withdraw(
    session: Session, key: MemberKey, training_id: str, *, by: MemberKey, now: datetime
) -> bool:
    """Delete that a member completed a training; False when that was not stored, or is somebody's own."""
    if not is_for_another(key, by) or training_id not in await of_member(session, key):
        return False
    await ensure_both(session, key, by, now=now)
    removed = await session.scalar(
        delete(CompletedTraining)
        .where(_is_of(key), col(CompletedTraining.training_id) == training_id)
        .returning(col(CompletedTraining.workspace_id))
    )
    if removed is None:
        return False
    await due.mark(session, key, now=now)
    await ledger.append(session, key, "training_withdrawn", training_id, {}, now=now, by=by)
    return True


async def of_member(session: Session, key: MemberKey) -> dict[str, date]:
    """Return on which day the member completed which training, by the training's id."""
    found = await session.execute(
        select(col(CompletedTraining.training_id), col(CompletedTraining.done_on)).where(
            _is_of(key)
        )
    )
    return dict(list(found))


async def confirmed_in(
    session: Session, workspace_id: str, user_ids: Collection[str]
) -> dict[tuple[str, str], date]:
    """Return on which day these people completed which training, by user id and training."""
    table = CompletedTraining
    found = await session.execute(
        select(col(table.user_id), col(table.training_id), col(table.done_on)).where(
            col(table.workspace_id) == workspace_id, col(table.user_id).in_(user_ids)
        )
    )
    return {(user_id, training_id): on for user_id, training_id, on in found}


def is_for_another(key: MemberKey, by: MemberKey) -> bool:
    """Return whether somebody acts for another member of their workspace."""
    return key.workspace_id == by.workspace_id and key != by


async def ensure_both(session: Session, key: MemberKey, by: MemberKey, *, now: datetime) -> None:
    """Add both members where they are new, and lock them in the order of their ids."""
    for one in sorted({key, by}, key=lambda one: one.user_id):
        await members.ensure(session, one, now=now)


def _is_of(key: MemberKey) -> ColumnElement[bool]:
    return (col(CompletedTraining.workspace_id) == key.workspace_id) & (
        col(CompletedTraining.user_id) == key.user_id
    )
