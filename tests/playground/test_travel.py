"""Moving the clock on: due moments on the way are kept, and what happened is told."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from playground.clock import Clock
from playground.server import Playground, running
from tests.playground.people import ADA, GRACE, GROWTH, KENJI, START, client_of

HOUR = 3600.0
DAY = 24 * HOUR


@dataclass
class Planner:
    """An app that means to write at certain moments, and writes what is due whenever it looks."""

    plans: list[tuple[float, str]]
    looked: list[float] = field(default_factory=list)
    wrote: list[tuple[float, str]] = field(default_factory=list)
    playground: Playground | None = None
    stuck: bool = False
    deaf_to: str | None = None

    async def next_due(self, subjects: Collection[str] | None) -> float | None:
        """Return the next moment, to anybody or to one of these."""
        plans = [at for at, to in self.plans if subjects is None or to in subjects]
        return min(plans, default=None)

    async def moved(self) -> None:
        """Write what is due."""
        assert self.playground is not None
        now = self.playground.clock.now()
        self.looked.append(now)
        for at, channel in [] if self.stuck else sorted(self.plans):
            if at <= now and channel != self.deaf_to:
                self.plans.remove((at, channel))
                self.wrote.append((now, channel))
                await client_of(self.playground).chat_postMessage(channel=channel, text="Due.")


@asynccontextmanager
async def planned(*plans: tuple[float, str]) -> AsyncIterator[tuple[Playground, Planner]]:
    """Run a still workspace with an app that has plans, in seconds from now."""
    planner = Planner([(START + after, channel) for after, channel in plans])
    playground = Playground(
        clock=Clock(frozen=START), next_due=planner.next_due, moved=planner.moved
    )
    planner.playground = playground
    async with running(playground):
        yield playground, planner


async def test_the_next_message_is_where_the_clock_goes() -> None:
    async with planned((DAY, ADA), (9 * DAY, ADA)) as (playground, planner):
        journey = await playground.travel.to_next(ADA)
    assert planner.wrote == [(START + DAY, ADA)]
    assert playground.clock.now() == START + DAY
    assert journey.said == "Rungs wrote to you."
    assert journey.channels == [playground.workspace.dm(ADA).id]


async def test_others_messages_are_passed_on_the_way_to_ones_own() -> None:
    async with planned((HOUR, KENJI), (2 * HOUR, GROWTH), (3 * HOUR, ADA)) as (playground, planner):
        await client_of(playground).chat_postMessage(channel=ADA, text="Known.")
        journey = await playground.travel.to_next(ADA)
    assert [at - START for at, _ in planner.wrote] == [HOUR, 2 * HOUR, 3 * HOUR]
    assert journey.said.endswith("Rungs wrote 3 messages to you, Kenji Sato and #growth.")
    assert journey.channels == [playground.workspace.dm(ADA).id]


async def test_a_channel_of_ones_own_counts_too() -> None:
    async with planned((HOUR, GROWTH), (DAY, GRACE)) as (playground, planner):
        journey = await playground.travel.to_next(GRACE)
    assert len(planner.wrote) == 1
    assert journey.channels == [GROWTH]


async def test_where_nothing_is_planned_for_you_that_is_said_before_the_clock_moves() -> None:
    async with planned((22 * DAY, KENJI), (23 * DAY, KENJI)) as (playground, planner):
        told = await playground.travel.to_next(ADA)
        assert (told.now, planner.wrote) == (START, [])
        assert told.said == (
            "Nothing is planned for you. "
            "The next message goes to someone else, on Tuesday, October 13, at 15:13."
        )
        assert told.is_farther
        journey = await playground.travel.to_next(ADA, far=True)
    assert len(planner.wrote) == 1
    assert journey.said.endswith("Rungs wrote to Kenji Sato.")
    assert (journey.channels, journey.is_farther) == ([], False)


async def test_a_far_message_of_ones_own_is_said_before_the_clock_moves() -> None:
    async with planned((22 * DAY, ADA)) as (playground, planner):
        told = await playground.travel.to_next(ADA)
        assert told.said == "Your next message is planned for Tuesday, October 13, at 15:13."
        assert (told.is_farther, planner.wrote) == (True, [])
        journey = await playground.travel.to_next(ADA, far=True)
    assert journey.said == "Rungs wrote to you."


async def test_the_search_for_ones_own_message_has_an_end() -> None:
    async with planned(*((n * DAY, KENJI) for n in range(60)), (DAY, ADA)) as (playground, planner):
        planner.deaf_to = ADA
        await playground.travel.to_next(ADA)
    assert 15 <= len(planner.wrote) <= 19


async def test_nothing_planned_leaves_the_clock_alone() -> None:
    async with planned() as (playground, _):
        journey = await playground.travel.to_next(ADA)
    assert journey.said == "No message is planned yet. The clock stays where it is."
    assert playground.clock.now() == START


async def test_a_message_that_never_comes_is_not_waited_for_without_end() -> None:
    async with planned((HOUR, ADA)) as (playground, planner):
        planner.stuck = True
        journey = await playground.travel.to_next(ADA)
    assert 15 * DAY <= journey.now - START <= 16 * DAY


async def test_a_week_is_walked_from_due_moment_to_due_moment() -> None:
    plans = [(DAY, ADA), (3 * DAY, KENJI), (3 * DAY, GROWTH), (8 * DAY, ADA)]
    async with planned(*plans) as (playground, planner):
        journey = await playground.travel.by(7 * DAY, ADA)
    assert [at - START for at, _ in planner.wrote] == [DAY, 3 * DAY, 3 * DAY]
    assert planner.looked[-1] == START + 7 * DAY
    assert journey.now == START + 7 * DAY


async def test_what_stays_due_does_not_hold_the_clock() -> None:
    async with planned((HOUR, ADA)) as (playground, planner):
        planner.stuck = True
        journey = await playground.travel.by(2 * DAY, ADA)
    assert journey.now == START + 2 * DAY
    assert len(planner.looked) < 120


async def test_two_who_move_the_clock_take_turns() -> None:
    async with planned((HOUR, ADA), (2 * HOUR, ADA)) as (playground, planner):
        await asyncio.gather(playground.travel.to_next(ADA), playground.travel.to_next(ADA))
    assert [at - START for at, _ in planner.wrote] == [HOUR, 2 * HOUR]


async def test_without_an_app_that_tells_the_clock_only_moves() -> None:
    async with running(Playground(clock=Clock(frozen=START))) as playground:
        journey = await playground.travel.by(DAY, None)
    assert journey.said == "It is now Tuesday, September 22, 14:13."


async def test_a_frozen_clock_wakes_sleepers_only_when_it_is_moved() -> None:
    clock = Clock(frozen=START)
    asleep = asyncio.create_task(clock.sleep_until(START + 0.01))
    await asyncio.sleep(0.03)
    assert not asleep.done()
    clock.move_to(START - 5)
    assert clock.now() == START
    clock.move_to(START + 1)
    await asyncio.wait_for(asleep, timeout=1)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(-1)
