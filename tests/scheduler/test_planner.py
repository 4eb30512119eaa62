"""Plans that are due, after the clock was down for days."""

from datetime import date

import pytest

from storage.outbox import queue, schedules
from tests.scheduler.notes import (
    Clock,
    Notes,
    arrived,
    note_to,
    plan_tuesdays,
    row_of,
)
from tests.stage import Stage


@pytest.mark.parametrize("rule", ["weekly", "fortnightly", "quarterly", "once"])
async def test_after_three_days_down_one_comes_at_most(
    stage: Stage, clock: Clock, notes: Notes, rule: str
) -> None:
    await plan_tuesdays(stage, "ada", rule=rule)
    clock.go(days=2, hours=23)
    for _ in range(3):
        await stage.run_jobs(notes.kinds)
    assert len(arrived(stage.playground)) == 1
    async with stage.database.read() as session:
        plan = await schedules.get(
            session, stage.bot.deps.identity.workspace_id, "note", stage.person("ada").id
        )
    assert plan is not None
    assert plan.next_due_at is None or plan.next_due_at > clock()


async def test_after_weeks_down_nothing_old_comes(stage: Stage, clock: Clock, notes: Notes) -> None:
    await plan_tuesdays(stage, "ada")
    clock.go(days=16)
    await stage.run_jobs(notes.kinds)
    assert arrived(stage.playground) == []
    row = await row_of(stage, note_to(stage, stage.person("ada").id).id)
    assert (row.state, row.reason) == ("skipped", "expired")


def test_the_days_of_ids_sort_like_days() -> None:
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 10, 1)]
    assert sorted(map(queue.day_prefix, days)) == [*map(queue.day_prefix, days)]
