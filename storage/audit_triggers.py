"""The triggers by which the database keeps the audit log from changes and early deletions.

They are part of the table, and stand here beside the migrations so that a test notices a later one that loses
them.
"""

SQLITE_TRIGGERS = (
    """
CREATE TRIGGER audit_event_update BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END
""",
    # REPLACE deletes the old row without the trigger for DELETE.
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
POSTGRES_TRIGGERS = (
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
