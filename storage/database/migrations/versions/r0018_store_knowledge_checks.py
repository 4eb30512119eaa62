"""Store the scored answers of knowledge checks, and the questions that come back for practice."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "knowledge_answer",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("sure", sa.Integer(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sure BETWEEN 1 AND 3", name=op.f("ck_knowledge_answer_sure")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "assessment_id"],
            ["assessment.workspace_id", "assessment.id"],
            name=op.f("fk_knowledge_answer_assessment"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "assessment_id", "item_id", name=op.f("pk_knowledge_answer")
        ),
    )
    op.create_index(
        "ix_knowledge_answer_of_member", "knowledge_answer", ["workspace_id", "user_id"]
    )
    op.create_table(
        "checked_skill",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        of_member("checked_skill"),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", "skill", name=op.f("pk_checked_skill")),
    )
    op.create_index(
        "ix_checked_skill_untold",
        "checked_skill",
        ["checked_at"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )
    op.create_table(
        "practice_card",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("practiced_at", sa.DateTime(timezone=True), nullable=True),
        of_member("practice_card"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "user_id", "item_id", name=op.f("pk_practice_card")
        ),
    )
    op.create_index("ix_practice_card_due", "practice_card", ["workspace_id", "user_id", "due_at"])
    op.create_index("ix_practice_card_due_at", "practice_card", ["due_at"])
    op.create_table(
        "practice_choice",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        of_member("practice_choice"),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_practice_choice")),
    )


def of_member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", "user_id"],
        ["member.workspace_id", "member.user_id"],
        name=op.f(f"fk_{table}_member"),
    )
