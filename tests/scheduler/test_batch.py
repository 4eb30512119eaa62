"""Many messages: several processes, Slack's limits, and no message twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from coaching.members import MemberKey
from playground.clock import Clock as SlackClock
from playground.sample import sample_workspace
from playground.server import Playground
from playground.state.people import Person
from playground.state.workspace import Workspace
from scheduler.context import Timings
from scheduler.recovery import recover
from storage import members
from storage.team_digest import teams
from tests.message_states import count_by_state
from tests.scheduler.notes import (
    MORNING,
    Clock,
    Notes,
    all_sent,
    arrived,
    delivering,
    note_to,
    put_in,
)
from tests.stage import HASTY, Stage

FEW = 150
CROWD = [f"U{number:08}" for number in range(1000)]


def crowded(clock: SlackClock) -> Workspace:
    workspace = sample_workspace(clock)
    for user in CROWD:
        workspace.add_person(Person(user, user.lower(), user, tz="Europe/Berlin"))
    return workspace


@pytest.fixture
async def stage(database_url: str, clock: Clock) -> AsyncIterator[Stage]:
    def slacks_time() -> float:
        return clock.at.timestamp()

    slack = Playground(sample=crowded, clock=SlackClock(slacks_time))
    async with delivering(database_url, clock, slack=slack) as ready:
        # Else the bot is told of each of its posts.
        slack.deliver_over_http(None)
        yield ready


async def everybody_is_due(stage: Stage, count: int) -> list[str]:
    """Store messages for that many members whose profiles and conversations are known."""
    made = await put_in(stage, [note_to(stage, user) for user in CROWD[:count]])
    workspace, here = stage.playground.workspace, stage.bot.deps.identity.workspace_id
    async with stage.database.write() as session:
        for user in CROWD[:count]:
            key = MemberKey(here, user)
            await members.save_dm_channel(session, key, workspace.dm(user).id)
            await members.record_profile(
                session, key, zone="Europe/Berlin", is_active=True, now=MORNING
            )
    return made


async def under_way(stage: Stage) -> int:
    """Return how many messages are in state `sending`."""
    async with stage.database.read() as session:
        return (await count_by_state(session)).get("sending", 0)


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_two_processes_send_hundreds_once_each(stage: Stage, notes: Notes) -> None:
    made = await everybody_is_due(stage, FEW)
    works = [stage.coach(notes.kinds) for _ in range(2)]
    await asyncio.gather(*(all_sent(work) for work in works))
    async with asyncio.timeout(20):
        # On a busy machine an answer may come too late: then one read decides.
        while await under_way(stage):
            await recover(works[0])
            await asyncio.sleep(0.1)
    assert Counter(arrived(stage.playground)) == Counter(made)
    async with stage.database.read() as session:
        assert await count_by_state(session) == {"sent": FEW}
    assert sorted(notes.told) == sorted(made)


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_slacks_limit_is_kept_and_used(stage: Stage, clock: Clock, notes: Notes) -> None:
    made = await everybody_is_due(stage, 350)
    stage.playground.limits.on = True

    async def pause(seconds: float) -> None:
        clock.go(seconds=seconds)

    def steady() -> float:
        return (clock() - MORNING).total_seconds()

    timings = Timings(batch=HASTY.batch, lanes=1)
    work = stage.coach(notes.kinds, timings=timings, pause=pause, steady=steady)
    await all_sent(work)
    async with stage.database.read() as session:
        assert await count_by_state(session) == {"sent": 350}
    assert Counter(arrived(stage.playground)) == Counter(made)
    answers = Counter(call.status for call in stage.calls("chat.postMessage"))
    assert answers[429] == 0
    assert clock() - MORNING <= timedelta(minutes=350 / 300) * 1.03


async def test_one_conversation_gets_one_message_a_second(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    channel, workspace = "C0GROWTH000", stage.bot.deps.identity.workspace_id
    async with stage.database.write() as session:
        await teams.follow(
            session,
            workspace,
            channel,
            set_by=stage.person("noah").id,
            zone="UTC",
            weekday=1,
            hour=9,
            now=MORNING,
        )
    dues = [MORNING - timedelta(days=n) for n in range(4)]
    await put_in(stage, [note_to(stage, channel, at=due, user=False, days=30) for due in dues])
    work = stage.coach(notes.kinds)
    for sent in range(1, 5):
        await all_sent(work)
        assert len(arrived(stage.playground)) == sent
        clock.go(seconds=1.1)
