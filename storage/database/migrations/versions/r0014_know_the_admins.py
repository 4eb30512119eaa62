"""Keep who was named as an admin, and find the entries of one kind in the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "admin",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name=op.f("fk_admin_member"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_admin")),
    )
    op.create_index("ix_audit_event_act", "audit_event", ["workspace_id", "act", "at"])
