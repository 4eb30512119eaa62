"""Make the first tables: workspaces, members, assessments, steps."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    text,
)

revision = "0001"
down_revision = None

UTC = DateTime(timezone=True)


def upgrade() -> None:
    make_workspace()
    make_member()
    make_wording()
    make_assessment()
    make_answer()
    make_step()
    make_inbound()


def make_workspace() -> None:
    op.create_table(
        "workspace",
        Column("workspace_id", String(), nullable=False),
        Column("name", String(), nullable=False),
        Column("connected_at", UTC, nullable=False),
        Column("disconnected_at", UTC),
        Column("disconnect_reason", String()),
        PrimaryKeyConstraint("workspace_id", name="pk_workspace"),
    )


def make_member() -> None:
    op.create_table(
        "member",
        Column("workspace_id", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("family", String()),
        Column("dm_channel", String()),
        Column("greeted_at", UTC),
        Column("deactivated_at", UTC),
        Column("created_at", UTC, nullable=False),
        Column("seen_at", UTC, nullable=False),
        PrimaryKeyConstraint("workspace_id", "user_id", name="pk_member"),
    )


def make_wording() -> None:
    op.create_table(
        "wording",
        Column("workspace_id", String(), nullable=False),
        Column("digest", String(), nullable=False),
        Column("framework", String(), nullable=False),
        Column("version", String(), nullable=False),
        Column("family", String(), nullable=False),
        Column("words", Text(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "digest", name="pk_wording"),
    )


def make_assessment() -> None:
    op.create_table(
        "assessment",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("framework", String(), nullable=False),
        Column("family", String(), nullable=False),
        Column("version", String(), nullable=False),
        Column("wording_digest", String(), nullable=False),
        Column("state", String(), nullable=False),
        Column("started_at", UTC, nullable=False),
        Column("ended_at", UTC),
        Column("tier", Float()),
        Column("floor", Float()),
        Column("spread", Float()),
        Column("card_channel", String()),
        Column("card_ts", String()),
        Column("card_key", String()),
        Column("revision", Integer(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_assessment"),
        refers("assessment", "user_id", "member.user_id"),
        refers("assessment", "wording_digest", "wording.digest"),
        holds("assessment", "state", "state IN ('open', 'completed', 'abandoned')"),
        holds("assessment", "ended", "(state = 'open') = (ended_at IS NULL)"),
        holds("assessment", "completed", "(state = 'completed') = (tier IS NOT NULL)"),
        holds("assessment", "tier", "tier BETWEEN 0.5 AND 3"),
        holds("assessment", "floor", "floor BETWEEN 0.5 AND 3"),
        holds("assessment", "spread", "spread BETWEEN 0 AND 2.5"),
    )
    index_assessment()


def index_assessment() -> None:
    of_member = ["workspace_id", "user_id"]
    op.create_index("ix_assessment_of_member", "assessment", [*of_member, "ended_at", "id"])
    op.create_index("ix_assessment_of_wording", "assessment", ["workspace_id", "wording_digest"])
    is_open = text("state = 'open'")
    op.create_index(
        "one_open_assessment",
        "assessment",
        [*of_member, "framework"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def make_answer() -> None:
    op.create_table(
        "answer",
        Column("workspace_id", String(), nullable=False),
        Column("assessment_id", String(), nullable=False),
        Column("question_id", String(), nullable=False),
        Column("place", Integer(), nullable=False),
        Column("level", Float(), nullable=False),
        Column("answered_at", UTC, nullable=False),
        PrimaryKeyConstraint("workspace_id", "assessment_id", "question_id", name="pk_answer"),
        refers("answer", "assessment_id", "assessment.id"),
        holds("answer", "level", "level BETWEEN 0.5 AND 3"),
    )


def make_step() -> None:
    op.create_table(
        "step",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("tip_id", String(), nullable=False),
        Column("assessment_id", String()),
        Column("family", String()),
        Column("question", String()),
        Column("from_tier", Float(), nullable=False),
        Column("words", Text(), nullable=False),
        Column("state", String(), nullable=False),
        Column("created_at", UTC, nullable=False),
        Column("changed_at", UTC, nullable=False),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_step"),
        refers("step", "user_id", "member.user_id"),
        refers("step", "assessment_id", "assessment.id"),
        holds("step", "state", "state IN ('offered', 'trying', 'done', 'refused', 'passed')"),
        holds("step", "from_tier", "from_tier BETWEEN 0.5 AND 3"),
    )
    index_step()


def index_step() -> None:
    of_member = ["workspace_id", "user_id"]
    op.create_index("ix_step_of_member", "step", [*of_member, "created_at", "id"])
    op.create_index("ix_step_of_assessment", "step", ["workspace_id", "assessment_id"])
    is_current = text("state IN ('offered', 'trying')")
    op.create_index(
        "one_current_step",
        "step",
        of_member,
        unique=True,
        sqlite_where=is_current,
        postgresql_where=is_current,
    )


def make_inbound() -> None:
    op.create_table(
        "inbound",
        Column("workspace_id", String(), nullable=False),
        Column("key", String(), nullable=False),
        Column("seen_at", UTC, nullable=False),
        PrimaryKeyConstraint("workspace_id", "key", name="pk_inbound"),
    )
    op.create_index("ix_inbound_seen_at", "inbound", ["seen_at"])


def refers(table: str, column: str, target: str) -> ForeignKeyConstraint:
    other, _, key = target.partition(".")
    return ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{other}.workspace_id", f"{other}.{key}"],
        name=op.f(f"fk_{table}_{other}"),
    )


def holds(table: str, name: str, condition: str) -> CheckConstraint:
    return CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
