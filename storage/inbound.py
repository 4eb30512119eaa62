"""Inbound claims: each request or event from Slack is handled once, however often Slack sends it."""

from datetime import datetime, timedelta

from sqlalchemy import Index, select
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import Retention, Row, UtcTime, delete_oldest, insert_into

KEPT = timedelta(days=3)
"""How long requests are kept to recognize repetitions; Slack repeats nothing after a day."""


class Inbound(Row, table=True):
    """A request or event that was claimed. Its key never contains a user id, so erasures keep it."""

    __table_args__ = (Index("ix_inbound_seen_at", "seen_at"),)

    key: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UtcTime)


async def claim(session: Session, workspace_id: str, key: str, *, now: datetime) -> bool:
    """Claim the key; return True for the first caller only. Keys must not contain user ids."""
    first = await session.scalar(
        insert_into(session, Inbound)
        .values(workspace_id=workspace_id, key=key, seen_at=now)
        .on_conflict_do_nothing()
        .returning(col(Inbound.key))
    )
    return first is not None


async def is_claimed(session: Session, workspace_id: str, key: str) -> bool:
    """Return whether the key was claimed, for work that only the first caller needs to do."""
    found = await session.scalar(
        select(col(Inbound.key)).where(
            col(Inbound.workspace_id) == workspace_id, col(Inbound.key) == key
        )
    )
    return found is not None


async def prune(session: Session, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` claims from before that moment; return how many."""
    is_old = col(Inbound.seen_at) < before
    return await delete_oldest(session, Inbound, is_old, order_by=col(Inbound.seen_at), limit=limit)


RETENTION = Retention(
    Inbound, "Which clicks and messages Rungs has handled, without your user ID", KEPT, prune
)
