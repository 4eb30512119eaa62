"""Keep the programs that ask what a member may use, and what they were answered."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "access_client",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("permissions", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_access_client"),
    )
    is_in_use = sa.text("revoked_at IS NULL")
    op.create_index(
        "ix_access_client_name",
        "access_client",
        ["workspace_id", "name"],
        unique=True,
        sqlite_where=is_in_use,
        postgresql_where=is_in_use,
    )
    op.create_table(
        "access_log",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("permission", sa.String(), nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["access_client.workspace_id", "access_client.id"],
            name="fk_access_log_access_client",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_access_log_member",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_at", "access_log", ["at"], unique=False)
    op.create_index(
        "ix_access_log_of_member", "access_log", ["workspace_id", "user_id"], unique=False
    )
    op.create_table(
        "access_email",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_access_email_member",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name="pk_access_email"),
    )
    op.create_index(
        "ix_access_email_digest", "access_email", ["workspace_id", "digest"], unique=False
    )
