"""Let members and user groups have roles, and keep what a month's page for admins said."""

from alembic import op
from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    String,
    Text,
)

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "role_holder",
        Column("workspace_id", String(), nullable=False),
        Column("role", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("group_id", String(), nullable=False),
        Column("since", DateTime(timezone=True), nullable=False),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_role_holder_member",
        ),
        PrimaryKeyConstraint("workspace_id", "role", "user_id", "group_id", name="pk_role_holder"),
    )
    op.create_index("ix_role_holder_of_member", "role_holder", ["workspace_id", "user_id"])
    op.create_table(
        "role_group",
        Column("workspace_id", String(), nullable=False),
        Column("role", String(), nullable=False),
        Column("group_id", String(), nullable=False),
        Column("handle", String(), nullable=False),
        Column("read_at", DateTime(timezone=True)),
        Column("problem", String()),
        PrimaryKeyConstraint("workspace_id", "role", "group_id", name="pk_role_group"),
    )
    op.create_table(
        "adoption_month",
        Column("workspace_id", String(), nullable=False),
        Column("month", Date(), nullable=False),
        Column("facts", Text()),
        Column("released_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("workspace_id", "month", name="pk_adoption_month"),
    )
