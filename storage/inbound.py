"""What the program notes for itself: what was dealt with, and what the auditor found."""

from datetime import datetime

from sqlalchemy import Index, delete, select, tuple_
from sqlmodel import Field, col

from storage.database.engine import Session
from storage.database.rows import Row, UtcTime, insert_into


class Inbound(Row, table=True):
    """Something from Slack that was taken up; its key never holds a user id."""

    __table_args__ = (Index("ix_inbound_seen_at", "seen_at"),)

    key: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UtcTime)


async def claim(session: Session, workspace_id: str, key: str, *, now: datetime) -> bool:
    """True for the first who comes with this key; keys must not contain user ids."""
    first = await session.scalar(
        insert_into(session, Inbound)
        .values(workspace_id=workspace_id, key=key, seen_at=now)
        .on_conflict_do_nothing()
        .returning(col(Inbound.key))
    )
    return first is not None


async def is_claimed(session: Session, workspace_id: str, key: str) -> bool:
    """Whether somebody came with this key before: to be asked before what only the first one needs."""
    found = await session.scalar(
        select(col(Inbound.key)).where(
            col(Inbound.workspace_id) == workspace_id, col(Inbound.key) == key
        )
    )
    return found is not None


async def prune(session: Session, *, before: datetime, limit: int) -> int:
    """Forget at most `limit` of what arrived before that moment; returns how many."""
    row = tuple_(col(Inbound.workspace_id), col(Inbound.key))
    old = (
        select(col(Inbound.workspace_id), col(Inbound.key))
        .where(col(Inbound.seen_at) < before)
        .order_by(col(Inbound.seen_at))
        .limit(limit)
    )
    removed = await session.execute(
        delete(Inbound)
        .where(row.in_(old))
        .returning(col(Inbound.key))
        .execution_options(synchronize_session=False)
    )
    return len(removed.all())
