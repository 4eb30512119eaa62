"""Find what is due workspace by workspace, what is due for channels, and a day's checks, each by an index."""

from alembic import op
from sqlalchemy import text

revision = "0017"
down_revision = "0016"

PLANNED = "next_due_at IS NOT NULL"


def upgrade() -> None:
    partial("ix_schedule_due_here", "schedule", ["workspace_id", "next_due_at"], PLANNED)
    partial(
        "ix_schedule_channel_due", "schedule", ["next_due_at"], f"{PLANNED} AND user_id IS NULL"
    )
    partial(
        "ix_message_channel_ready",
        "message",
        ["workspace_id", "subject"],
        "state = 'ready' AND user_id IS NULL",
    )
    partial(
        "ix_team_unannounced",
        "team",
        ["followed_at"],
        "announced_ts IS NULL AND unfollowed_at IS NULL",
    )
    op.create_index("ix_completeness_day", "completeness", ["day"])


def partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=text(where), postgresql_where=text(where))
