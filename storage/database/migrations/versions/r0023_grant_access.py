"""Keep who may use which AI tool until when, and what that depends on; know who is a guest."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0023"
down_revision = "0022"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("member", sa.Column("is_guest", sa.Boolean(), nullable=True))
    op.add_column("rules_reading", when("confirmed_at", nullable=True))
    of_member("access_member", ["user_id"], when("due_at", nullable=True), number("generation"))
    partial(
        "ix_access_member_due", "access_member", ["workspace_id", "due_at"], "due_at IS NOT NULL"
    )
    op.create_index("ix_access_member_generation", "access_member", ["workspace_id", "generation"])
    op.create_table(
        "access_workspace",
        word("workspace_id"),
        number("generation"),
        sa.Column("is_behind", sa.Boolean(), nullable=False),
        word("policy_version"),
        when("looked_at"),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_access_workspace"),
    )
    partial("ix_access_workspace_behind", "access_workspace", ["workspace_id"], "is_behind")
    op.create_index("ix_access_workspace_looked", "access_workspace", ["looked_at"])
    of_member(
        "access_training",
        ["user_id", "training_id"],
        sa.Column("done_on", sa.Date(), nullable=False),
        when("confirmed_at"),
    )
    of_member("access_approval", ["user_id", "permission_id"], when("given_at"))
    of_member("access_grant", ["user_id", "permission_id", "plan_id"], when("since"), when("until"))
    of_member(
        "access_held",
        ["user_id", "permission_id"],
        when("since"),
        when("until"),
        word("via"),
        word("policy_version"),
        when("told_until", nullable=True),
    )
    op.create_index(
        "ix_access_held_of_permission", "access_held", ["workspace_id", "permission_id", "user_id"]
    )
    # Whoever had a level verified or read rules before may get something once access is on.
    op.execute(
        "INSERT INTO access_member (workspace_id, user_id, generation) "
        "SELECT workspace_id, user_id, 0 FROM ("
        "SELECT workspace_id, user_id FROM evidence_verified "
        "UNION SELECT workspace_id, user_id FROM rules_reading) AS facts"
    )


def of_member(table: str, key: list[str], *columns: sa.Column[Any]) -> None:
    """Create a table whose rows belong to members; its key follows the workspace."""
    op.create_table(
        table,
        word("workspace_id"),
        *map(word, key),
        *columns,
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name=f"fk_{table}_member",
        ),
        sa.PrimaryKeyConstraint("workspace_id", *key, name=f"pk_{table}"),
    )


def word(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def when(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, TIME, nullable=nullable)


def partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=text(where), postgresql_where=text(where))
