"""Keep an audit log; the daily check for missing messages is called completeness from now on."""

from alembic import op
from sqlalchemy import Column, Date, Integer, PrimaryKeyConstraint, String

revision = "0008"
down_revision = "0005"


def upgrade() -> None:
    rename_completeness()


def rename_completeness() -> None:
    """Copy the table: on SQLite a renamed one would keep the old name of its primary key."""
    op.create_table(
        "completeness",
        Column("workspace_id", String(), nullable=False),
        Column("day", Date(), nullable=False),
        Column("expected", Integer(), nullable=False),
        Column("missing", Integer(), nullable=False),
        Column("late", Integer(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "day", name="pk_completeness"),
    )
    columns = "workspace_id, day, expected, missing, late"
    op.execute(f"INSERT INTO completeness ({columns}) SELECT {columns} FROM audit")  # noqa: S608
    op.drop_table("audit")
