"""Keep plans of sandboxes with their notes and reports."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "sandbox_plan",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("supervisor", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("affected", sa.Text(), nullable=False),
        sa.Column("risks", sa.Text(), nullable=False),
        sa.Column("undo", sa.Text(), nullable=False),
        sa.Column("stop_when", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("granted", sa.Text(), nullable=False),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_words", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_words", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("end_words", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("week_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("halfway_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsupervised_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'asked', 'returned', 'declined', 'withdrawn', 'running', 'ended', "
            "'reported')",
            name="state",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_sandbox_plan_member",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_sandbox_plan"),
    )
    op.create_index(
        "ix_sandbox_plan_by_state",
        "sandbox_plan",
        ["workspace_id", "state", "started_at"],
        unique=False,
    )
    op.create_index(
        "ix_sandbox_plan_due",
        "sandbox_plan",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_sandbox_plan_of_member",
        "sandbox_plan",
        ["workspace_id", "user_id", "opened_at"],
        unique=False,
    )
    op.create_index(
        "ix_sandbox_plan_of_supervisor",
        "sandbox_plan",
        ["workspace_id", "supervisor", "state"],
        unique=False,
    )

    op.create_table(
        "sandbox_note",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("happened", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('week', 'halfway')", name="kind"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "plan_id"],
            ["sandbox_plan.workspace_id", "sandbox_plan.id"],
            name="fk_sandbox_note_sandbox_plan",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "plan_id", "kind", "week", name="pk_sandbox_note"),
    )
    op.create_table(
        "sandbox_report",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("surprised", sa.Text(), nullable=False),
        sa.Column("others", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_in", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.CheckConstraint("verdict IN ('keep', 'change', 'stop')", name="verdict"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "plan_id"],
            ["sandbox_plan.workspace_id", "sandbox_plan.id"],
            name="fk_sandbox_report_sandbox_plan",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "plan_id", name="pk_sandbox_report"),
    )
