"""What an operator may look at: messages that the bot sends by itself, newest first, and what comes next."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import Outgoing, Pace, Schedule


async def messages(
    session: AsyncSession,
    *,
    state: str | None = None,
    subject: str | None = None,
    workspace_id: str | None = None,
    limit: int = 20,
) -> Sequence[Outgoing]:
    """The newest messages that fit; `subject` is a member's or a channel's id."""
    query = select(Outgoing).order_by(col(Outgoing.due_at).desc(), col(Outgoing.id)).limit(limit)
    if state:
        query = query.where(col(Outgoing.state) == state)
    if subject:
        query = query.where(col(Outgoing.subject) == subject)
    if workspace_id:
        query = query.where(col(Outgoing.workspace_id) == workspace_id)
    return (await session.scalars(query)).all()


async def message(session: AsyncSession, message_id: str) -> Outgoing | None:
    """The message with this id, whichever workspace it is for."""
    found: Outgoing | None = await session.scalar(
        select(Outgoing).where(col(Outgoing.id) == message_id).limit(1)
    )
    return found


async def plans(
    session: AsyncSession, subject: str, *, workspace_id: str | None = None
) -> Sequence[Schedule]:
    """What is planned for this member or channel, by kind."""
    query = select(Schedule).where(col(Schedule.subject) == subject).order_by(col(Schedule.kind))
    if workspace_id:
        query = query.where(col(Schedule.workspace_id) == workspace_id)
    return (await session.scalars(query)).all()


async def paces(
    session: AsyncSession, user_id: str, *, workspace_id: str | None = None
) -> Sequence[Pace]:
    """How often this person wants to hear from the coach, once for each workspace."""
    query = select(Pace).where(col(Pace.user_id) == user_id)
    if workspace_id:
        query = query.where(col(Pace.workspace_id) == workspace_id)
    return (await session.scalars(query)).all()
