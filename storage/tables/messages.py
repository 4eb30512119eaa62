"""Messages that the bot sends by itself: when they are due, on their way, and how fast they may go."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from storage.tables.row import Row
from storage.times import UtcTime

READY = text("state = 'ready'")
HELD = text("state IN ('leased', 'sending')")
DUE = text("next_due_at IS NOT NULL")


class Schedule(Row, table=True):
    """When the next message of one kind to one subject is due; without `next_due_at` none is.

    `subject` is a user id or a channel id, `user_id` is set for the former alone. `next_on` is the local
    date that the next message belongs to, `begins_on` the same for the first of this plan. Whoever plans anew
    adds one to `generation`.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        CheckConstraint("(next_due_at IS NULL) = (next_on IS NULL)", name="next"),
        Index(
            "ix_schedule_due",
            "next_due_at",
            sqlite_where=DUE,
            postgresql_where=DUE,
        ),
        Index("ix_schedule_of_member", "workspace_id", "user_id"),
    )

    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    user_id: str | None = None
    zone: str
    weekday: int | None = None
    hour: int | None = None
    rule: str
    next_due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    next_on: date | None = None
    generation: int = 0
    planned_at: datetime = Field(sa_type=UtcTime)
    begins_on: date | None = None


class Outgoing(Row, table=True):
    """A message that the bot sends by itself, to be delivered once.

    `id` is its key in Slack's metadata; `form` is what the message says beyond its kind, such as "ask", and
    `about` the id of what happened, for a message that tells of something that happens once. `sent_on` is the
    date where its member was when it was announced.
    """

    __tablename__ = "message"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        CheckConstraint(
            "state IN ('ready', 'leased', 'sending', 'sent', 'failed', 'skipped', 'unknown')",
            name="state",
        ),
        Index("one_message_per_key", "workspace_id", "dedupe_key", unique=True),
        Index(
            "ix_message_ready",
            "workspace_id",
            "not_before",
            "id",
            sqlite_where=READY,
            postgresql_where=READY,
        ),
        Index("ix_message_held", "lease_until", sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_message_of_subject", "workspace_id", "subject", "due_at"),
        Index("ix_message_of_member", "workspace_id", "user_id"),
    )

    id: str = Field(primary_key=True)
    dedupe_key: str
    kind: str
    subject: str
    user_id: str | None = None
    channel: str | None = None
    local_date: date
    state: str = "ready"
    due_at: datetime = Field(sa_type=UtcTime)
    not_before: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    owner: str | None = None
    epoch: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    attempt: int = 0
    sending_at: datetime | None = Field(default=None, sa_type=UtcTime)
    sent_on: date | None = None
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    slack_ts: str | None = None
    reason: str | None = None
    form: str | None = None
    step_id: str | None = None
    about: str | None = None
    answer: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime)


class Rate(Row, table=True):
    """When the next call of one method in one workspace may go out, for all processes together."""

    method: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcTime)
    calls: int = 0
    refused: int = 0
