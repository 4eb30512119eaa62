"""Whether the database works, for `/readyz` and for `rungs db check`.

`/readyz` reads from every table and writes one row. `check` looks for missing tables, damage, and files that
others can read, tries a write and takes it back, so that it changes nothing.
"""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field

from storage.database import schema
from storage.database.address import normalized
from storage.database.engine import Database, busy_ms, migration_engine
from storage.database.errors import DatabaseProblem, explain, explained
from storage.database.rows import Row, UtcTime, insert_into

DATABASE_ERRORS = (OSError, SQLAlchemyError)
"""What a query raises when the database is away or broken. A TimeoutError is an OSError."""


class Probe(Row, table=True):
    """When a process last wrote to the database to see whether it can."""

    written_at: datetime = Field(sa_type=UtcTime)


async def read_every_table(database: Database) -> None:
    """Read from every table; raises one of DATABASE_ERRORS when one cannot be read."""
    columns = map(_column_of_the_table_itself, schema.all_tables().sorted_tables)
    first_rows = [select(column.is_(None)).limit(1).scalar_subquery() for column in columns]
    async with database.read() as session:
        await session.execute(select(*first_rows))


async def write_probe(database: Database, workspace_id: str, *, now: datetime) -> None:
    """Write one row and commit it; raises one of DATABASE_ERRORS when that fails."""
    async with database.write() as session:
        await session.execute(
            insert_into(session, Probe)
            .values(workspace_id=workspace_id, written_at=now)
            .on_conflict_do_update(index_elements=["workspace_id"], set_={"written_at": now})
        )


def _column_of_the_table_itself(table: Table) -> Column[Any]:
    """Return a column that stands in no index, because an index may be whole while its table is not."""
    indexed = {column for index in table.indexes for column in index.columns}
    columns = [one for one in table.columns if not one.primary_key and one not in indexed]
    return columns[0] if columns else table.columns[0]


def problem_of(error: BaseException) -> str:
    """Return what is wrong with the database in one line, with no host, user or address in it."""
    return explain(error) or f"The database failed ({type(error).__name__})."


MOST_FINDINGS = 5
"""At most this many of SQLite's findings are repeated."""

CONTENT = "what is stored"


def damage_in(connection: sqlite3.Connection) -> str | None:
    """Return what is wrong with the pages or indexes of a SQLite database; None if nothing is."""
    found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({MOST_FINDINGS})")]
    return None if found == ["ok"] else "; ".join(" ".join(line.split()) for line in found)


def orphans_in(connection: sqlite3.Connection) -> str | None:
    """Return which tables of a SQLite database have rows that refer to rows that are gone, or None."""
    tables = sorted({str(row[0]) for row in connection.execute("PRAGMA foreign_key_check")})
    return f"rows of {', '.join(tables)} refer to rows that are gone" if tables else None


async def check(url: str) -> list[tuple[str, str | None]]:
    """Return what was looked at, each with what is wrong and what to do, or None.

    Raise ValueError for a wrong address, and DatabaseProblem when there is no such file.
    """
    address = normalized(url)
    file = Path(address.database or "") if address.get_backend_name() == "sqlite" else None
    if file and not file.is_file():
        raise DatabaseProblem(
            f"There is no database at {file.resolve()}. "
            "Check DATABASE_URL and the folder you are in."
        )
    findings = [("tables", await _tables_problem(url))]
    if file:
        findings += [(CONTENT, _damage(file, patience_ms=busy_ms(address)))]
        findings += [("file", _open_to_others(file))]
    if findings[0][1] is None:
        findings += [] if file else [(CONTENT, await _unreadable(url))]
        findings += [("writing", await _writing_problem(url))]
    return findings


async def _tables_problem(url: str) -> str | None:
    database = await Database.open(url)
    try:
        return await schema.problem(database)
    finally:
        await database.close()


async def _writing_problem(url: str) -> str | None:
    """Return why the database takes no writes; None if it does. Nothing is written."""
    return await _problem_with(url, "UPDATE workspace SET name = name WHERE false")


async def _problem_with(url: str, statement: str) -> str | None:
    """Run a statement and take it back; return why it failed, or None."""
    engine = migration_engine(normalized(url))
    try:
        with explained():
            async with engine.connect() as connection:
                await connection.execute(text(statement))
    except DatabaseProblem as problem:
        return str(problem)
    finally:
        await engine.dispose()
    return None


async def _unreadable(url: str) -> str | None:
    """Read every row of every table, and return which tables cannot be read."""
    wrong = []
    for table in schema.all_tables().sorted_tables:
        statement = f'SELECT count("{table.name}"::text) FROM "{table.name}"'  # noqa: S608
        if problem := await _problem_with(url, statement):
            wrong.append(f"{table.name}: {problem}")
    return " ".join(wrong) or None


def _damage(file: Path, *, patience_ms: int) -> str | None:
    try:
        with explained(), closing(sqlite3.connect(file, timeout=patience_ms / 1000)) as connection:
            found = damage_in(connection) or orphans_in(connection)
    except DatabaseProblem as problem:
        return str(problem)
    return f"{found}. Stop Rungs and restore a backup." if found else None


def _open_to_others(file: Path) -> str | None:
    files = [one for end in ("", "-wal", "-shm") if (one := Path(f"{file}{end}")).is_file()]
    if os.name == "posix" and any(one.stat().st_mode & 0o077 for one in files):
        return (
            f"Other users on this machine can read it. Run `chmod 600 {' '.join(map(str, files))}`."
        )
    return None
