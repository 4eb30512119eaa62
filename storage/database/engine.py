"""The database: its engines, the sessions that queries run in, and the connection to SQLite.

SQLite takes one writer at a time. Its writer engine has one connection, so the writers of a process queue in
asyncio, in order, and each begins with `BEGIN IMMEDIATE`: a plain `BEGIN` takes the write lock only at the
first write, which then fails with "database is locked", or overwrites what another process changed meanwhile.

aiosqlite goes to its thread four times for a statement: to open a cursor, to execute, to fetch the rows and
to close the cursor. Each trip costs more time than most of our statements take. `SingleTripConnection.run`
does all four in one trip and keeps the rows, so that the cursor answers from memory. SQLAlchemy only uses the
methods of `SingleTripCursor`; everything else of the connection is aiosqlite's.

One case needs care: the caller can be cancelled while its statement runs in the thread. Then nobody knows
whether it began a transaction, so `_is_settled` stays False and the pool's rollback reaches the database.
When it is True and no transaction is open, the rollback is left out, which saves a trip for every session.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

import aiosqlite
from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    async_sessionmaker,
    create_async_engine,
)

from storage.database import Session, postgres_driver
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
        return self._written()

    @asynccontextmanager
    async def _written(self) -> AsyncIterator[Session]:
        async with self._writing.begin() as session:
            yield session
            await session.run_before_commit()

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
        async_creator=partial(_connect_to_file, str(url.database)),
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


Rows = list[Any]

Description = Any


def _run(connection: sqlite3.Connection, sql: str, values: Any, many: bool) -> "_Result":  # noqa: FBT001
    cursor = connection.executemany(sql, values) if many else connection.execute(sql, values)
    try:
        rows = cursor.fetchall() if cursor.description else []
        return _Result(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()


class _Result:
    """The rows of an executed statement, and what the cursor says about it."""

    __slots__ = ("description", "lastrowid", "rowcount", "rows")

    def __init__(
        self,
        rows: Rows,
        description: Description = None,
        rowcount: int = -1,
        lastrowid: int | None = None,
    ) -> None:
        self.rows = rows
        self.description = description
        self.rowcount = rowcount
        self.lastrowid = lastrowid


class SingleTripCursor:
    """The methods of a cursor that SQLAlchemy uses, answered from the result in memory."""

    def __init__(self, connection: "SingleTripConnection") -> None:
        self._connection = connection
        self._outcome = _Result([])
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    @property
    def description(self) -> Description:
        return self._outcome.description

    @property
    def rowcount(self) -> int:
        return self._outcome.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._outcome.lastrowid

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        self._outcome = await self._connection.run(sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        self._outcome = await self._connection.run(sql, parameters, many=True)
        return self

    async def fetchall(self) -> Sequence[Any]:
        return self._outcome.rows

    async def close(self) -> None:
        return None


class SingleTripConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors take one trip to its thread per statement."""

    _is_settled = True
    """False while a statement runs, and after one that raised or whose caller was cancelled."""
    _end: asyncio.Future[Any] | None = None

    def stop(self) -> asyncio.Future[Any] | None:
        self._end = super().stop()
        return self._end

    async def ended(self) -> None:
        """Wait until the thread of a stopped connection has ended: it must not outlive its event loop."""
        if self._end is not None:
            await self._end

    def cursor(self) -> SingleTripCursor:  # type: ignore[override]
        return SingleTripCursor(self)

    async def rollback(self) -> None:
        # The pool rolls back every connection that is returned; usually its transaction has ended.
        if self.in_transaction or not self._is_settled:
            await super().rollback()

    async def run(self, sql: str, parameters: Any, *, many: bool = False) -> _Result:
        """Execute one statement in the connection's thread and return its result."""
        work = partial(_run, self._conn, sql, parameters, many)
        self._is_settled = False
        outcome: _Result = await self._execute(work)  # type: ignore[no-untyped-call]
        self._is_settled = True
        return outcome


def make_private(file: Path) -> None:
    """Create an empty file that only its owner reads, unless there is one; SQLite gives its mode to `-wal`.

    An error is left to SQLite, which opens the file next and reports it.
    """
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


async def _connect_to_file(file: str) -> SingleTripConnection:
    """Open the database file in a daemon thread; raise sqlite3.Error if that fails.

    `isolation_level=None` turns off Python's implicit BEGIN; `_sqlite_engine` sends its own.
    """

    def open_file() -> sqlite3.Connection:
        make_private(Path(file))
        return sqlite3.connect(file, isolation_level=None)

    connection = SingleTripConnection(open_file, iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does for connections it opens
    try:
        await connection
    except sqlite3.Error:
        await connection.ended()
        raise
    return connection
