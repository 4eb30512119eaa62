"""Conversations about something else than the member themself: an agent, or a project."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.members import MemberKey
from storage.tables import Assessment


async def last_about(session: AsyncSession, key: MemberKey, subject: str) -> Assessment | None:
    """The conversation about this that the member finished last."""
    found: Assessment | None = await session.scalar(
        select(Assessment)
        .where(
            col(Assessment.workspace_id) == key.workspace_id,
            col(Assessment.user_id) == key.user_id,
            col(Assessment.subject) == subject,
            col(Assessment.state) == "completed",
        )
        .order_by(col(Assessment.ended_at).desc(), col(Assessment.id).desc())
        .limit(1)
    )
    return found
