"""Keep a ledger of claims, and chain the rows of the audit log, those that are there as well."""

import json
from datetime import UTC, datetime
from hashlib import sha256

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    column,
    insert,
    select,
    table,
    update,
)

BEGINNING = "0" * 64
EVENT = table(
    "audit_event",
    *(column(name) for name in ("workspace_id", "id", "who", "act", "about", "place", "digest")),
    column("at", DateTime(timezone=True)),
    column("number", Integer()),
)
HEAD = table(
    "chain_head",
    *(column(name) for name in ("workspace_id", "chain", "digest", "deleted_digest")),
    column("number", Integer()),
    column("deleted_number", Integer()),
    column("logged_at", DateTime(timezone=True)),
)

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    make_heads()
    chain_audit_log()
    make_ledger()


def make_heads() -> None:
    op.create_table(
        "chain_head",
        Column("workspace_id", String(), nullable=False),
        Column("chain", String(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("digest", String(), nullable=False),
        Column("deleted_number", Integer(), nullable=False),
        Column("deleted_digest", String(), nullable=False),
        Column("logged_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("workspace_id", "chain", name="pk_chain_head"),
    )
    op.create_index("ix_chain_head_logged_at", "chain_head", ["logged_at"])


def chain_audit_log() -> None:
    """Number the rows of each workspace by their ids, which begin with the time, and chain them."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("audit_event", Column("number", Integer(), nullable=True))
    op.add_column("audit_event", Column("digest", String(), nullable=True))
    # The log refuses changes otherwise.
    op.execute("DROP TRIGGER audit_event_update" + ("" if is_sqlite else " ON audit_event"))
    chain_rows()
    with op.batch_alter_table("audit_event") as changed:
        changed.alter_column("number", existing_type=Integer(), nullable=False)
        changed.alter_column("digest", existing_type=String(), nullable=False)
    op.create_index("ix_audit_event_number", "audit_event", ["workspace_id", "number"], unique=True)
    for statement in AUDIT_SQLITE if is_sqlite else AUDIT_POSTGRES:
        op.execute(statement)


def chain_rows() -> None:
    connection = op.get_bind()
    known = connection.execute(select(*EVENT.c).order_by(EVENT.c.workspace_id, EVENT.c.id)).all()
    heads: dict[str, tuple[int, str]] = {}
    for row in known:
        number, before = heads.get(row.workspace_id, (0, BEGINNING))
        at = row.at.replace(tzinfo=UTC) if row.at.tzinfo is None else row.at.astimezone(UTC)
        moment = at.isoformat(timespec="microseconds")
        content = [row.id, moment, row.who, row.act, row.about, row.place]
        told = [before, row.workspace_id, "audit", number + 1, *content]
        digest = sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()
        heads[row.workspace_id] = number + 1, digest
        connection.execute(
            update(EVENT)
            .where(EVENT.c.workspace_id == row.workspace_id, EVENT.c.id == row.id)
            .values({"number": number + 1, "digest": digest})
        )
    for workspace_id, (number, digest) in heads.items():
        connection.execute(
            insert(HEAD).values(
                workspace_id=workspace_id,
                chain="audit",
                number=number,
                digest=digest,
                deleted_number=0,
                deleted_digest=BEGINNING,
                logged_at=datetime.fromtimestamp(0, UTC),
            )
        )


def make_ledger() -> None:
    op.create_table(
        "ledger_row",
        Column("workspace_id", String(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("act", String(), nullable=False),
        Column("about", String(), nullable=False),
        Column("facts", Text(), nullable=False),
        Column("who", String(), nullable=False),
        Column("by_whom", String(), nullable=False),
        Column("digest", String(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "number", name="pk_ledger_row"),
    )
    op.create_table(
        "ledger_person",
        Column("workspace_id", String(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("place", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("key", String(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "number", "place", name="pk_ledger_person"),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_ledger_person_member",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "number"],
            ["ledger_row.workspace_id", "ledger_row.number"],
            name="fk_ledger_person_ledger_row",
        ),
    )
    op.create_index("ix_ledger_person_of_member", "ledger_person", ["workspace_id", "user_id"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


SQLITE = (
    """
CREATE TRIGGER ledger_row_update BEFORE UPDATE ON ledger_row
BEGIN SELECT RAISE(ABORT, 'ledger_row is append-only'); END
""",
    # REPLACE deletes the old row without the trigger for DELETE.
    """
CREATE TRIGGER ledger_row_replace BEFORE INSERT ON ledger_row
WHEN EXISTS (SELECT 1 FROM ledger_row WHERE workspace_id = NEW.workspace_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'ledger_row is append-only'); END
""",
    """
CREATE TRIGGER ledger_row_delete BEFORE DELETE ON ledger_row
WHEN NOT EXISTS (SELECT 1 FROM workspace
WHERE workspace_id = OLD.workspace_id AND disconnected_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'ledger_row is append-only'); END
""",
)
POSTGRES = (
    """
CREATE FUNCTION ledger_row_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM workspace
  WHERE workspace_id = OLD.workspace_id AND disconnected_at IS NOT NULL) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'ledger_row is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    """
CREATE TRIGGER ledger_row_change BEFORE UPDATE OR DELETE ON ledger_row
FOR EACH ROW EXECUTE FUNCTION ledger_row_refuse()
""",
    """
CREATE TRIGGER ledger_row_truncate BEFORE TRUNCATE ON ledger_row
FOR EACH STATEMENT EXECUTE FUNCTION ledger_row_refuse()
""",
)

AUDIT_SQLITE = (
    """
CREATE TRIGGER audit_event_update BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END
""",
    """
CREATE TRIGGER audit_event_replace BEFORE INSERT ON audit_event
WHEN EXISTS (SELECT 1 FROM audit_event
WHERE workspace_id = NEW.workspace_id AND (id = NEW.id OR number = NEW.number))
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END
""",
    """
CREATE TRIGGER audit_event_delete BEFORE DELETE ON audit_event
WHEN OLD.at > datetime('now', '-400 days')
BEGIN SELECT RAISE(ABORT, 'audit_event rows are kept for 400 days'); END
""",
)
"""On SQLite the table was copied, without its triggers."""

AUDIT_POSTGRES = (
    """
CREATE TRIGGER audit_event_update BEFORE UPDATE ON audit_event
FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()
""",
)
