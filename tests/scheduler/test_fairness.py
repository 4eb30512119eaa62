"""One workspace with far too much to do: the others have their turns."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlmodel import col

from bot.coaches import FixedCoaches
from coaching.members import MemberKey
from scheduler.batch import send_due
from scheduler.context import SchedulerContext, Timings
from scheduler.planner import PLANS_AT_ONCE, TURNS_AT_ONCE, plan_due
from storage import members, workspaces
from storage.database.engine import Database
from storage.members import Member
from storage.outbox import queue
from storage.outbox.queue import Outgoing
from storage.outbox.schedules import Schedule
from tests.scheduler.notes import MORNING, Notes, note_to
from tests.stage import Stage
from tests.storage.cast import planned

GREEDY = "T0500"
OTHERS = [f"T{number:04}" for number in range(1000) if number % 20 == 1]


async def due_plans(database: Database, greedy: int) -> None:
    """Let one workspace have so many plans that are due since an hour, and fifty others one since now."""
    late = MORNING - timedelta(hours=1)
    keys = [(MemberKey(GREEDY, f"U{n:05}"), late) for n in range(greedy)]
    keys += [(MemberKey(one, "U1"), MORNING) for one in OTHERS]
    async with database.write() as session:
        rows = [
            {"workspace_id": key.workspace_id, "user_id": key.user_id} | seen for key, _ in keys
        ]
        await session.execute(insert(Member), rows)
        plans = [planned(key, rule="weekly", next_due_at=at).model_dump() for key, at in keys]
        await session.execute(insert(Schedule), plans)


seen = {"created_at": MORNING, "seen_at": MORNING}


async def planned_by(database: Database) -> Counter[str]:
    """Return how many messages each workspace has."""
    here = col(Outgoing.workspace_id)
    async with database.read() as session:
        rows = await session.execute(select(here, func.count()).group_by(here))
        return Counter({str(one): found for one, found in rows})


async def test_others_are_planned_before_all_that_one_workspace_has(database: Database) -> None:
    await due_plans(database, greedy=1500)
    context = SchedulerContext(database, lambda: MORNING)
    rounds = 1 + len(OTHERS) // TURNS_AT_ONCE + 1
    for _ in range(rounds):
        assert await plan_due(context)
    made = await planned_by(database)
    assert [made[one] for one in OTHERS] == [1] * len(OTHERS)
    assert PLANS_AT_ONCE < made[GREEDY] < 2 * PLANS_AT_ONCE
    while await plan_due(context):
        pass
    assert (await planned_by(database))[GREEDY] == 1500


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_few_plans_of_many_workspaces_are_taken_together(database: Database) -> None:
    await due_plans(database, greedy=10)
    assert not await plan_due(SchedulerContext(database, lambda: MORNING))
    assert (await planned_by(database)).total() == 60


async def test_a_process_sends_to_few_workspaces_at_once_and_each_has_its_turn(
    stage: Stage, notes: Notes
) -> None:
    places = [f"T{number}" for number in range(5)]
    ada = stage.person("ada").id
    async with stage.database.write() as session:
        for one in places:
            await workspaces.connect(session, one, one, now=MORNING)
            users = [ada] if one != "T0" else [stage.person(n).id for n in ("ada", "noah", "omar")]
            for user in users:
                await members.ensure(session, MemberKey(one, user), now=MORNING)
                note = replace(note_to(stage, user), workspace_id=one)
                await queue.enqueue(session, [note], now=MORNING)
    here = stage.bot.deps
    every = [replace(here, identity=replace(here.identity, workspace_id=one)) for one in places]
    timings = Timings(workspaces_at_once=2, batch=1, lanes=1)
    context = replace(stage.coach(notes.kinds), coaches=FixedCoaches(every), timings=timings)
    most = 0
    while await send_due(context):
        most = max(most, len(context.state.batches))
    assert most <= 2
    async with stage.database.read() as session:
        rows = await session.execute(select(col(Outgoing.id), col(Outgoing.workspace_id)))
        place_of = {str(one): found for one, found in rows}
    order = [place_of[one] for one in notes.told]
    assert Counter(order) == {"T0": 3, "T1": 1, "T2": 1, "T3": 1, "T4": 1}
    last_of_first = max(place for place, one in enumerate(order) if one == "T0")
    assert order.index("T4") < last_of_first, "the last one does not wait for all of the first"
