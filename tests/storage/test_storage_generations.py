"""Plans made at the same time are all counted, however many make them."""

import asyncio

from app import REGISTRY
from storage import members, privacy
from storage.database.engine import Database
from storage.outbox import schedules
from tests.storage.cast import ADA, START, minute
from tests.storage.lookups import schedules_of

WRITERS = 300


async def plan(database: Database) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=minute(0))
        await schedules.plan(
            session,
            "T1",
            "checkin",
            "U1",
            user_id="U1",
            zone="UTC",
            rule="weekly",
            next_due_at=minute(60),
            next_on=START.date(),
            now=minute(0),
        )


async def forget(database: Database) -> None:
    async with database.write() as session:
        await privacy.erase(session, ADA, REGISTRY.personal_data)


async def test_three_hundred_plans_at_once_are_three_hundred_generations(
    database: Database,
) -> None:
    await asyncio.gather(*(plan(database) for _ in range(WRITERS)))
    async with database.read() as session:
        found = await schedules.get(session, "T1", "checkin", "U1")
    assert found is not None
    assert found.generation == WRITERS - 1


async def test_an_erasure_amid_planning_leaves_no_plan_of_nobody(database: Database) -> None:
    for _ in range(5):
        await asyncio.gather(*(act(database) for act in (plan, forget) * 10))
    await forget(database)
    async with database.read() as session:
        assert await schedules_of(session, ADA) == []
        assert await members.get(session, ADA) is None
