"""What tests look up in the database and the product never asks for."""

from sqlalchemy import select
from sqlmodel import col

from coaching.members import MemberKey
from storage.database import Session
from storage.outbox.queue import Outgoing
from storage.outbox.schedules import Schedule
from storage.team_digest.releases import Release
from storage.team_digest.teams import Team, is_following


async def messages_of(session: Session, key: MemberKey, *, limit: int = 20) -> list[Outgoing]:
    """The member's messages, the latest due first."""
    rows = await session.scalars(
        select(Outgoing)
        .where(col(Outgoing.workspace_id) == key.workspace_id, col(Outgoing.user_id) == key.user_id)
        .order_by(col(Outgoing.due_at).desc(), col(Outgoing.id))
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def schedules_of(session: Session, key: MemberKey) -> list[Schedule]:
    """The member's schedules, by kind."""
    rows = await session.scalars(
        select(Schedule)
        .where(col(Schedule.workspace_id) == key.workspace_id, col(Schedule.user_id) == key.user_id)
        .order_by(col(Schedule.kind))
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def teams_following(session: Session, workspace_id: str) -> list[Team]:
    """The teams that follow the digest now, by channel."""
    rows = await session.scalars(
        select(Team)
        .where(col(Team.workspace_id) == workspace_id, is_following())
        .order_by(col(Team.channel_id))
    )
    return list(rows)


async def releases_to(
    session: Session, workspace_id: str, channel_id: str, *, limit: int = 12
) -> list[Release]:
    """The releases to a channel, newest first."""
    rows = await session.scalars(
        select(Release)
        .where(col(Release.workspace_id) == workspace_id, col(Release.channel_id) == channel_id)
        .order_by(col(Release.released_at).desc(), col(Release.id).desc())
        .limit(limit)
    )
    return list(rows)
