"""Connections to PostgreSQL by asyncpg, directly or through a connection pooler such as PgBouncer.

A pooler in transaction mode lends a server's connection for one transaction. What a session keeps beyond
that breaks there: prepared statements with names, and settings. `connect` finds out which of the two it has:
a pooler gives its clients a process id that is not the server's.
"""

import ssl
from itertools import count
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only

from storage.database.errors import DatabaseProblem, cannot_connect, is_lost

CONNECT_TIMEOUT = 10

ANSWER_TIMEOUT = 5
"""Seconds that a connection has to answer before it is used again."""

STATEMENT_TIMEOUT = 30
"""Seconds after which a statement is given up: a server that is frozen answers none."""

IDLE = "'idle_in_transaction_session_timeout'"
IDLE_TIMEOUT = "60s"
"""PostgreSQL ends such a transaction, so that a frozen process does not keep its row locks."""

NUMBERS = count(1)
NAMED: dict[str, Any] = {"prepared_statement_name_func": lambda: f"rungs_{next(NUMBERS)}"}
"""Directly, each connection keeps its prepared statements under names."""

UNNAMED: dict[str, Any] = {
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: "",
}
"""Through a pooler each statement is prepared without a name, and used at once."""


FAILURES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


def arguments(url: URL, *, statement_timeout: float | None) -> dict[str, Any]:
    """Return the arguments of `asyncpg.connect`, which reads most of libpq's parameters itself."""
    query = {name: value for name, value in url.query.items() if name != "connect_timeout"}
    timeout = int(str(url.query.get("connect_timeout", CONNECT_TIMEOUT)))
    settings = {"application_name": str(query.pop("application_name", "rungs"))}
    given: dict[str, Any] = {}
    if query.get("sslrootcert") == "system":
        query = {name: value for name, value in query.items() if not name.startswith("ssl")}
        given["ssl"] = ssl.create_default_context()
    dsn = url.set(drivername="postgresql", query=query)
    return given | {
        "dsn": dsn.render_as_string(hide_password=False),
        "timeout": timeout or None,
        "command_timeout": statement_timeout,
        "server_settings": settings,
        # SQLAlchemy has a cache of its own; this one would give names to statements.
        "statement_cache_size": 0,
    }


async def connect(**given: Any) -> tuple[asyncpg.Connection, bool]:
    """Open a connection; return it, and whether there is a pooler in between.

    Raise DatabaseProblem if that fails.
    """
    try:
        connection = await asyncpg.connect(**given)
    except FAILURES as error:
        raise cannot_connect(error) from error
    try:
        pid = connection.get_server_pid()
        # As text, not as a prepared statement. A pooler's connection keeps the setting of the others.
        done = await connection.execute(
            f"SELECT set_config({IDLE}, '{IDLE_TIMEOUT}', false) WHERE pg_backend_pid() = {pid}",
            timeout=CONNECT_TIMEOUT,
        )
    except FAILURES as error:
        connection.terminate()
        raise cannot_connect(error) from error
    return connection, done == "SELECT 0"


def prepare(engine: AsyncEngine, given: dict[str, Any]) -> None:
    """Let the engine open its connections with `connect`, and end those that do not answer."""

    @event.listens_for(engine.sync_engine, "do_connect")
    def open_connection(dialect: Any, record: Any, _arguments: Any, _named: Any) -> Any:
        connection, is_pooled = await_only(connect(**given))

        async def opened() -> asyncpg.Connection:
            return connection

        record.info["is_pooled"] = is_pooled
        return dialect.dbapi.connect(async_creator_fn=opened, **(UNNAMED if is_pooled else NAMED))

    @event.listens_for(engine.sync_engine, "checkout")
    def test(connection: Any, _record: Any, _proxy: Any) -> None:
        try:
            connection.run_async(lambda driver: driver.execute("SELECT 1", timeout=ANSWER_TIMEOUT))
        except FAILURES as error:
            # The pool opens another one, and forgets those that it opened before.
            raise InvalidatePoolError from error

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.info.get("is_pooled"):
            connection.exec_driver_sql(f"SELECT set_config({IDLE}, '{IDLE_TIMEOUT}', true)")

    @event.listens_for(engine.sync_engine, "handle_error")
    def end_connection(context: Any) -> None:
        error = context.original_exception
        if is_lost(getattr(error, "driver_exception", error)):
            context.is_disconnect = True
        if isinstance(error, OSError) and not isinstance(error, DatabaseProblem):
            context.is_disconnect = True
            raise cannot_connect(error) from error
