"""Keep what members are told about their own rights and roles, for one message a day."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_notice_member",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_notice"),
    )
    op.create_index(
        "ix_notice_of_member", "notice", ["workspace_id", "user_id", "message_id"], unique=False
    )
