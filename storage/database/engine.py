"""The database: its engines, and the sessions that queries run in.

SQLite takes one writer at a time. Its writer engine has one connection, so the writers of a process queue in
asyncio, in order, and each begins with `BEGIN IMMEDIATE`: a plain `BEGIN` takes the write lock only at the
first write, which then fails with "database is locked", or overwrites what another process changed meanwhile.
"""

from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Self

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    async_sessionmaker,
    create_async_engine,
)

from storage.database import Session, postgres_driver, sqlite_driver
from storage.database.address import normalized

BUSY_MS = 30_000
"""How long SQLite waits for another process's write lock, unless the address has a `timeout`."""

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    # With NORMAL, a power loss can undo the last commits.
    "PRAGMA synchronous = FULL",
)


class Database:
    """An open database; its connections are opened when they are first needed."""

    def __init__(self, url: URL, *, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self.url = url
        self._engines = (writer, reader)
        self._writing = async_sessionmaker(writer, class_=Session, expire_on_commit=False)
        self._reading = async_sessionmaker(reader, class_=Session, expire_on_commit=False)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the database at this address; raise ValueError if it is not a database address."""
        address = normalized(url)
        if address.get_backend_name() == "sqlite":
            writer, reader = sqlite_writer(address), sqlite_reader(address)
        else:
            writer = postgres_engine(address)
            reader = writer.execution_options(postgresql_readonly=True)
        return cls(address, writer=writer, reader=reader)

    async def close(self) -> None:
        """Close all connections."""
        for engine in self._engines:
            await engine.dispose()

    def write(self) -> AbstractAsyncContextManager[Session]:
        """Begin a transaction: committed at the end of the block, rolled back on an error."""
        return self._writing.begin()

    def read(self) -> AbstractAsyncContextManager[Session]:
        """Begin a read-only transaction; the database refuses writes in it."""
        return self._reading.begin()


def migration_engine(url: URL) -> AsyncEngine:
    """Return the engine for migrations; on SQLite, foreign keys are off while tables are copied."""
    if url.get_backend_name() != "sqlite":
        # An upgrade waits for another one, and may have many rows to change.
        return postgres_engine(url, statement_timeout=None)
    pragmas = (*PRAGMAS, "PRAGMA foreign_keys = OFF")
    return _sqlite_engine(url, begin="BEGIN IMMEDIATE", pragmas=pragmas, connections=1)


def sqlite_writer(url: URL) -> AsyncEngine:
    """Return an engine with one connection, which takes the write lock at BEGIN."""
    return _sqlite_engine(url, begin="BEGIN IMMEDIATE", pragmas=PRAGMAS, connections=1)


def sqlite_reader(url: URL) -> AsyncEngine:
    """Return an engine with a few connections that refuse writes."""
    return _sqlite_engine(
        url, begin="BEGIN", pragmas=(*PRAGMAS, "PRAGMA query_only = ON"), connections=4
    )


def _sqlite_engine(
    url: URL, *, begin: str, pragmas: tuple[str, ...], connections: int
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        async_creator=partial(sqlite_driver.connect, str(url.database)),
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        try:
            cursor = connection.cursor()
            for pragma in (f"PRAGMA busy_timeout = {busy_ms(url)}", *pragmas):
                cursor.execute(pragma)
            cursor.close()
        except Exception:
            # The pool drops a connection that fails here without closing it; its thread would stay.
            connection.close()
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def postgres_engine(
    url: URL, *, statement_timeout: float | None = postgres_driver.STATEMENT_TIMEOUT
) -> AsyncEngine:
    """Return an engine with a pool that tests each connection before use."""
    # The address goes to the driver alone.
    engine = create_async_engine(URL.create(url.drivername), pool_size=10, max_overflow=10)
    given = postgres_driver.arguments(url, statement_timeout=statement_timeout)
    postgres_driver.prepare(engine, given)
    return engine


def busy_ms(url: URL) -> int:
    """Return how many milliseconds SQLite waits for a lock: `?timeout=` of the address, or the usual."""
    return int(str(url.query.get("timeout", 0))) * 1000 or BUSY_MS
