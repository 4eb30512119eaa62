"""Fills a database with members and their plans, of which some are due every week and the rest next year."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.filling import LAST_YEAR, MEMBERS, WORKSPACE, filling, people

TUESDAY = "2026-11-17"
FIRST_WAKE = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""By now it is past nine on a Tuesday everywhere."""

WEEK = timedelta(days=7)

PACES = """
    INSERT INTO pace (workspace_id, user_id, cadence, days_off, shares_wins)
    SELECT :workspace, user_id, 'weekly', '56', 0 FROM person ORDER BY n
"""
PLANS = """
    INSERT INTO schedule (
        workspace_id, kind, subject, user_id, zone, weekday, hour, rule, next_due_at, next_on,
        generation, planned_at)
    SELECT :workspace, 'checkin', user_id, user_id,
        CASE n % 3 WHEN 0 THEN 'Europe/Berlin' WHEN 1 THEN 'America/New_York' ELSE 'Asia/Kolkata' END,
        1, 9, 'weekly',
        CASE WHEN n % :apart = 0 THEN :tuesday || strftime(' 09:%M:00.000000', n * 60, 'unixepoch')
            ELSE strftime('%Y-%m-%d %H:%M:00.000000', 1830000000 + n % 500000 * 60, 'unixepoch') END,
        CASE WHEN n % :apart = 0 THEN :tuesday
            ELSE strftime('%Y-%m-%d', 1830000000 + n % 500000 * 60, 'unixepoch') END,
        0, :at
    FROM person ORDER BY n
"""


async def planned(database: Path, count: int, *, due: int) -> None:
    """Make a database with so many plans; every Tuesday `due` of them are due, again and again."""
    values = {
        "workspace": WORKSPACE,
        "family": "engineering",
        "at": LAST_YEAR,
        "tuesday": TUESDAY,
        "apart": count // due,
    }
    async with filling(database) as connection:
        people(connection, count, known=())
        for statement in (MEMBERS, PACES, PLANS):
            connection.execute(statement, values)


def wake(turn: int) -> datetime:
    """When the plans of this turn are due; turns count from 0."""
    return FIRST_WAKE + turn * WEEK
