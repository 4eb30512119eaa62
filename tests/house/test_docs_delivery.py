"""The operator's page about messages says what the code does: its figures, and an example."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.figures import ProcessFigures, exposition, read_figures
from bot.operators import message_table
from coaching.members import MemberKey
from storage import members
from storage.checkins import Pace
from storage.database.engine import Database
from storage.outbox import reports
from storage.outbox.queue import Outgoing
from storage.outbox.schedules import Schedule

PAGE = Path(__file__).parents[2] / "docs/operating-delivery.md"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA = MemberKey("T1", "U0ADAOKAFOR")


def first_cells(first: str) -> list[str]:
    """The first column of the table whose head begins with this word."""
    rows = PAGE.read_text().partition(f"| {first} |")[2].split("\n\n")[0].splitlines()[2:]
    return [row.strip("| ").split(" | ")[0] for row in rows]


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_every_figure_is_explained(database: Database) -> None:
    async with database.write() as session:
        await reports.record_completeness(session, "T1", NOON.date(), expected=1, missing=0, late=0)
    text = exposition(ProcessFigures(), await read_figures(database, now=NOON)).decode()
    named = {family.name for family in text_string_to_metric_families(text)}
    real = {name for name in named if not name.endswith("_created")}
    told = re.findall(r"`(rungs_\w+?)(?:_total)?(?:\{[\w,]+\})?`", " ".join(first_cells("figure")))
    assert sorted(told) == sorted(real)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_the_example_is_what_is_printed(database: Database) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=NOON)
        session.add_all([_message("m71", 19, "skipped", "snoozed"), _message("m54", 5, "sent")])
        session.add(Pace(workspace_id="T1", user_id=ADA.user_id, snoozed_until=date(2026, 11, 23)))
        session.add(_plan())
    shown = PAGE.read_text().partition(f"$ rungs messages --member {ADA.user_id}\n")[2]
    printed = await message_table(database, subject=ADA.user_id)
    assert shown.partition("```")[0].strip() == printed


def _message(name: str, day: int, state: str, reason: str | None = None) -> Outgoing:
    due = datetime(2026, 11, day, 9, 12, tzinfo=UTC)
    return Outgoing(
        workspace_id="T1",
        id=name,
        dedupe_key=name,
        kind="checkin",
        subject=ADA.user_id,
        user_id=ADA.user_id,
        local_date=due.date(),
        state=state,
        due_at=due,
        not_before=due,
        expires_at=due,
        sent_at=due if state == "sent" else None,
        reason=reason,
        changed_at=due,
    )


def _plan() -> Schedule:
    return Schedule(
        workspace_id="T1",
        kind="checkin",
        subject=ADA.user_id,
        user_id=ADA.user_id,
        zone="Europe/Berlin",
        rule="fortnightly",
        next_due_at=datetime(2026, 12, 3, 9, 12, tzinfo=UTC),
        next_on=date(2026, 12, 3),
        planned_at=NOON,
    )
