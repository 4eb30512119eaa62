"""Workspaces and the people in them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from storage.tables.row import Row
from storage.times import UtcTime

UNASKED = text("profile_at IS NULL AND deactivated_at IS NULL")


class Workspace(Row, table=True):
    """A Slack workspace that installed the bot, or had it once."""

    name: str
    connected_at: datetime = Field(sa_type=UtcTime)
    disconnected_at: datetime | None = Field(default=None, sa_type=UtcTime)
    disconnect_reason: str | None = None


class Member(Row, table=True):
    """A person in one workspace.

    No foreign key to the workspace: a person may write before its name is known. `zone` is the IANA
    zone that Slack named when it was last asked, at `profile_at`.
    """

    __table_args__ = (
        Index(
            "ix_member_unasked",
            "workspace_id",
            "user_id",
            sqlite_where=UNASKED,
            postgresql_where=UNASKED,
        ),
    )

    user_id: str = Field(primary_key=True)
    family: str | None = None
    dm_channel: str | None = None
    greeted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    deactivated_at: datetime | None = Field(default=None, sa_type=UtcTime)
    zone: str | None = None
    profile_at: datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)


class Pace(Row, table=True):
    """How often and when a member hears from the coach, as they chose it.

    `days_off` holds the weekdays without messages as digits, 0 for Monday; `snoozed_until` is the first
    local date on which messages may come again; `heard_at` is when the member last answered a message or
    changed these settings: messages sent after it are the ignored ones.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        CheckConstraint("cadence IN ('weekly', 'fortnightly', 'monthly', 'off')", name="cadence"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    )

    user_id: str = Field(primary_key=True)
    cadence: str = "fortnightly"
    weekday: int | None = None
    hour: int | None = None
    days_off: str = "56"
    snoozed_until: date | None = None
    heard_at: datetime | None = Field(default=None, sa_type=UtcTime)
    paused_at: datetime | None = Field(default=None, sa_type=UtcTime)
    shares_wins: bool = False
    reminded_at: datetime | None = Field(default=None, sa_type=UtcTime)
