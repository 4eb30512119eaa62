"""The next moment at which something is due."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.outbox import IS_READY
from storage.tables import Outgoing, Schedule


async def next_due(session: AsyncSession, workspace_id: str) -> datetime | None:
    """When the next plan or message of this workspace is due, if any is; it may have passed."""
    planned: datetime | None = await session.scalar(
        select(func.min(col(Schedule.next_due_at))).where(
            col(Schedule.workspace_id) == workspace_id, col(Schedule.next_due_at).is_not(None)
        )
    )
    waiting: datetime | None = await session.scalar(
        select(func.min(col(Outgoing.not_before))).where(
            col(Outgoing.workspace_id) == workspace_id, IS_READY
        )
    )
    return min((moment for moment in (planned, waiting) if moment), default=None)
