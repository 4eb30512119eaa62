"""Keep requests for permissions that a person approves."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

OPEN, APPROVED = sa.text("state = 'open'"), sa.text("state = 'approved'")
REMINDS = sa.text("remind_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "access_request",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("permission_id", sa.String(), nullable=False),
        sa.Column("approver_id", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'declined', 'returned', 'withdrawn')",
            name="state",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_access_request_member",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_access_request"),
    )
    op.create_index(
        "ix_access_request_open",
        "access_request",
        ["workspace_id", "user_id", "permission_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_access_request_waiting",
        "access_request",
        ["workspace_id", "asked_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_access_request_approved",
        "access_request",
        ["workspace_id", "decided_at"],
        sqlite_where=APPROVED,
        postgresql_where=APPROVED,
    )
    op.create_index(
        "ix_access_request_remind",
        "access_request",
        ["workspace_id", "remind_at"],
        sqlite_where=REMINDS,
        postgresql_where=REMINDS,
    )
    op.create_index(
        "ix_access_request_of_member", "access_request", ["workspace_id", "user_id", "asked_at"]
    )
    op.create_index("ix_access_request_asked", "access_request", ["asked_at"])
