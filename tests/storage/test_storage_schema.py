"""Migrations make exactly the tables that the code expects, and say what is missing."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import schema
from storage.database.engine import Database
from storage.database.schema import all_tables
from tests.storage.migrated import in_database

SQLITE_DDL = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' ORDER BY name"
POSTGRES_DDL = """
SELECT 'column ' || table_name || '.' || column_name,
       data_type || ' ' || is_nullable || coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint ' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


async def problem(url: str) -> str | None:
    database = await Database.open(url)
    try:
        return await schema.problem(database)
    finally:
        await database.close()


def definitions(connection: Connection) -> dict[str, str]:
    """What the database itself says of its tables, without spacing and the migrations' own."""
    query = SQLITE_DDL if connection.dialect.name == "sqlite" else POSTGRES_DDL
    rows = connection.execute(text(query)).all()
    return {
        name: " ".join(str(sql).split()) for name, sql in rows if "alembic" not in f"{name}{sql}"
    }


async def test_models_and_migrations_agree(database_url: str) -> None:
    def difference(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), all_tables()))

    assert await in_database(database_url, difference) == []


async def test_migrations_make_what_the_models_describe(database_url: str, empty_url: str) -> None:
    """Alembic's comparison passes over conditions of indexes and CHECKs; the database does not."""
    await in_database(empty_url, all_tables().create_all)
    described = await in_database(empty_url, definitions)
    made = await in_database(database_url, definitions)
    assert set(made) == set(described)
    for name, sql in made.items():
        assert clauses(sql) == clauses(described[name]), name


def clauses(sql: str) -> set[str]:
    """The parts of a definition; SQLite keeps them in the order they were written, which is free.

    A table that was written anew has its name in quotes there.
    """
    return {clause.strip(" ()") for clause in sql.replace('"', "").split(",")}


async def test_an_empty_database_is_upgraded(empty_url: str) -> None:
    told = await problem(empty_url)
    assert told is not None
    assert told.startswith("The database has no tables yet; this version expects 00")
    assert told.endswith("Run `rungs db upgrade`.")
    await schema.upgrade(empty_url)
    assert await problem(empty_url) is None


async def test_upgrades_at_the_same_time_wait_for_each_other(empty_url: str) -> None:
    await asyncio.gather(*(schema.upgrade(empty_url) for _ in range(3)))
    await schema.upgrade(empty_url)
    assert await problem(empty_url) is None


async def test_a_newer_database_is_not_touched(empty_url: str) -> None:
    def from_the_future(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await schema.upgrade(empty_url)
    await in_database(empty_url, from_the_future)
    told = await problem(empty_url)
    assert told is not None
    assert told.startswith("The database is at 9999, which this version does not know")
    assert "Start the newer version" in told


async def test_a_failed_upgrade_changes_nothing(empty_url: str) -> None:
    def in_the_way(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE step (id int)"))

    await in_database(empty_url, in_the_way)
    before = await in_database(empty_url, definitions)
    with pytest.raises(Exception, match="step"):
        await schema.upgrade(empty_url)
    assert await in_database(empty_url, definitions) == before


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_rows_that_refer_to_nothing_stop_an_upgrade(database_url: str) -> None:
    def orphan(connection: Connection) -> None:
        connection.execute(
            text("INSERT INTO answer VALUES ('T1', 'gone', 'starting', 0, 1.0, '2026-03-02', NULL)")
        )

    await in_database(database_url, orphan)
    with pytest.raises(RuntimeError, match="found 1 rows in answer that refer to rows that are"):
        await schema.upgrade(database_url)


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all/rungs.db", "postgresql://ada:s3cret@127.0.0.1:1/rungs"],
)
async def test_a_database_out_of_reach_is_explained(url: str) -> None:
    told = await problem(url)
    assert told is not None
    assert told.startswith("Cannot reach the database: ")
    assert "Check DATABASE_URL" in told
    for secret in ("s3cret", "ada", "127.0.0.1", "nowhere"):
        assert secret not in told.replace("database", "")


def test_a_file_out_of_reach_leaves_no_thread_that_outlives_its_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    before = set(threading.enumerate())
    for _ in range(20):
        asyncio.run(problem("sqlite:////nowhere/at/all/rungs.db"))
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert failed == []


async def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "rungs.db"
    file.write_text("This is a letter, not a database. " * 100)
    told = await problem(f"sqlite:///{file}")
    assert told is not None
    assert "file is not a SQLite database" in told


def test_the_names_of_the_migrations_say_what_alembic_says() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    assert list(schema.revisions()) == [s.revision for s in scripts.walk_revisions()][::-1]
    assert schema.revisions()[-1] == scripts.get_current_head()
