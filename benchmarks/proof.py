"""Proof, read from the database afterwards, that the work was done.

An app that loses answers is not fast.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

from benchmarks.processes import Broken
from benchmarks.visiting import LEVELS
from coaching.tiers import standing

KEPT = """
    SELECT assessment.id, user_id, state, tier, level
    FROM assessment LEFT JOIN answer
      ON answer.workspace_id = assessment.workspace_id AND answer.assessment_id = assessment.id
    WHERE assessment.id >= ?
    ORDER BY assessment.workspace_id, assessment.id, place
"""


def all_completed(database: Path, people: Sequence[str], *, since: str = "") -> None:
    """Each time somebody is named here they completed an assessment, with their answers and tier.

    `since` is an assessment's id: later ones sort after it.
    """
    tier = standing({str(place): level for place, level in enumerate(LEVELS)}).tier
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(KEPT, [since]).fetchall()
    runs = [list(run) for _, run in groupby(rows, key=lambda row: row[0])]
    whole = [
        run[0][1]
        for run in runs
        if run[0][2:4] == ("completed", tier) and tuple(row[4] for row in run) == LEVELS
    ]
    if sorted(whole) != sorted(people) or len(runs) != len(people):
        raise Broken(
            f"{len(people)} assessments were finished, and {database.name} holds {len(whole)} of them "
            f"complete among {len(runs)}. Expected every one, once. Do not use these figures."
        )


def all_committed(database: Path, count: int) -> None:
    """The floor wrote as many rows as it was asked to."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT count(*) FROM floor").fetchone()[0]
    if found != count:
        raise Broken(
            f"The floor committed {found} times instead of {count}. Do not use these figures."
        )
