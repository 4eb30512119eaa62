"""Proof, read from the database afterwards, that the work was done: an app that loses answers is not fast."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.conversations import ENGINEERING, Conversation
from benchmarks.measurement import Broken

ASSESSMENTS = """
    SELECT assessment.id, user_id, state, tier, assessment.level, answer.level
    FROM assessment LEFT JOIN answer
      ON answer.workspace_id = assessment.workspace_id AND answer.assessment_id = assessment.id
    WHERE assessment.id >= ?
    ORDER BY assessment.workspace_id, assessment.id, place, answer.rowid
"""
GRADERS = "SELECT graded_by FROM grade ORDER BY graded_by"
GRADES = f"SELECT count(*) || ' grades by ' || group_concat(graded_by) FROM ({GRADERS})"
TICKED = """
    SELECT count(*) || ' messages to ' || count(DISTINCT subject) || ' members and ' || (
        SELECT count(*) FROM schedule WHERE next_on = date('2026-11-17', ? || ' days')
    ) || ' plans moved on' FROM message
"""
STATES = """
    SELECT group_concat(found || ' ' || state)
    FROM (SELECT count(*) AS found, state FROM message GROUP BY state)
"""
DIGESTS = """
    SELECT count(*) || ' digests with figures and ' || (
        SELECT count(*) FROM roster JOIN team USING (workspace_id, channel_id)
        WHERE period = roster_period
    ) || ' people on the roster' FROM message WHERE state = 'sent' AND form = 'figures'
"""
COMMITS = "SELECT count(*) || ' commits' FROM floor"
MESSAGES = "SELECT count(*) || ' messages' FROM message"


def require(database: Path, expected: str, query: str, *values: object) -> None:
    """Raise Broken unless the query answers with these words."""
    [(found,)] = _rows(database, query, *values)
    if found != expected:
        raise Broken(f"{database.name} has {found}, not {expected}. Do not use these figures.")


def _rows(database: Path, query: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query, values).fetchall()


def all_completed(
    database: Path, people: Sequence[str], conversation: Conversation = ENGINEERING, since: str = ""
) -> None:
    """Require one completed assessment, with its answers and result, for each time somebody is named.

    Assessments with an id before `since` do not count.
    """
    rows = groupby(_rows(database, ASSESSMENTS, since), key=lambda row: row[:5])
    runs = [(user, ended, tuple(row[5] for row in run)) for (_, user, *ended), run in rows]
    result = (["completed", conversation.tier, conversation.level], conversation.answers)
    whole = [user for user, ended, answers in runs if (ended, answers) == result]
    if sorted(whole) != sorted(people) or len(runs) != len(people):
        raise Broken(
            f"{len(people)} assessments were finished, and {database.name} holds {len(whole)} of them "
            f"complete among {len(runs)}. Do not use these figures."
        )


def all_graded(database: Path, people: Sequence[str]) -> None:
    """Require one grade by each of them."""
    require(database, f"{len(people)} grades by {','.join(sorted(people))}", GRADES)


def all_ticked(database: Path, due: int, *, turns: int) -> None:
    """Require that each turn made a message for each plan that was due, and moved the plan on by a week."""
    expected = f"{due * turns} messages to {due} members and {due} plans moved on"
    require(database, expected, TICKED, 7 * turns)


def all_sent(database: Path, count: int) -> None:
    """Require that there are so many messages, each marked as sent."""
    require(database, f"{count} sent", STATES)


def once_each(arrived: Sequence[str], ids: Sequence[str]) -> None:
    """Require that Slack got each message once."""
    if sorted(arrived) != sorted(ids):
        raise Broken(
            f"Slack got {len(arrived)} posts, {len(set(arrived))} different ones, instead of {len(ids)}. "
            "Do not use these figures."
        )
