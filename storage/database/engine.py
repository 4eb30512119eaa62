"""The database: its address, its engines, and the sessions that queries run in.

SQLite takes one writer at a time. Its writer engine has one connection, so the writers of a process queue in
asyncio, in order, and each begins with `BEGIN IMMEDIATE`: a plain `BEGIN` takes the write lock only at the
first write, which then fails with "database is locked", or overwrites what another process changed meanwhile.
"""

from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Self

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    async_sessionmaker,
    create_async_engine,
)

from storage.database import Session, sqlite_driver

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}

EXPECTED = "Set it to sqlite:///rungs.db, or to postgresql://user:password@host/name."


def normalized(url: str) -> URL:
    """Return the address with its async driver; raise ValueError, without the password, for other texts."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(
            f"DATABASE_URL is {_described(url)}, not a database address. {EXPECTED}"
        ) from None
    if found.drivername not in DRIVERS:
        raise ValueError(
            f"DATABASE_URL begins with {found.drivername}://, which is not supported. {EXPECTED}"
        )
    address = found.set(drivername=DRIVERS[found.drivername])
    return _with_file(address) if address.get_backend_name() == "sqlite" else _with_ssl(address)


def _described(url: str) -> str:
    """Describe a text for an error message without repeating a password that it may contain."""
    if not url:
        return "empty"
    scheme, mark, _ = url.partition("://")
    return f"{scheme}://…" if mark else f"a text of {len(url)} characters without ://"


def _with_file(address: URL) -> URL:
    if address.database in (None, "", ":memory:"):
        raise ValueError(
            "DATABASE_URL names no file: a SQLite database in memory is lost when Rungs stops. "
            "Set it to sqlite:///rungs.db, or to sqlite:////var/lib/rungs/rungs.db."
        )
    return address


def _with_ssl(address: URL) -> URL:
    """Translate `sslmode` to asyncpg's `ssl`; leave out `channel_binding`, which asyncpg does not know."""
    query = dict(address.query)
    query.pop("channel_binding", None)
    mode = query.pop("sslmode", None)
    return address.set(query=query | ({"ssl": mode} if mode else {}))


BUSY_MS = 30_000
"""How long SQLite waits for another process's write lock."""

IDLE_TIMEOUT = {"idle_in_transaction_session_timeout": "60s"}
"""PostgreSQL ends such a transaction, so that a frozen process does not keep its row locks."""

PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
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
        return postgres_engine(url)
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
            for pragma in pragmas:
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


def postgres_engine(url: URL) -> AsyncEngine:
    """Return an engine with a pool that tests each connection before use."""
    return create_async_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={
            "timeout": 10,
            "server_settings": {"application_name": "rungs", **IDLE_TIMEOUT},
        },
    )
