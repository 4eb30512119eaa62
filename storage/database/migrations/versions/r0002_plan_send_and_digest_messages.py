"""Plan, send and digest messages: pace, practice, schedules, the outbox, rates, teams, audits."""

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    text,
)

revision = "0002"
down_revision = "0001"

UTC = DateTime(timezone=True)


def upgrade() -> None:
    extend_member()
    make_pace()
    make_practice()
    make_schedule()
    make_message()
    make_rate()
    make_team()
    make_roster()
    make_release()
    make_audit()


def extend_member() -> None:
    with op.batch_alter_table("member") as batch_op:
        batch_op.add_column(Column("zone", String()))
        batch_op.add_column(Column("profile_at", UTC))
    unasked = text("profile_at IS NULL AND deactivated_at IS NULL")
    op.create_index(
        "ix_member_unasked",
        "member",
        ["workspace_id", "user_id"],
        sqlite_where=unasked,
        postgresql_where=unasked,
    )


def make_pace() -> None:
    op.create_table(
        "pace",
        Column("workspace_id", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("cadence", String(), nullable=False),
        Column("weekday", Integer()),
        Column("hour", Integer()),
        Column("days_off", String(), nullable=False),
        Column("snoozed_until", Date()),
        Column("heard_at", UTC),
        Column("paused_at", UTC),
        Column("shares_wins", Boolean(), nullable=False),
        Column("reminded_at", UTC),
        CheckConstraint("cadence IN ('weekly', 'fortnightly', 'monthly', 'off')", name="cadence"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_pace_member",
        ),
        PrimaryKeyConstraint("workspace_id", "user_id", name="pk_pace"),
    )


def make_practice() -> None:
    op.create_table(
        "practice",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("step_id", String(), nullable=False),
        Column("tip_id", String(), nullable=False),
        Column("family", String()),
        Column("question", String()),
        Column("outcome", String(), nullable=False),
        Column("obstacle", String()),
        Column("said_at", UTC, nullable=False),
        CheckConstraint("obstacle IN ('time', 'tool', 'unclear', 'other')", name="obstacle"),
        CheckConstraint("outcome IN ('done', 'partly', 'not_yet', 'not_for_me')", name="outcome"),
        ForeignKeyConstraint(
            ["workspace_id", "step_id"], ["step.workspace_id", "step.id"], name="fk_practice_step"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_practice_member",
        ),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_practice"),
    )
    op.create_index("ix_practice_of_member", "practice", ["workspace_id", "user_id", "said_at"])
    op.create_index("ix_practice_of_step", "practice", ["workspace_id", "step_id"])


def make_schedule() -> None:
    op.create_table(
        "schedule",
        Column("workspace_id", String(), nullable=False),
        Column("kind", String(), nullable=False),
        Column("subject", String(), nullable=False),
        Column("user_id", String()),
        Column("zone", String(), nullable=False),
        Column("weekday", Integer()),
        Column("hour", Integer()),
        Column("rule", String(), nullable=False),
        Column("next_due_at", UTC),
        Column("next_on", Date()),
        Column("generation", Integer(), nullable=False),
        Column("planned_at", UTC, nullable=False),
        Column("begins_on", Date()),
        CheckConstraint("(next_due_at IS NULL) = (next_on IS NULL)", name="next"),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_schedule_member",
        ),
        PrimaryKeyConstraint("workspace_id", "kind", "subject", name="pk_schedule"),
    )
    op.create_index(
        "ix_schedule_due",
        "schedule",
        ["next_due_at"],
        sqlite_where=text("next_due_at IS NOT NULL"),
        postgresql_where=text("next_due_at IS NOT NULL"),
    )
    op.create_index("ix_schedule_of_member", "schedule", ["workspace_id", "user_id"])


def make_message() -> None:
    op.create_table(
        "message",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("dedupe_key", String(), nullable=False),
        Column("kind", String(), nullable=False),
        Column("subject", String(), nullable=False),
        Column("user_id", String()),
        Column("channel", String()),
        Column("local_date", Date(), nullable=False),
        Column("state", String(), nullable=False),
        Column("due_at", UTC, nullable=False),
        Column("not_before", UTC, nullable=False),
        Column("expires_at", UTC, nullable=False),
        Column("owner", String()),
        Column("epoch", Integer(), nullable=False),
        Column("lease_until", UTC),
        Column("attempt", Integer(), nullable=False),
        Column("sending_at", UTC),
        Column("sent_at", UTC),
        Column("slack_ts", String()),
        Column("reason", String()),
        Column("form", String()),
        Column("step_id", String()),
        Column("answer", String()),
        Column("answered_at", UTC),
        Column("changed_at", UTC, nullable=False),
        CheckConstraint(
            "state IN ('ready', 'leased', 'sending', 'sent', 'failed', 'skipped', 'unknown')",
            name="state",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_message_member",
        ),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_message"),
    )
    op.create_index(
        "ix_message_held",
        "message",
        ["lease_until"],
        sqlite_where=text("state IN ('leased', 'sending')"),
        postgresql_where=text("state IN ('leased', 'sending')"),
    )
    op.create_index("ix_message_of_member", "message", ["workspace_id", "user_id"])
    op.create_index("ix_message_of_subject", "message", ["workspace_id", "subject", "due_at"])
    op.create_index(
        "ix_message_ready",
        "message",
        ["workspace_id", "not_before", "id"],
        sqlite_where=text("state = 'ready'"),
        postgresql_where=text("state = 'ready'"),
    )
    op.create_index("one_message_per_key", "message", ["workspace_id", "dedupe_key"], unique=True)


def make_rate() -> None:
    op.create_table(
        "rate",
        Column("workspace_id", String(), nullable=False),
        Column("method", String(), nullable=False),
        Column("free_at", UTC, nullable=False),
        Column("calls", Integer(), nullable=False),
        Column("refused", Integer(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "method", name="pk_rate"),
    )


def make_team() -> None:
    op.create_table(
        "team",
        Column("workspace_id", String(), nullable=False),
        Column("channel_id", String(), nullable=False),
        Column("set_by", String()),
        Column("zone", String(), nullable=False),
        Column("weekday", Integer(), nullable=False),
        Column("hour", Integer(), nullable=False),
        Column("secret", String(), nullable=False),
        Column("followed_at", UTC, nullable=False),
        Column("unfollowed_at", UTC),
        Column("stop_reason", String()),
        Column("roster_period", Date()),
        Column("announced_ts", String()),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        PrimaryKeyConstraint("workspace_id", "channel_id", name="pk_team"),
    )


def make_roster() -> None:
    op.create_table(
        "roster",
        Column("workspace_id", String(), nullable=False),
        Column("channel_id", String(), nullable=False),
        Column("period", Date(), nullable=False),
        Column("user_id", String(), nullable=False),
        ForeignKeyConstraint(
            ["workspace_id", "channel_id"],
            ["team.workspace_id", "team.channel_id"],
            name="fk_roster_team",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_roster_member",
        ),
        PrimaryKeyConstraint("workspace_id", "channel_id", "period", "user_id", name="pk_roster"),
    )
    op.create_index("ix_roster_of_member", "roster", ["workspace_id", "user_id"])


def make_release() -> None:
    op.create_table(
        "release",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("channel_id", String(), nullable=False),
        Column("period", Date(), nullable=False),
        Column("released_at", UTC, nullable=False),
        Column("contributors", Text(), nullable=False),
        Column("facts", Text(), nullable=False),
        ForeignKeyConstraint(
            ["workspace_id", "channel_id"],
            ["team.workspace_id", "team.channel_id"],
            name="fk_release_team",
        ),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_release"),
    )
    op.create_index("ix_release_of_team", "release", ["workspace_id", "channel_id", "released_at"])


def make_audit() -> None:
    op.create_table(
        "audit",
        Column("workspace_id", String(), nullable=False),
        Column("day", Date(), nullable=False),
        Column("expected", Integer(), nullable=False),
        Column("missing", Integer(), nullable=False),
        Column("late", Integer(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "day", name="pk_audit"),
    )
