"""Issue badges: keys that sign, and numbers of a status list. Take test runs of agents from a CI."""

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
)

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "signing_key",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("issuer", String(), nullable=False),
        Column("public", String(), nullable=False),
        Column("secret", String()),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("retired_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_signing_key"),
    )
    op.create_index("ix_signing_key_issuer", "signing_key", ["issuer", "made_at", "id"])
    op.create_table(
        "badge_number",
        Column("workspace_id", String(), nullable=False),
        Column("number", Integer(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "number", name="pk_badge_number"),
    )
    op.create_table(
        "badge",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("framework", String(), nullable=False),
        Column("family", String(), nullable=False),
        Column("level", Integer(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("verified_at", DateTime(timezone=True), nullable=False),
        Column("ends_at", DateTime(timezone=True)),
        Column("issued_at", DateTime(timezone=True), nullable=False),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_badge_member",
        ),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_badge"),
    )
    op.create_index(
        "one_badge_per_level",
        "badge",
        ["workspace_id", "user_id", "framework", "family", "level"],
        unique=True,
    )
    op.create_index("ix_badge_number", "badge", ["workspace_id", "number"])
    op.create_table(
        "ci_token",
        Column("workspace_id", String(), nullable=False),
        Column("channel_id", String(), nullable=False),
        Column("digest", String(), nullable=False),
        Column("made_by", String()),
        Column("made_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("workspace_id", "channel_id", name="pk_ci_token"),
    )
    op.create_table(
        "agent_test_run",
        Column("workspace_id", String(), nullable=False),
        Column("agent_id", String(), nullable=False),
        Column("criterion", String(), nullable=False),
        Column("passed", Integer(), nullable=False),
        Column("total", Integer(), nullable=False),
        Column("skipped", Integer(), nullable=False),
        Column("suite", String(), nullable=False),
        Column("branch", String(), nullable=False),
        Column("ran_at", DateTime(timezone=True), nullable=False),
        Column("sent_at", DateTime(timezone=True), nullable=False),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agent.workspace_id", "agent.id"],
            name="fk_agent_test_run_agent",
        ),
        PrimaryKeyConstraint("workspace_id", "agent_id", "criterion", name="pk_agent_test_run"),
    )
