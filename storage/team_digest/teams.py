"""Teams: the channels that follow the digest, and the tables of their members."""

from datetime import date, datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    case,
    delete,
    select,
    update,
)
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage import members
from storage.database import Session
from storage.database.rows import NamingTable, OwnedTable, Row, UtcTime, insert_into
from storage.members import Workspace
from storage.outbox.schedules import Schedule


class Team(Row, table=True):
    """A channel that follows the digest, or did.

    `secret` is the key of its hashes and of the noise in its figures, and is never exported. `set_by` is the
    user id of the member who set it up last, None after their erasure.
    """

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    )

    channel_id: str = Field(primary_key=True)
    set_by: str | None = None
    zone: str
    weekday: int
    hour: int
    secret: str
    followed_at: datetime = Field(sa_type=UtcTime)
    unfollowed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    stop_reason: str | None = None
    roster_period: date | None = None
    announced_ts: str | None = None


TEAM_DATA = NamingTable(
    Team,
    "team_digests_set_up",
    columns=("set_by",),
    order_by="channel_id",
    # The other columns are about the channel.
    fields=("channel_id", "followed_at"),
)


class RosterEntry(Row, table=True):
    """A member who counts for a team in the period that begins on this local date."""

    __tablename__ = "roster"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "channel_id"], ["team.workspace_id", "team.channel_id"]
        ),
        Index("ix_roster_of_member", "workspace_id", "user_id"),
    )

    channel_id: str = Field(primary_key=True)
    period: date = Field(primary_key=True)
    user_id: str = Field(primary_key=True)


ROSTER_DATA = OwnedTable(RosterEntry, "counted_in_teams", order_by="period")


async def follow(
    session: Session,
    workspace_id: str,
    channel_id: str,
    *,
    set_by: str,
    zone: str,
    weekday: int,
    hour: int,
    now: datetime,
) -> Team:
    """Store that the channel follows the digest at that hour, or change the hour if it does already."""
    # Lock the member first, so that an erasure at the same time finds the id that is stored here.
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


async def get(session: Session, workspace_id: str, channel_id: str) -> Team | None:
    """Return the team of this channel, also one that no longer follows the digest."""
    found: Team | None = await session.scalar(
        select(Team)
        .where(is_team(workspace_id, channel_id))
        .execution_options(populate_existing=True)
    )
    return found


async def unfollow(
    session: Session, workspace_id: str, channel_id: str, *, reason: str, now: datetime
) -> bool:
    """Stop the digest and delete its rosters; return False if it was stopped already."""
    stopped = await _update(
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


async def record_announcement(
    session: Session, workspace_id: str, channel_id: str, *, ts: str
) -> bool:
    """Store the message that announced the digest; return False if the channel no longer follows it."""
    here = is_team(workspace_id, channel_id) & is_following()
    return await _update(session, here, announced_ts=ts)


def is_team(workspace_id: str, channel_id: str) -> ColumnElement[bool]:
    """Return the condition that matches this channel's team."""
    return (col(Team.workspace_id) == workspace_id) & (col(Team.channel_id) == channel_id)


def is_following() -> ColumnElement[bool]:
    """Return the condition that matches teams that follow the digest."""
    return col(Team.unfollowed_at).is_(None)


async def _update(session: Session, which: ColumnElement[bool], **values: Any) -> bool:
    changed = await session.scalar(
        update(Team)
        .where(which)
        .values(**values)
        .returning(col(Team.channel_id))
        .execution_options(synchronize_session="fetch")
    )
    return changed is not None


DIGEST = "digest"


async def list_with_schedules(
    session: Session, workspace_id: str
) -> list[tuple[Team, Schedule | None]]:
    """Return the teams that follow the digest, by channel, each with its schedule."""
    rows = await session.execute(
        select(Team, Schedule)
        .outerjoin(Schedule, _is_schedule_of_team())
        .where(col(Team.workspace_id) == workspace_id, is_following())
        .order_by(col(Team.channel_id))
    )
    return [(team, plan) for team, plan in rows]


async def lock_digests(session: Session, workspace_id: str) -> None:
    """Lock the workspace's digests until this transaction ends, over all processes."""
    await session.execute(
        select(col(Workspace.workspace_id))
        .where(col(Workspace.workspace_id) == workspace_id)
        .with_for_update()
    )


def _is_schedule_of_team() -> ColumnElement[bool]:
    of_channel = (col(Schedule.workspace_id) == col(Team.workspace_id)) & (
        col(Schedule.subject) == col(Team.channel_id)
    )
    return of_channel & (col(Schedule.kind) == DIGEST)
