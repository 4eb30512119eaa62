"""Teams: the channels that follow a digest."""

from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, case, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.members import MemberKey
from storage import members
from storage.inserting import insert_into
from storage.tables import RosterEntry, Team


async def follow(
    session: AsyncSession,
    workspace_id: str,
    channel_id: str,
    *,
    set_by: str,
    zone: str,
    weekday: int,
    hour: int,
    now: datetime,
) -> Team:
    """Let the channel follow the digest at that hour; one that follows already is changed."""
    # Their erasure takes the name off the team, so it must find them.
    await members.ensure(session, MemberKey(workspace_id, set_by), now=now)
    changes = {"set_by": set_by, "zone": zone, "weekday": weekday, "hour": hour}
    new = insert_into(session, Team).values(
        workspace_id=workspace_id,
        channel_id=channel_id,
        secret=token_hex(32),
        followed_at=now,
        **changes,
    )
    again = case(
        (col(Team.unfollowed_at).is_(None), col(Team.followed_at)), else_=new.excluded.followed_at
    )
    told = case((col(Team.unfollowed_at).is_(None), col(Team.announced_ts)), else_=None)
    afresh = {"followed_at": again, "announced_ts": told, "unfollowed_at": None}
    followed = new.on_conflict_do_update(
        index_elements=["workspace_id", "channel_id"],
        set_=changes | afresh | {"stop_reason": None},
    )
    team = await session.scalar(followed.returning(Team).execution_options(populate_existing=True))
    if team is None:
        raise LookupError(f"The channel {channel_id} could not be written down.")
    return team


async def get(session: AsyncSession, workspace_id: str, channel_id: str) -> Team | None:
    """The team of this channel, whether it follows the digest still or did once."""
    found: Team | None = await session.scalar(
        select(Team)
        .where(is_team(workspace_id, channel_id))
        .execution_options(populate_existing=True)
    )
    return found


async def unfollow(
    session: AsyncSession, workspace_id: str, channel_id: str, *, reason: str, now: datetime
) -> bool:
    """Stop the digest and forget who counted for it; True when that is news."""
    stopped = await _change(
        session,
        is_team(workspace_id, channel_id) & is_following(),
        unfollowed_at=now,
        stop_reason=reason,
        roster_period=None,
    )
    if stopped:
        await session.execute(
            delete(RosterEntry)
            .where(
                col(RosterEntry.workspace_id) == workspace_id,
                col(RosterEntry.channel_id) == channel_id,
            )
            .execution_options(synchronize_session=False)
        )
    return stopped


async def announced(session: AsyncSession, workspace_id: str, channel_id: str, *, ts: str) -> bool:
    """Note where the channel was told that it follows; False when it follows no more."""
    here = is_team(workspace_id, channel_id) & is_following()
    return await _change(session, here, announced_ts=ts)


async def followed(session: AsyncSession, workspace_id: str) -> list[Team]:
    """The teams that follow the digest now, by channel."""
    rows = await session.scalars(
        select(Team)
        .where(col(Team.workspace_id) == workspace_id, is_following())
        .order_by(col(Team.channel_id))
    )
    return list(rows)


def is_team(workspace_id: str, channel_id: str) -> ColumnElement[bool]:
    """The condition that finds exactly this channel's team."""
    return (col(Team.workspace_id) == workspace_id) & (col(Team.channel_id) == channel_id)


def is_following() -> ColumnElement[bool]:
    """The condition that finds teams that still follow the digest."""
    return col(Team.unfollowed_at).is_(None)


async def _change(session: AsyncSession, which: ColumnElement[bool], **values: Any) -> bool:
    changed = await session.scalar(
        update(Team)
        .where(which)
        .values(**values)
        .returning(col(Team.channel_id))
        .execution_options(synchronize_session="fetch")
    )
    return changed is not None
