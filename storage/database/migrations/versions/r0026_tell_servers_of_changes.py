"""Tell an organization's servers when a permission begins or ends; tell signing keys apart by purpose."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    text,
)

revision = "0026"
down_revision = "0025"

WAITING = text("state = 'waiting'")
DEAD = text("state = 'dead'")
LOOKED_AT = text("look_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("signing_key") as table:
        table.add_column(Column("purpose", String(), nullable=False, server_default="badges"))
    with op.batch_alter_table("signing_key") as table:
        table.alter_column("purpose", server_default=None)
    op.create_table(
        "receiver",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("kind", String(), nullable=False),
        Column("url", String(), nullable=False),
        Column("token", String()),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("open_at", DateTime(timezone=True), nullable=False),
        Column("failures", Integer(), nullable=False),
        Column("problem", String()),
        Column("look_at", DateTime(timezone=True)),
        Column("looked_at", DateTime(timezone=True)),
        Column("look", String()),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_receiver"),
    )
    op.create_index(
        "ix_receiver_look",
        "receiver",
        ["look_at"],
        sqlite_where=LOOKED_AT,
        postgresql_where=LOOKED_AT,
    )
    op.create_table(
        "receiver_permission",
        Column("workspace_id", String(), nullable=False),
        Column("receiver_id", String(), nullable=False),
        Column("permission", String(), nullable=False),
        Column("group_name", String()),
        Column("group_id", String()),
        _of_receiver("receiver_permission"),
        PrimaryKeyConstraint(
            "workspace_id", "receiver_id", "permission", name="pk_receiver_permission"
        ),
    )
    op.create_index(
        "ix_receiver_permission",
        "receiver_permission",
        ["workspace_id", "permission", "receiver_id"],
    )
    op.create_table(
        "receiver_person",
        Column("workspace_id", String(), nullable=False),
        Column("receiver_id", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("scim_id", String()),
        Column("problem", String()),
        Column("at", DateTime(timezone=True), nullable=False),
        _of_member("receiver_person"),
        _of_receiver("receiver_person"),
        PrimaryKeyConstraint("workspace_id", "receiver_id", "user_id", name="pk_receiver_person"),
    )
    op.create_index("ix_receiver_person_of_member", "receiver_person", ["workspace_id", "user_id"])
    op.create_table(
        "access_change",
        Column("workspace_id", String(), nullable=False),
        Column("receiver_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("user_id", String()),
        Column("sealed", String()),
        Column("permission", String(), nullable=False),
        Column("change", String(), nullable=False),
        Column("until", DateTime(timezone=True)),
        Column("via", String(), nullable=False),
        Column("reason", String(), nullable=False),
        Column("policy_version", String(), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("state", String(), nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("tries", Integer(), nullable=False),
        CheckConstraint("state IN ('waiting', 'dead')", name="state"),
        _of_member("access_change"),
        _of_receiver("access_change"),
        PrimaryKeyConstraint("workspace_id", "receiver_id", "id", name="pk_access_change"),
    )
    _index("due", "workspace_id", "receiver_id", "due_at", "id", where=WAITING)
    _index("order", *("workspace_id", "receiver_id", "user_id", "number", "id"), where=WAITING)
    _index("dead", "at", where=DEAD)
    op.create_index("ix_access_change_of_member", "access_change", ["workspace_id", "user_id"])


def _index(name: str, *columns: str, where: object) -> None:
    op.create_index(
        f"ix_access_change_{name}",
        "access_change",
        list(columns),
        sqlite_where=where,
        postgresql_where=where,
    )


def _of_receiver(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "receiver_id"],
        ["receiver.workspace_id", "receiver.id"],
        name=f"fk_{table}_receiver",
    )


def _of_member(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "user_id"],
        ["member.workspace_id", "member.user_id"],
        name=f"fk_{table}_member",
    )
