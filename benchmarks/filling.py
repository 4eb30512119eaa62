"""Fills a database with members who have been here before: one finished assessment each, and its step."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

from coaching.questionnaire import Questionnaire
from storage.database import schema

WORKSPACE = "T0HARBORPIN"
LAST_YEAR = "2025-11-20 09:00:00.000000"
QUICKLY = ("PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF", "PRAGMA foreign_keys = OFF")
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"

# Slack's ids come in no order. Multiplying by an odd number shuffles 40 bits without a repeat.
PEOPLE = """
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)
    INSERT INTO person SELECT n, printf('U%010X', (n * 695873521) & 1099511627775) FROM number
"""
KNOWN = "UPDATE person SET user_id = :user WHERE n = :n"
MEMBERS = """
    INSERT INTO member (workspace_id, user_id, family, greeted_at, created_at, seen_at)
    SELECT :workspace, user_id, :family, :at, :at, :at FROM person ORDER BY n
"""
ASSESSMENTS = """
    INSERT INTO assessment (
        workspace_id, id, user_id, framework, family, version, wording_digest, state,
        started_at, ended_at, tier, floor, spread, revision)
    SELECT :workspace, printf('%032x', n), user_id, :framework, :family, :version, :digest,
        'completed', :at, :at, 2, 2, 0, 4
    FROM person ORDER BY n
"""
ANSWERS = """
    INSERT INTO answer (workspace_id, assessment_id, question_id, place, level, answered_at)
    SELECT :workspace, printf('%032x', n), :question, :place, 2, :at FROM person ORDER BY n
"""
STEPS = """
    INSERT INTO step (
        workspace_id, id, user_id, tip_id, assessment_id, family, question, from_tier, words,
        state, created_at, changed_at)
    SELECT :workspace, printf('%032x', n), user_id, 'some-earlier-tip', printf('%032x', n), :family,
        :question, 2, '{}', 'done', :at, :at
    FROM person ORDER BY n
"""
WORDING = """
    INSERT INTO wording (workspace_id, digest, framework, version, family, words)
    VALUES (:workspace, :digest, :framework, :version, :family, :words)
"""


async def fill(database: Path, count: int, *, known: Sequence[str], words: Questionnaire) -> None:
    """Make a database with so many members; the known ones are spread among the others."""
    async with filling(database) as connection:
        people(connection, count, known)
        rows(connection, words)


@asynccontextmanager
async def filling(database: Path) -> AsyncIterator[sqlite3.Connection]:
    """Fill a new database fast: all rows in one transaction, the indexes afterwards."""
    await schema.upgrade(f"sqlite:///{database}")
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in QUICKLY:
            connection.execute(pragma)
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("BEGIN")
        yield connection
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("COMMIT")
        # What an operator's database has after a while, and what `rungs` finds when it opens it.
        connection.execute("PRAGMA journal_mode = WAL")


def people(connection: sqlite3.Connection, count: int, known: Sequence[str]) -> None:
    """Who there is: ids in no order, the known ones spread among the others."""
    connection.execute("CREATE TEMP TABLE person (n INTEGER PRIMARY KEY, user_id TEXT)")
    connection.execute(PEOPLE, {"count": count})
    apart = count // max(1, len(known))
    for place, user in enumerate(known):
        connection.execute(KNOWN, {"user": user, "n": 1 + place * apart})


def rows(connection: sqlite3.Connection, words: Questionnaire) -> None:
    """What those people left behind when they were here."""
    shared = {
        "workspace": WORKSPACE,
        "framework": words.framework,
        "version": words.version,
        "family": words.family,
        "digest": words.digest,
        "words": words.to_json(),
        "question": words.question_ids[0],
        "at": LAST_YEAR,
    }
    for statement in (WORDING, MEMBERS, ASSESSMENTS, STEPS):
        connection.execute(statement, shared)
    for place, question in enumerate(words.question_ids):
        connection.execute(ANSWERS, shared | {"place": place, "question": question})
