"""Take up other ladders: subjects, levels and drafts of assessments; agents, their grades, projects."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    text,
)

revision = "0003"
down_revision = "0002"

UTC = DateTime(timezone=True)
CURRENT = text("removed_at IS NULL")


def upgrade() -> None:
    extend_assessment()
    extend_answer()
    loosen_step()
    make_agent()
    make_agent_event()
    make_grade()
    make_project()


def extend_assessment() -> None:
    op.drop_index("one_open_assessment", "assessment")
    with op.batch_alter_table("assessment") as batch_op:
        # The rows that are there are about the members themselves.
        batch_op.add_column(Column("subject", String(), nullable=False, server_default=""))
        batch_op.add_column(Column("level", Integer()))
        batch_op.add_column(Column("draft", Text()))
        batch_op.drop_constraint(op.f("ck_assessment_completed"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_assessment_completed"),
            "(state = 'completed') = (tier IS NOT NULL OR level IS NOT NULL)",
        )
        batch_op.create_check_constraint(op.f("ck_assessment_level"), "level BETWEEN 0 AND 9")
    is_open = text("state = 'open'")
    op.create_index(
        "one_open_assessment",
        "assessment",
        ["workspace_id", "user_id", "framework", "subject"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def extend_answer() -> None:
    with op.batch_alter_table("answer") as batch_op:
        batch_op.add_column(Column("note", Text()))
        batch_op.drop_constraint(op.f("ck_answer_level"), type_="check")
        batch_op.create_check_constraint(op.f("ck_answer_level"), "level BETWEEN 0 AND 9")


def loosen_step() -> None:
    with op.batch_alter_table("step") as batch_op:
        batch_op.drop_constraint(op.f("ck_step_from_tier"), type_="check")
        batch_op.create_check_constraint(op.f("ck_step_from_tier"), "from_tier BETWEEN 0 AND 9")


def make_agent() -> None:
    op.create_table(
        "agent",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("channel_id", String(), nullable=False),
        Column("framework", String(), nullable=False),
        Column("name", String(), nullable=False),
        Column("name_key", String(), nullable=False),
        Column("tool", String(), nullable=False),
        Column("model", String(), nullable=False),
        Column("owner", String()),
        Column("purpose", Text(), nullable=False),
        Column("added_by", String()),
        Column("added_at", UTC, nullable=False),
        Column("changed_by", String()),
        Column("changed_at", UTC, nullable=False),
        Column("model_since", UTC, nullable=False),
        Column("removed_by", String()),
        Column("removed_at", UTC),
        Column("revision", Integer(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_agent"),
    )
    in_channel = ["workspace_id", "channel_id"]
    op.create_index("ix_agent_of_channel", "agent", [*in_channel, "removed_at", "id"])
    one_per_name("agent")


def make_agent_event() -> None:
    op.create_table(
        "agent_event",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("agent_id", String(), nullable=False),
        Column("kind", String(), nullable=False),
        Column("by", String()),
        Column("at", UTC, nullable=False),
        Column("detail", Text(), nullable=False),
        CheckConstraint("kind IN ('added', 'changed', 'graded', 'removed')", name="kind"),
        of_agent("agent_event"),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_agent_event"),
    )
    op.create_index(
        "ix_agent_event_of_agent", "agent_event", ["workspace_id", "agent_id", "at", "id"]
    )


def make_grade() -> None:
    op.create_table(
        "grade",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("agent_id", String(), nullable=False),
        Column("framework", String(), nullable=False),
        Column("version", String(), nullable=False),
        Column("wording_digest", String(), nullable=False),
        Column("level", Integer(), nullable=False),
        Column("answers", Text(), nullable=False),
        Column("links", Text(), nullable=False),
        Column("model", String(), nullable=False),
        Column("graded_by", String()),
        Column("graded_at", UTC, nullable=False),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
        of_agent("grade"),
        in_words("grade"),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_grade"),
    )
    op.create_index("ix_grade_of_agent", "grade", ["workspace_id", "agent_id", "graded_at", "id"])
    op.create_index("ix_grade_of_wording", "grade", ["workspace_id", "wording_digest"])


def make_project() -> None:
    op.create_table(
        "project",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("channel_id", String(), nullable=False),
        Column("framework", String(), nullable=False),
        Column("name", String(), nullable=False),
        Column("name_key", String(), nullable=False),
        Column("level", Integer(), nullable=False),
        Column("answers", Text(), nullable=False),
        Column("wording_digest", String(), nullable=False),
        Column("shared_by", String()),
        Column("shared_at", UTC, nullable=False),
        Column("removed_by", String()),
        Column("removed_at", UTC),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
        in_words("project"),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_project"),
    )
    op.create_index("ix_project_of_wording", "project", ["workspace_id", "wording_digest"])
    one_per_name("project")


def one_per_name(table: str) -> None:
    op.create_index(
        f"one_{table}_per_name",
        table,
        ["workspace_id", "channel_id", "name_key"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


def of_agent(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "agent_id"],
        ["agent.workspace_id", "agent.id"],
        name=f"fk_{table}_agent",
    )


def in_words(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "wording_digest"],
        ["wording.workspace_id", "wording.digest"],
        name=f"fk_{table}_wording",
    )
