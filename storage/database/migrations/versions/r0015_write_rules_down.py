"""Keep how an organization uses AI, in versions, and who said that they read which."""

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    text,
)

revision = "0015"
down_revision = "0014"

UNCOUNTED = text("counted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "rules_version",
        Column("workspace_id", String(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("saved_at", DateTime(timezone=True), nullable=False),
        Column("saved_by", String(), nullable=False),
        Column("tools", Text(), nullable=False),
        Column("lines", Text(), nullable=False),
        Column("ask_person", String()),
        Column("ask_channel", String()),
        Column("ask_words", String()),
        Column("counted_at", DateTime(timezone=True)),
        Column("people", String()),
        Column("readers", String()),
        PrimaryKeyConstraint("workspace_id", "number", name="pk_rules_version"),
    )
    op.create_index(
        "ix_rules_version_uncounted",
        "rules_version",
        ["saved_at"],
        sqlite_where=UNCOUNTED,
        postgresql_where=UNCOUNTED,
    )
    op.create_table(
        "rules_reading",
        Column("workspace_id", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("read_at", DateTime(timezone=True), nullable=False),
        ForeignKeyConstraint(
            ["workspace_id", "number"],
            ["rules_version.workspace_id", "rules_version.number"],
            name="fk_rules_reading_rules_version",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_rules_reading_member",
        ),
        PrimaryKeyConstraint("workspace_id", "user_id", "number", name="pk_rules_reading"),
    )
