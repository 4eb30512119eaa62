"""Keep a ledger of claims, and chain the audit log's rows from here on."""

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
)

revision = "0019"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("audit_event", Column("number", Integer(), nullable=True))
    op.add_column("audit_event", Column("digest", String(), nullable=True))
    op.create_index("ix_audit_event_number", "audit_event", ["workspace_id", "number"])
    make_ledger()


def make_ledger() -> None:
    op.create_table(
        "chain_head",
        Column("workspace_id", String(), nullable=False),
        Column("chain", String(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("digest", String(), nullable=False),
        Column("deleted_number", Integer(), nullable=False),
        Column("deleted_digest", String(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "chain", name="pk_chain_head"),
    )
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
    op.create_index("ix_ledger_row_about", "ledger_row", ["workspace_id", "about", "number"])
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
