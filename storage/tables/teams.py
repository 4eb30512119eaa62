"""Channels that follow a digest, who counts for them, and what they were told."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text
from sqlmodel import Field

from storage.tables.row import Row
from storage.times import UtcTime


class Team(Row, table=True):
    """A channel that follows a digest, or did; `secret` blurs its figures and never leaves the database.

    `set_by` is the user id of who set it up last, nobody's after that member erased their data.
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


class Release(Row, table=True):
    """What a digest made known: the facts as shown, and keyed hashes of whose answers they rest on.

    The hashes stay when a member erases their data: without them, leaving would change what is released.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "channel_id"], ["team.workspace_id", "team.channel_id"]
        ),
        Index("ix_release_of_team", "workspace_id", "channel_id", "released_at"),
    )

    id: str = Field(primary_key=True)
    channel_id: str
    period: date
    released_at: datetime = Field(sa_type=UtcTime)
    contributors: str = Field(sa_type=Text)
    facts: str = Field(sa_type=Text)
