"""The open database: one door for writing, one for reading."""

from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Self

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from storage import one_hop
from storage.address import normalized as normalized

BUSY_MS = 30_000
"""How long SQLite waits for another process that writes."""

ASLEEP = {"idle_in_transaction_session_timeout": "60s"}
"""A process that is frozen inside a transaction must not hold its rows from the others."""

PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    # NORMAL can lose the last commits at power loss.
    "PRAGMA synchronous = FULL",
)


class Database:
    """A database to read and write; connections are made when they are first needed."""

    def __init__(self, url: URL, *, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self.url = url
        self._engines = (writer, reader)
        self._writing = async_sessionmaker(writer, expire_on_commit=False)
        self._reading = async_sessionmaker(reader, expire_on_commit=False)

    @classmethod
    async def open(cls, url: str) -> Self:
        """The database at this address; raises ValueError for an address that cannot be one."""
        address = normalized(url)
        if address.get_backend_name() == "sqlite":
            writer, reader = sqlite_writer(address), sqlite_reader(address)
        else:
            writer = postgres(address)
            reader = writer.execution_options(postgresql_readonly=True)
        return cls(address, writer=writer, reader=reader)

    async def close(self) -> None:
        """Give all connections back."""
        for engine in self._engines:
            await engine.dispose()

    def write(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One transaction: committed at the end, rolled back on an error."""
        return self._writing.begin()

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One consistent look; the database refuses to write in it."""
        return self._reading.begin()


def migrating(url: URL) -> AsyncEngine:
    """The engine for changing tables; SQLite must not check references while it rewrites them."""
    if url.get_backend_name() != "sqlite":
        return postgres(url)
    pragmas = (*PRAGMAS, "PRAGMA foreign_keys = OFF")
    return _sqlite(url, begin="BEGIN IMMEDIATE", pragmas=pragmas, connections=1)


def sqlite_writer(url: URL) -> AsyncEngine:
    """One connection, so that writers of this process queue in asyncio, in order."""
    # BEGIN alone takes the write lock too late: "database is locked", or a lost update.
    return _sqlite(url, begin="BEGIN IMMEDIATE", pragmas=PRAGMAS, connections=1)


def sqlite_reader(url: URL) -> AsyncEngine:
    """A few connections that cannot write."""
    return _sqlite(url, begin="BEGIN", pragmas=(*PRAGMAS, "PRAGMA query_only = ON"), connections=4)


def _sqlite(url: URL, *, begin: str, pragmas: tuple[str, ...], connections: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        async_creator=partial(one_hop.connect, str(url.database)),
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        try:
            cursor = connection.cursor()
            for pragma in pragmas:
                cursor.execute(pragma)
            cursor.close()
        except Exception:
            # The pool forgets a connection that fails here, and its thread would live on.
            connection.close()
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def postgres(url: URL) -> AsyncEngine:
    """A pool of connections; a lost one is noticed before it is used."""
    return create_async_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={"timeout": 10, "server_settings": {"application_name": "rungs", **ASLEEP}},
    )
