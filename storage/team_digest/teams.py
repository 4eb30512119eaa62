"""Teams: the channels that follow the digest, and the tables of their members."""

from datetime import date, datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    case,
    delete,
    exists,
    select,
    text,
    union,
    update,
)
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage import members
from storage.database import Session
from storage.database.rows import (
    NamingTable,
    OwnedTable,
    Row,
    UtcTime,
    insert_into,
    insert_new,
    partial_index,
    refers_to,
    update_rows,
)
from storage.outbox.queue import IS_READY, Outgoing, is_connected
from storage.outbox.schedules import Schedule, is_planned
from storage.workspaces import Workspace

UNANNOUNCED = text("announced_ts IS NULL AND unfollowed_at IS NULL")


class Team(Row, table=True):
    """A channel that follows the digest, or did.

    `family` is the role family of its people, or "several", as the member said who set it up. `set_by` is the
    user id of that member, None after their erasure. `people` is how many were in the channel when its roster
    was read, for the digest of `roster_period`.
    """

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        partial_index("ix_team_unannounced", "followed_at", where=UNANNOUNCED),
    )

    channel_id: str = Field(primary_key=True)
    set_by: str | None = None
    zone: str
    weekday: int
    hour: int
    family: str | None = None
    followed_at: datetime = Field(sa_type=UtcTime)
    unfollowed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    stop_reason: str | None = None
    roster_period: date | None = None
    people: int | None = None
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
    """A member who counts for a team's digest of this local date, the period."""

    __tablename__ = "roster"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("team", channel_id="channel_id"),
        Index("ix_roster_of_member", "workspace_id", "user_id"),
    )

    channel_id: str = Field(primary_key=True)
    period: date = Field(primary_key=True)
    user_id: str = Field(primary_key=True)


ROSTER_DATA = OwnedTable(RosterEntry, "counted_in_teams", "channels", order_by="period")


class TeamPractice(Row, table=True):
    """A member's answer that they did the experiment of a digest, whose message has the id `message_id`."""

    __tablename__ = "team_practice"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        Index("ix_team_practice_of_member", "workspace_id", "user_id"),
    )

    message_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    said_at: datetime = Field(sa_type=UtcTime)


TEAM_PRACTICE_DATA = OwnedTable(TeamPractice, "team_experiments", "channels", order_by="said_at")


async def record_team_practice(
    session: Session, key: MemberKey, message_id: str, *, now: datetime
) -> bool:
    """Store that the member did the experiment of this digest; return False if that is stored already."""
    await members.ensure(session, key, now=now)
    values = {
        "workspace_id": key.workspace_id,
        "message_id": message_id,
        "user_id": key.user_id,
        "said_at": now,
    }
    return await insert_new(session, TeamPractice, values) is not None


async def follow(
    session: Session,
    workspace_id: str,
    channel_id: str,
    *,
    set_by: str,
    zone: str,
    weekday: int,
    hour: int,
    family: str | None = None,
    now: datetime,
) -> Team:
    """Store that the channel follows the digest at that hour, or change it if it does already."""
    # Lock the member first, so that an erasure at the same time finds the id that is stored here.
    await members.ensure(session, MemberKey(workspace_id, set_by), now=now)
    changes = {"set_by": set_by, "zone": zone, "weekday": weekday, "hour": hour, "family": family}
    new = insert_into(session, Team).values(
        workspace_id=workspace_id,
        channel_id=channel_id,
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
    stopped = await update_rows(
        session,
        Team,
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
    return await update_rows(session, Team, here, announced_ts=ts)


def is_team(workspace_id: str, channel_id: str) -> ColumnElement[bool]:
    """Return the condition that matches this channel's team."""
    return (col(Team.workspace_id) == workspace_id) & (col(Team.channel_id) == channel_id)


def is_following() -> ColumnElement[bool]:
    """Return the condition that matches teams that follow the digest."""
    return col(Team.unfollowed_at).is_(None)


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


async def digest_secret(session: Session, workspace_id: str) -> str:
    """Return the secret of the workspace's shuffles, made at first use and never changed.

    It stays when members are erased: another one would draw everybody's shuffles anew.
    """
    here = col(Workspace.workspace_id) == workspace_id
    found = await session.scalar(select(col(Workspace.digest_secret)).where(here))
    if found is None:
        unset = here & col(Workspace.digest_secret).is_(None)
        await session.execute(
            update(Workspace)
            .where(unset)
            .values(digest_secret=token_hex(32))
            .execution_options(synchronize_session=False)
        )
        found = await session.scalar(select(col(Workspace.digest_secret)).where(here))
    if found is None:
        raise LookupError(f"The workspace {workspace_id} is not in the database.")
    return str(found)


async def workspaces_with_work(
    session: Session, *, due_before: datetime, followed_before: datetime, limit: int = 200
) -> list[str]:
    """Return the connected workspaces whose digests have something to do, at most `limit`.

    That is a roster to freeze for a digest that is due before `due_before` or waits to be sent, or a digest
    set up before `followed_before` that nobody announced.
    """
    here: Select[str] = select(col(Team.workspace_id).label("workspace_id")).where(is_following())
    # Each part finds few rows by an index of its own: what is due for channels, and who was not told.
    is_due = is_planned() & (col(Schedule.next_due_at) <= due_before)
    due = here.join(Schedule, _is_schedule_of_team()).where(
        is_due, col(Schedule.user_id).is_(None), _is_older_than(col(Schedule.next_on))
    )
    is_older = _is_older_than(col(Outgoing.local_date))
    unfrozen = exists().where(_is_message_of_team(), is_following(), is_older)
    waiting = select(col(Outgoing.workspace_id)).where(
        IS_READY, col(Outgoing.user_id).is_(None), unfrozen
    )
    is_untold = col(Team.announced_ts).is_(None) & (col(Team.followed_at) <= followed_before)
    found = union(due, waiting, here.where(is_untold)).subquery()
    with_work = select(found.c.workspace_id)
    return list(await session.scalars(with_work.where(is_connected(with_work)).limit(limit)))


def _is_older_than(period: Any) -> ColumnElement[bool]:
    """Return whether the frozen roster is of a digest before this one, or there is none."""
    older: ColumnElement[bool] = col(Team.roster_period) < period
    return col(Team.roster_period).is_(None) | older


def _is_message_of_team() -> ColumnElement[bool]:
    of_channel = (col(Outgoing.workspace_id) == col(Team.workspace_id)) & (
        col(Outgoing.subject) == col(Team.channel_id)
    )
    return of_channel & (col(Outgoing.kind) == DIGEST)


def _is_schedule_of_team() -> ColumnElement[bool]:
    of_channel = (col(Schedule.workspace_id) == col(Team.workspace_id)) & (
        col(Schedule.subject) == col(Team.channel_id)
    )
    return of_channel & (col(Schedule.kind) == DIGEST)
