"""Fills databases with members, assessments, plans and teams, with SQL: a million rows take seconds."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from benchmarks.workspace import STATEMENTS, make_tables, opened
from content.loader import load_library
from storage.assessments import wordings

WORKSPACE, FAMILY, TUESDAY = "T0HARBORPIN", "engineering", "2026-11-17"
LAST_YEAR, LAST_WEEK = "2025-11-20 09:00:00.000000", "2026-11-12 09:00:00.000000"
VALUES = {"workspace": WORKSPACE, "family": FAMILY, "at": LAST_YEAR}
STORED_AS = "%Y-%m-%d %H:%M:%S.%f"


@asynccontextmanager
async def filling(database: Path, count: int) -> AsyncIterator[sqlite3.Connection]:
    """Fill a new database fast, with all rows in one transaction.

    The members are so many of the playground's crowd; a table `person` has them in the order of their rows.
    """
    await make_tables(database)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in ("synchronous = OFF", "journal_mode = OFF", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        connection.execute("CREATE TEMP TABLE person (n INTEGER PRIMARY KEY, user_id TEXT)")
        connection.execute(STATEMENTS["people"], [count])
        connection.execute(STATEMENTS["members"], VALUES)
        yield connection
        connection.execute("COMMIT")
        # What a database in use has, and what `rungs` finds when it opens it.
        connection.execute("PRAGMA journal_mode = WAL")


async def assessed(database: Path, count: int, *, active: bool = False) -> None:
    """Make members with a completed assessment and its step; active ones stand on four tiers and practice."""
    words = load_library().questionnaire(FAMILY)
    values: dict[str, object] = {"active": active, "ended": LAST_WEEK if active else LAST_YEAR}
    values |= VALUES | {name: getattr(words, name) for name in ("framework", "version", "digest")}
    more = ("paces", "practice") if active else ()
    async with filling(database, count) as connection:
        for place, question in enumerate(words.topics):
            values |= {"place": place, "question": question}
            connection.execute(STATEMENTS["answers"], values)
        for name in ("assessments", "steps", *more):
            connection.execute(STATEMENTS[name], values)
    async with opened(database) as there, there.write() as session:
        await wordings.save(session, WORKSPACE, words)


async def planned(database: Path, count: int, *, due: int) -> None:
    """Make members with a plan each; every Tuesday `due` of the plans are due, the others next year."""
    async with filling(database, count) as connection:
        connection.execute(STATEMENTS["paces"], VALUES)
        plans = VALUES | {"apart": count // due, "tuesday": TUESDAY}
        connection.execute(STATEMENTS["plans"], plans)
