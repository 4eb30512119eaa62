"""PgBouncer in transaction mode: upgrades, writers and readers at once, and nothing is left behind."""

import asyncio
from collections.abc import Iterator

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text

from coaching.members import MemberKey
from storage import members
from storage.database import schema
from storage.database.engine import Database
from tests.databases import PostgresServer, run_all
from tests.pooler import pooler as pooler
from tests.storage.cast import minute

LEFT_BEHIND = """
SELECT setting FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'
UNION ALL SELECT name FROM pg_prepared_statements
"""


@pytest.fixture(scope="module")
def pooled_url(pooler: PostgresServer, postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database behind the pooler."""
    postgres_server.create("behind")
    yield pooler.url_of("behind")
    postgres_server.drop("behind")


async def test_upgrades_at_the_same_time_wait_for_each_other(pooled_url: str) -> None:
    await asyncio.gather(*(schema.upgrade(pooled_url) for _ in range(3)))
    database = await Database.open(pooled_url)
    assert await schema.problem(database) is None
    await database.close()


async def test_many_transactions_share_few_connections(pooled_url: str) -> None:
    await schema.upgrade(pooled_url)
    processes = [await Database.open(pooled_url) for _ in range(3)]

    async def work(database: Database, number: int) -> None:
        key = MemberKey("T1", f"U{number}")
        async with database.write() as session:
            await members.ensure(session, key, now=minute(0))
        async with database.read() as session:
            assert await members.get(session, key) is not None

    await asyncio.gather(
        *(work(database, n * 100 + i) for i in range(40) for n, database in enumerate(processes))
    )
    async with processes[0].read() as session:
        assert await session.scalar(text("SELECT count(*) FROM member")) == 120
        assert await session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"
        with pytest.raises(Exception, match="read-only"):
            await session.execute(text("DELETE FROM member"))
    for database in processes:
        await database.close()
    assert await left_behind(pooled_url) == {("0",)}


async def left_behind(url: str) -> set[tuple[str]]:
    """What transactions of others find on the pooler's connections, each of them held at once."""
    held = [await asyncpg.connect(url, statement_cache_size=0) for _ in range(3)]
    found: set[tuple[str]] = set()
    for one in held:
        await one.execute("BEGIN")
    for one in held:
        found |= {tuple(row) for row in await one.fetch(LEFT_BEHIND)}
        await one.close()
    return found


async def test_a_direct_connection_keeps_its_statements_and_its_timeout(
    postgres_url: str,
) -> None:
    database = await Database.open(postgres_url)
    for _ in range(2):
        async with database.read() as session:
            assert await session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"
            statements = await session.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    assert int(statements or 0) > 0
    await database.close()


async def test_options_that_the_pooler_refuses_are_named(pooled_url: str) -> None:
    database = await Database.open(f"{pooled_url}&options=-c%20statement_timeout%3D5s")
    told = await schema.problem(database)
    await database.close()
    assert told == (
        "Cannot reach the database: its connection pooler does not accept options. Remove it from "
        "DATABASE_URL, or add it to the pooler's ignore_startup_parameters."
    )


async def test_the_name_of_the_program_passes(pooled_url: str) -> None:
    database = await Database.open(f"{pooled_url}&application_name=rungs-2&pgbouncer=true")
    async with database.read() as session:
        assert await session.scalar(text("SHOW application_name")) == "rungs-2"
    await database.close()
    await run_all(pooled_url, ["SELECT 1"])
