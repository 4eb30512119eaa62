"""Alembic runs this file for every command; the connection comes from `storage.upgrading`."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from storage import tables
from storage.times import UtcTime


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the database's own types: our classes may change, history does not."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.METADATA,
    # SQLite changes a table by writing it anew.
    render_as_batch=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
