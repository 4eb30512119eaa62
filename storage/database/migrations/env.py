"""Alembic runs this file for every command; `runner.alembic_config` passes the connection in."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from storage.database.rows import UtcTime
from storage.database.schema import all_tables


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Render the database's own types, so that old migrations do not depend on our classes."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    # SQLite cannot alter a constraint: Alembic copies the table instead.
    render_as_batch=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
