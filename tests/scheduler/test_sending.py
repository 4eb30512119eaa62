"""From a plan to a post: decided at the last moment, posted once, and written down."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from storage import members, schedules
from tests.scheduler.notes import (
    MORNING,
    Clock,
    Notes,
    arrived,
    delivering,
    row_of,
)
from tests.stage import Stage

GROWTH = "C0GROWTH000"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def stage(database_url: str, clock: Clock) -> AsyncIterator[Stage]:
    async with delivering(database_url, clock) as ready:
        yield ready


async def test_a_plan_becomes_one_post(stage: Stage, clock: Clock, notes: Notes) -> None:
    ada = stage.person("ada")
    async with stage.database.write() as session:
        await members.ensure(session, ada.key, now=clock())
        await schedules.plan(
            session,
            ada.key.workspace_id,
            "note",
            ada.id,
            user_id=ada.id,
            zone="Africa/Lagos",
            rule="weekly",
            next_due_at=MORNING,
            next_on=MORNING.date(),
            now=MORNING - timedelta(days=1),
        )
    await stage.run_jobs(notes.kinds)
    (key,) = arrived(stage.playground)
    row = await row_of(stage, key)
    assert (row.state, row.form, row.local_date) == ("sent", "plain", MORNING.date())
    assert row.slack_ts == ada.messages()[-1].ts
    assert notes.told == [key]
    async with stage.database.read() as session:
        plan = await schedules.get(session, ada.key.workspace_id, "note", ada.id)
    assert plan is not None
    assert plan.next_on is not None
    assert 0 < (plan.next_on - MORNING.date()).days <= 8
