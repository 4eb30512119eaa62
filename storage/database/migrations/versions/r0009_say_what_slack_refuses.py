"""Let operators see what Slack refuses for good and whether the database takes writes; count by index."""

from alembic import op
from sqlalchemy import Column, DateTime, PrimaryKeyConstraint, String, text

revision = "0009"
down_revision = "0008"

UTC = DateTime(timezone=True)
UNKNOWN = text("state = 'unknown'")


def upgrade() -> None:
    op.create_table(
        "probe",
        Column("workspace_id", String(), nullable=False),
        Column("written_at", UTC, nullable=False),
        PrimaryKeyConstraint("workspace_id", name="pk_probe"),
    )
    op.add_column("workspace", Column("refused_method", String()))
    op.add_column("workspace", Column("refused_reason", String()))
    op.add_column("workspace", Column("refused_at", UTC))
    op.create_index(
        "ix_message_unknown",
        "message",
        ["workspace_id"],
        sqlite_where=UNKNOWN,
        postgresql_where=UNKNOWN,
    )
