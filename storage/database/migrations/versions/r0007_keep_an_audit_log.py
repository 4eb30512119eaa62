"""Keep an audit log; the daily check for missing messages is called completeness from now on."""

from alembic import op
from sqlalchemy import Column, Date, DateTime, Integer, PrimaryKeyConstraint, String

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    rename_completeness()
    make_audit_log()


def rename_completeness() -> None:
    """Copy the table: on SQLite a renamed one would keep the old name of its primary key."""
    op.create_table(
        "completeness",
        Column("workspace_id", String(), nullable=False),
        Column("day", Date(), nullable=False),
        Column("expected", Integer(), nullable=False),
        Column("missing", Integer(), nullable=False),
        Column("late", Integer(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "day", name="pk_completeness"),
    )
    columns = "workspace_id, day, expected, missing, late"
    op.execute(f"INSERT INTO completeness ({columns}) SELECT {columns} FROM audit")  # noqa: S608
    op.drop_table("audit")


def make_audit_log() -> None:
    op.create_table(
        "audit_key",
        Column("workspace_id", String(), nullable=False),
        Column("key", String(), nullable=False),
        PrimaryKeyConstraint("workspace_id", name="pk_audit_key"),
    )
    op.create_table(
        "audit_event",
        Column("workspace_id", String(), nullable=False),
        Column("id", String(), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("who", String(), nullable=False),
        Column("act", String(), nullable=False),
        Column("about", String(), nullable=True),
        Column("place", String(), nullable=False),
        PrimaryKeyConstraint("workspace_id", "id", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index("ix_audit_event_who", "audit_event", ["workspace_id", "who"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


SQLITE = (
    """
CREATE TRIGGER audit_event_update BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END
""",
    """
CREATE TRIGGER audit_event_replace BEFORE INSERT ON audit_event
WHEN EXISTS (SELECT 1 FROM audit_event WHERE workspace_id = NEW.workspace_id AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END
""",
    """
CREATE TRIGGER audit_event_delete BEFORE DELETE ON audit_event
WHEN OLD.at > datetime('now', '-400 days')
BEGIN SELECT RAISE(ABORT, 'audit_event rows are kept for 400 days'); END
""",
)
POSTGRES = (
    """
CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_event is append-only, and its rows are kept for 400 days'
  USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    """
CREATE TRIGGER audit_event_update BEFORE UPDATE ON audit_event
FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()
""",
    """
CREATE TRIGGER audit_event_delete BEFORE DELETE ON audit_event
FOR EACH ROW WHEN (OLD.at > now() - interval '400 days') EXECUTE FUNCTION audit_event_refuse()
""",
    """
CREATE TRIGGER audit_event_truncate BEFORE TRUNCATE ON audit_event
FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()
""",
)
