"""The tables; every key begins with the workspace, so that no query can cross it by accident."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from storage.times import UtcTime

METADATA = SQLModel.metadata

# Named constraints can be changed by a later migration on every database.
METADATA.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

OPEN = text("state = 'open'")
CURRENT = text("state IN ('offered', 'trying')")
READY = text("state = 'ready'")
HELD = text("state IN ('leased', 'sending')")
DUE = text("next_due_at IS NOT NULL")
UNASKED = text("profile_at IS NULL AND deactivated_at IS NULL")


class Workspace(SQLModel, table=True):
    """A Slack workspace that installed the bot, or had it once."""

    workspace_id: str = Field(primary_key=True)
    name: str
    connected_at: datetime = Field(sa_type=UtcTime)
    disconnected_at: datetime | None = Field(default=None, sa_type=UtcTime)
    disconnect_reason: str | None = None


class Member(SQLModel, table=True):
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

    workspace_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    family: str | None = None
    dm_channel: str | None = None
    greeted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    deactivated_at: datetime | None = Field(default=None, sa_type=UtcTime)
    zone: str | None = None
    profile_at: datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)


class Wording(SQLModel, table=True):
    """The words of a questionnaire as they were shown, kept once for all who saw them."""

    workspace_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    framework: str
    version: str
    family: str
    words: str = Field(sa_type=Text)


class Assessment(SQLModel, table=True):
    """One run through a family's questions: open, then completed or abandoned."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "wording_digest"], ["wording.workspace_id", "wording.digest"]
        ),
        CheckConstraint("state IN ('open', 'completed', 'abandoned')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'completed') = (tier IS NOT NULL)", name="completed"),
        CheckConstraint("tier BETWEEN 0.5 AND 3", name="tier"),
        CheckConstraint("floor BETWEEN 0.5 AND 3", name="floor"),
        CheckConstraint("spread BETWEEN 0 AND 2.5", name="spread"),
        Index(
            "one_open_assessment",
            "workspace_id",
            "user_id",
            "framework",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_assessment_of_member", "workspace_id", "user_id", "ended_at", "id"),
        Index("ix_assessment_of_wording", "workspace_id", "wording_digest"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    user_id: str
    framework: str
    family: str
    version: str
    wording_digest: str
    state: str
    started_at: datetime = Field(sa_type=UtcTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    tier: float | None = None
    floor: float | None = None
    spread: float | None = None
    card_channel: str | None = None
    card_ts: str | None = None
    card_key: str | None = None
    revision: int = 0


class GivenAnswer(SQLModel, table=True):
    """The answer that a member gave to one question of one assessment."""

    __tablename__ = "answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "assessment_id"], ["assessment.workspace_id", "assessment.id"]
        ),
        CheckConstraint("level BETWEEN 0.5 AND 3", name="level"),
    )

    workspace_id: str = Field(primary_key=True)
    assessment_id: str = Field(primary_key=True)
    question_id: str = Field(primary_key=True)
    place: int
    level: float
    answered_at: datetime = Field(sa_type=UtcTime)


class Step(SQLModel, table=True):
    """A tip that a member was offered, in the words they saw, and what became of it."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "assessment_id"], ["assessment.workspace_id", "assessment.id"]
        ),
        CheckConstraint(
            "state IN ('offered', 'trying', 'done', 'refused', 'passed')", name="state"
        ),
        CheckConstraint("from_tier BETWEEN 0.5 AND 3", name="from_tier"),
        Index(
            "one_current_step",
            "workspace_id",
            "user_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index("ix_step_of_member", "workspace_id", "user_id", "created_at", "id"),
        Index("ix_step_of_assessment", "workspace_id", "assessment_id"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    user_id: str
    tip_id: str
    assessment_id: str | None = None
    family: str | None = None
    question: str | None = None
    from_tier: float
    words: str = Field(sa_type=Text)
    state: str
    created_at: datetime = Field(sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime)


class Pace(SQLModel, table=True):
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

    workspace_id: str = Field(primary_key=True)
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


class Practice(SQLModel, table=True):
    """How a member said that a step went, when a check-in asked."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        ForeignKeyConstraint(["workspace_id", "step_id"], ["step.workspace_id", "step.id"]),
        CheckConstraint("outcome IN ('done', 'partly', 'not_yet', 'not_for_me')", name="outcome"),
        CheckConstraint("obstacle IN ('time', 'tool', 'unclear', 'other')", name="obstacle"),
        Index("ix_practice_of_member", "workspace_id", "user_id", "said_at"),
        Index("ix_practice_of_step", "workspace_id", "step_id"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    user_id: str
    step_id: str
    tip_id: str
    family: str | None = None
    question: str | None = None
    outcome: str
    obstacle: str | None = None
    said_at: datetime = Field(sa_type=UtcTime)


class Schedule(SQLModel, table=True):
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

    workspace_id: str = Field(primary_key=True)
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


class Outgoing(SQLModel, table=True):
    """A message that the bot sends by itself, to be delivered once.

    `id` is its key in Slack's metadata; `form` is what the message says beyond its kind, such as "ask".
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

    workspace_id: str = Field(primary_key=True)
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
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    slack_ts: str | None = None
    reason: str | None = None
    form: str | None = None
    step_id: str | None = None
    answer: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime)


class Rate(SQLModel, table=True):
    """When the next call of one method in one workspace may go out, for all processes together."""

    workspace_id: str = Field(primary_key=True)
    method: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcTime)
    calls: int = 0
    refused: int = 0


class Team(SQLModel, table=True):
    """A channel that follows a digest, or did; `secret` blurs its figures and never leaves the database.

    `set_by` is the user id of who set it up last, nobody's after that member erased their data.
    """

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    )

    workspace_id: str = Field(primary_key=True)
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


class RosterEntry(SQLModel, table=True):
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

    workspace_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    period: date = Field(primary_key=True)
    user_id: str = Field(primary_key=True)


class Release(SQLModel, table=True):
    """What a digest made known: the facts as shown, and keyed hashes of whose answers they rest on.

    The hashes stay when a member erases their data: without them, leaving would change what is released.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "channel_id"], ["team.workspace_id", "team.channel_id"]
        ),
        Index("ix_release_of_team", "workspace_id", "channel_id", "released_at"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    channel_id: str
    period: date
    released_at: datetime = Field(sa_type=UtcTime)
    contributors: str = Field(sa_type=Text)
    facts: str = Field(sa_type=Text)


class Audit(SQLModel, table=True):
    """What the auditor found on one day: how many messages ought to exist, and how many are missing."""

    workspace_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    expected: int
    missing: int
    late: int


class Inbound(SQLModel, table=True):
    """Something from Slack that was taken up; its key never holds a user id."""

    __table_args__ = (Index("ix_inbound_seen_at", "seen_at"),)

    workspace_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UtcTime)
