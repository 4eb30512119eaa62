"""Proof, read from the database afterwards, that the work was done.

An app that loses answers is not fast.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

from benchmarks.courses import ENGINEERING, Course
from benchmarks.processes import Broken

KEPT = """
    SELECT assessment.id, user_id, state, tier, assessment.level, answer.level
    FROM assessment LEFT JOIN answer
      ON answer.workspace_id = assessment.workspace_id AND answer.assessment_id = assessment.id
    WHERE assessment.id >= ?
    ORDER BY assessment.workspace_id, assessment.id, place, answer.rowid
"""


def all_completed(
    database: Path, people: Sequence[str], *, since: str = "", course: Course = ENGINEERING
) -> None:
    """Each time somebody is named here they completed an assessment, with their answers and result.

    `since` is an assessment's id: later ones sort after it.
    """
    ended = ("completed", course.tier, course.level)
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(KEPT, [since]).fetchall()
    runs = [list(run) for _, run in groupby(rows, key=lambda row: row[0])]
    whole = [
        run[0][1]
        for run in runs
        if run[0][2:5] == ended and tuple(row[5] for row in run) == course.answers
    ]
    if sorted(whole) != sorted(people) or len(runs) != len(people):
        raise Broken(
            f"{len(people)} assessments were finished, and {database.name} holds {len(whole)} of them "
            f"complete among {len(runs)}. Expected every one, once. Do not use these figures."
        )


def all_graded(database: Path, people: Sequence[str]) -> None:
    """Each of them left one grade."""
    with closing(sqlite3.connect(database)) as connection:
        found = [by for (by,) in connection.execute("SELECT graded_by FROM grade")]
    if sorted(found) != sorted(people):
        raise Broken(
            f"{len(people)} people graded, and {database.name} holds {len(found)} grades by "
            f"{len(set(found))}. Do not use these figures."
        )


def all_committed(database: Path, count: int) -> None:
    """The floor wrote as many rows as it was asked to."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT count(*) FROM floor").fetchone()[0]
    if found != count:
        raise Broken(
            f"The floor committed {found} times instead of {count}. Do not use these figures."
        )


def all_ticked(database: Path, due: int, *, turns: int) -> None:
    """Each turn made one message for each plan that was due, and moved the plan on by a week."""
    moved = "SELECT count(*) FROM schedule WHERE next_on = date('2026-11-17', ? || ' days')"
    with closing(sqlite3.connect(database)) as connection:
        made = connection.execute(
            "SELECT count(*), count(DISTINCT subject) FROM message"
        ).fetchone()
        ahead = connection.execute(moved, [7 * turns]).fetchone()[0]
    if made != (due * turns, due) or ahead != due:
        raise Broken(
            f"{due} plans were due {turns} times, and {database.name} holds {made[0]} messages to "
            f"{made[1]} members and {ahead} plans for the week after. Do not use these figures."
        )


def all_sent(database: Path, count: int) -> None:
    """So many messages are there, and each is marked as sent."""
    with closing(sqlite3.connect(database)) as connection:
        found = dict(connection.execute("SELECT state, count(*) FROM message GROUP BY state"))
    if found != {"sent": count}:
        raise Broken(f"{count} messages should be sent, and {database.name} says {found}.")


def once_each(arrived: Sequence[str], ids: Sequence[str]) -> None:
    """Slack got each message, and none of them twice."""
    if sorted(arrived) != sorted(ids):
        raise Broken(
            f"Slack got {len(arrived)} posts, {len(set(arrived))} different ones, instead of {len(ids)}. "
            "Do not use these figures."
        )


def all_written(database: Path, count: int) -> None:
    """So many messages are there."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT count(*) FROM message").fetchone()[0]
    if found != count:
        raise Broken(f"{count} messages should be in {database.name}, which holds {found}.")


def all_told(database: Path, digests: int, *, people: int) -> None:
    """So many digests went out, each with figures, and the last roster holds so many people."""
    sent = "SELECT count(*) FROM message WHERE state = 'sent' AND form = 'figures'"
    counted = """
        SELECT count(*) FROM roster JOIN team USING (workspace_id, channel_id)
        WHERE period = roster_period
    """
    with closing(sqlite3.connect(database)) as connection:
        found = [connection.execute(query).fetchone()[0] for query in (sent, counted)]
    if found != [digests, people]:
        raise Broken(
            f"{digests} digests of {people} people should have figures, and {database.name} holds "
            f"{found[0]}, with {found[1]} people on its roster. Do not use these figures."
        )
