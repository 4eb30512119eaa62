"""Fills databases with members, assessments, plans and teams, with SQL: a million rows take seconds."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

from content.loader import load_library
from storage.database import schema

WORKSPACE, FAMILY, TUESDAY = "T0HARBORPIN", "engineering", "2026-11-17"
LAST_YEAR, LAST_WEEK = "2025-11-20 09:00:00.000000", "2026-11-12 09:00:00.000000"
VALUES = {"workspace": WORKSPACE, "family": FAMILY, "at": LAST_YEAR, "last_week": LAST_WEEK}
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"

# Slack's ids come in no order. Multiplying by an odd number shuffles 40 bits without a repeat.
PEOPLE = """
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
    INSERT INTO person SELECT n, printf('U%010X', (n * 695873521) & 1099511627775) FROM number
"""
MEMBERS = """
    INSERT INTO member (workspace_id, user_id, family, greeted_at, created_at, seen_at)
    SELECT :workspace, user_id, :family, :at, :at, :at FROM person ORDER BY n
"""
WORDING = """
    INSERT INTO wording (workspace_id, digest, framework, version, family, words)
    VALUES (:workspace, :digest, :framework, :version, :family, :words)
"""
ASSESSMENTS = """
    INSERT INTO assessment (workspace_id, id, user_id, framework, family, version, wording_digest,
        state, started_at, ended_at, tier, floor, spread, revision)
    SELECT :workspace, printf('%032x', n), user_id, :framework, :family, :version, :digest,
        'completed', :at, :at, 2, 2, 0, 4 FROM person ORDER BY n
"""
ANSWERS = """
    INSERT INTO answer (workspace_id, assessment_id, question_id, place, level, answered_at)
    SELECT :workspace, printf('%032x', n), :question, :place, 2, :at FROM person ORDER BY n
"""
STEPS = """
    INSERT INTO step (workspace_id, id, user_id, tip_id, assessment_id, family, question, from_tier,
        words, state, created_at, changed_at)
    SELECT :workspace, printf('%032x', n), user_id, 'some-earlier-tip', printf('%032x', n), :family,
        :question, 2, '{"title": "Write down what you check"}', 'done', :at, :at FROM person ORDER BY n
"""
PACES = """
    INSERT INTO pace (workspace_id, user_id, cadence, days_off, shares_wins)
    SELECT :workspace, user_id, 'weekly', '56', n % 10 = 0 FROM person ORDER BY n
"""
PLANS = """
    INSERT INTO schedule (workspace_id, kind, subject, user_id, zone, weekday, hour, rule,
        next_due_at, next_on, generation, planned_at)
    SELECT :workspace, 'checkin', user_id, user_id,
        CASE n % 3 WHEN 0 THEN 'Europe/Berlin' WHEN 1 THEN 'America/New_York' ELSE 'Asia/Kolkata' END,
        1, 9, 'weekly',
        CASE WHEN n % :apart = 0 THEN :tuesday || strftime(' 09:%M:00.000000', n * 60, 'unixepoch')
            ELSE strftime('%Y-%m-%d %H:%M:00.000000', 1830000000 + n % 500000 * 60, 'unixepoch') END,
        CASE WHEN n % :apart = 0 THEN :tuesday
            ELSE strftime('%Y-%m-%d', 1830000000 + n % 500000 * 60, 'unixepoch') END,
        0, :at FROM person ORDER BY n
"""
SPREAD = "UPDATE assessment SET tier = 1 + rowid % 4 * 0.5, ended_at = :last_week"
PRACTICE = """
    INSERT INTO practice (workspace_id, id, user_id, step_id, tip_id, family, question, outcome, said_at)
    SELECT workspace_id, id, user_id, id, tip_id, family, question,
        CASE rowid % 3 WHEN 0 THEN 'done' WHEN 1 THEN 'partly' ELSE 'not_yet' END, :last_week FROM step
"""


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
        connection.execute(PEOPLE, [count])
        apart = count // max(1, len(known))
        places = [(user, 1 + place * apart) for place, user in enumerate(known)]
        connection.executemany("UPDATE person SET user_id = ? WHERE n = ?", places)
        connection.execute(MEMBERS, VALUES)
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
        for statement in (WORDING, ASSESSMENTS, STEPS):
            connection.execute(statement, values)
        for place, question in enumerate(words.topics):
            connection.execute(ANSWERS, values | {"place": place, "question": question})
        for statement in (SPREAD, PACES, PRACTICE) if active else ():
            connection.execute(statement, VALUES)


async def planned(database: Path, count: int, *, due: int) -> None:
    """Make members with a plan each; every Tuesday `due` of the plans are due, the others next year."""
    async with filling(database, count) as connection:
        connection.execute(PACES, VALUES)
        connection.execute(PLANS, VALUES | {"apart": count // due, "tuesday": TUESDAY})
