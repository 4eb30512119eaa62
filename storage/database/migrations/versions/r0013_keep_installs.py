"""Keep installed workspaces with their encrypted tokens, and the states of installs under way."""

from alembic import op
from sqlalchemy import Column, DateTime, Integer, PrimaryKeyConstraint, String

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "installation",
        Column("workspace_id", String(), nullable=False),
        Column("enterprise_id", String(), nullable=False),
        Column("name", String(), nullable=False),
        Column("bot_token", String(), nullable=False),
        Column("refresh_token", String()),
        Column("expires_at", DateTime(timezone=True)),
        Column("refresh_at", DateTime(timezone=True)),
        Column("lease_until", DateTime(timezone=True)),
        Column("revision", Integer(), nullable=False),
        Column("scopes", String(), nullable=False),
        Column("bot_user_id", String(), nullable=False),
        Column("bot_id", String(), nullable=False),
        Column("app_id", String(), nullable=False),
        Column("installed_by", String()),
        Column("installed_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("workspace_id", "enterprise_id", name="pk_installation"),
    )
    op.create_index("ix_installation_refresh_at", "installation", ["refresh_at"])
    op.create_table(
        "install_state",
        Column("workspace_id", String(), nullable=False),
        Column("hash", String(), nullable=False),
        Column("issued_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("workspace_id", "hash", name="pk_install_state"),
    )
    op.create_index("ix_install_state_issued_at", "install_state", ["issued_at"])
