"""The statements that a session sends, and the database's plans for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.database import Session


@contextmanager
def recorded(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """The statements that the session sends in here, with their values."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "EXPLAIN")):
            statements.append((statement, values))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)


async def plan_of(session: Session, statement: str, values: Any) -> str:
    """The database's query plan for a statement."""
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(str(row.detail) for row in rows)
    rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", values)
    return "\n".join(str(row[0]) for row in rows)
