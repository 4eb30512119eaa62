"""Fills a database with the members of a channel: each with a self-check, and with something they tried."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.filling import WORKSPACE, filling, people, rows
from coaching.mean_score import Questionnaire

LAST_WEEK = "2026-11-12 09:00:00.000000"
TRIED = """
    INSERT INTO practice (
        workspace_id, id, user_id, step_id, tip_id, family, question, outcome, said_at)
    SELECT workspace_id, id, user_id, id, tip_id, family, question,
        CASE rowid % 3 WHEN 0 THEN 'done' WHEN 1 THEN 'partly' ELSE 'not_yet' END, :at
    FROM step
"""
SPREAD = "UPDATE assessment SET tier = 1 + rowid % 4 * 0.5, ended_at = :at"
GLAD = """
    INSERT INTO pace (workspace_id, user_id, cadence, days_off, shares_wins)
    SELECT :workspace, user_id, 'weekly', '56', n % 10 = 0 FROM person
"""
TITLES = """UPDATE step SET words = '{"title": "Write down what you check"}'"""


async def assessed(database: Path, users: Sequence[str], *, words: Questionnaire) -> None:
    """Make a database in which these people stand on four tiers and practise."""
    values = {"workspace": WORKSPACE, "at": LAST_WEEK}
    async with filling(database) as connection:
        people(connection, len(users), known=users)
        rows(connection, words)
        for statement in (SPREAD, TITLES, GLAD, TRIED):
            connection.execute(statement, values)
