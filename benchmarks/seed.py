"""Fills databases with members, assessments, plans and teams, with SQL: a million rows take seconds."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

from benchmarks.workspace import STATEMENTS
from content.loader import load_library
from storage.database import schema

WORKSPACE, FAMILY, TUESDAY = "T0HARBORPIN", "engineering", "2026-11-17"
LAST_YEAR, LAST_WEEK = "2025-11-20 09:00:00.000000", "2026-11-12 09:00:00.000000"
VALUES = {"workspace": WORKSPACE, "family": FAMILY, "at": LAST_YEAR, "last_week": LAST_WEEK}
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


@asynccontextmanager
async def filling(
    database: Path, count: int, *, known: Sequence[str] = ()
) -> AsyncIterator[sqlite3.Connection]:
    """Fill a new database fast: all rows in one transaction, the indexes afterwards.

    A table `person` has the ids of so many members, the known ones spread among the others.
    """
    await schema.upgrade(f"sqlite:///{database}")
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in ("synchronous = OFF", "journal_mode = OFF", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("BEGIN")
        connection.execute("CREATE TEMP TABLE person (n INTEGER PRIMARY KEY, user_id TEXT)")
        connection.execute(STATEMENTS["people"], [count])
        apart = count // max(1, len(known))
        places = [(user, 1 + place * apart) for place, user in enumerate(known)]
        connection.executemany("UPDATE person SET user_id = ? WHERE n = ?", places)
        connection.execute(STATEMENTS["members"], VALUES)
        yield connection
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("COMMIT")
        # What a database in use has, and what `rungs` finds when it opens it.
        connection.execute("PRAGMA journal_mode = WAL")


async def assessed(
    database: Path, count: int, *, known: Sequence[str], active: bool = False
) -> None:
    """Make members with a completed assessment and its step; active ones stand on four tiers and practice."""
    words = load_library().questionnaire(FAMILY)
    shown = {"digest": words.digest, "words": words.to_json(), "question": words.questions[0].id}
    values = VALUES | {"framework": words.framework, "version": words.version} | shown
    async with filling(database, count, known=known) as connection:
        for name in ("wording", "assessments", "steps"):
            connection.execute(STATEMENTS[name], values)
        for place, question in enumerate(words.topics):
            connection.execute(
                STATEMENTS["answers"], values | {"place": place, "question": question}
            )
        for name in ("spread", "paces", "practice") if active else ():
            connection.execute(STATEMENTS[name], VALUES)


async def planned(database: Path, count: int, *, due: int) -> None:
    """Make members with a plan each; every Tuesday `due` of the plans are due, the others next year."""
    async with filling(database, count) as connection:
        connection.execute(STATEMENTS["paces"], VALUES)
        plans = VALUES | {"apart": count // due, "tuesday": TUESDAY}
        connection.execute(STATEMENTS["plans"], plans)
