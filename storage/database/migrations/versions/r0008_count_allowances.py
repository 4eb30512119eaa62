"""Count allowances: how often a person or a channel used what is limited."""

from alembic import op
from sqlalchemy import Column, DateTime, Integer, PrimaryKeyConstraint, String

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "allowance",
        Column("workspace_id", String(), nullable=False),
        Column("subject", String(), nullable=False),
        Column("what", String(), nullable=False),
        Column("since", DateTime(timezone=True), nullable=False),
        Column("used", Integer(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "subject", "what", name="pk_allowance"),
    )
