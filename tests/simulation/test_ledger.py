"""The ledger counts each kind of breach, made on purpose."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.clock import Clock
from playground.server import Playground, running
from simulation.crowd import Crowd, crowd_of, workspace_of
from simulation.ledger import Ledger, Post
from simulation.options import Options

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
TEN = timedelta(hours=10)


class Case:
    """One member in UTC, and a bot that keeps no rule."""

    def __init__(self, playground: Playground, crowd: Crowd) -> None:
        self.playground = playground
        self.user = next(iter(crowd.people))
        self.channel = next(iter(crowd.teams))
        self.posts: list[Post] = []
        self.ledger = Ledger(playground, crowd.people, self.posts.append)
        self.ledger.listen()
        self.ledger.is_bots_turn = True
        self._slack = AsyncWebClient("xoxb-playground", base_url=playground.api_url)
        self._count = 0

    async def post(
        self, moment: datetime, *, key: str | None = None, to: str = "", chart: bool = False
    ) -> None:
        """Post at a moment."""
        self._count += 1
        self.playground.clock.move_to(moment.timestamp())
        payload = {"key": key or f"key{self._count}"}
        await self._slack.chat_postMessage(
            channel=to or self.user,
            text="x",
            blocks=[CHART] if chart else None,
            metadata={"event_type": "rungs", "event_payload": payload},
        )

    @property
    def breaches(self) -> dict[str, int]:
        """Return what the ledger found."""
        return dict(self.ledger.tally.breaches)


CHART = {
    "type": "data_visualization",
    "title": "x",
    "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]},
}


@asynccontextmanager
async def case(*, quiet: tuple[int, int] | None = None) -> AsyncIterator[Case]:
    """Run a workspace of one member, who lives in UTC."""
    options = Options(members=1, begin=MONDAY)
    crowd = crowd_of(options)
    user, habits = next(iter(crowd.people.items()))
    plain = replace(habits, zone="UTC", days_off=frozenset({5, 6}), quiet=quiet)
    crowd = Crowd({user: plain}, crowd.teams)
    clock = Clock(frozen=MONDAY.timestamp())
    async with running(
        Playground(sample=workspace_of(crowd, options), clock=clock, record=False)
    ) as playground:
        yield Case(playground, crowd)


async def test_two_a_week_inside_hours_is_fine() -> None:
    async with case() as made:
        for day in (0, 3, 7, 10):
            await made.post(MONDAY + TEN + timedelta(days=day))
    assert made.breaches == {}
    assert made.ledger.tally.hours == {10: 4}
    assert made.ledger.tally.messages == len(made.posts) == 4


async def test_the_same_key_twice() -> None:
    async with case() as made:
        await made.post(MONDAY + TEN, key="same")
        await made.post(MONDAY + TEN + timedelta(days=1), key="same")
    assert made.breaches == {"sent twice": 1}
    assert made.ledger.tally.examples["sent twice"].endswith("2026-01-06 10:00 UTC")


@pytest.mark.parametrize("hour", [0, 8, 17, 23])
async def test_outside_working_hours(hour: int) -> None:
    async with case() as made:
        await made.post(MONDAY + timedelta(hours=hour))
    assert made.breaches == {"outside working hours": 1}


async def test_on_a_day_off() -> None:
    async with case() as made:
        await made.post(MONDAY + TEN + timedelta(days=5))
    assert made.breaches == {"on a day off": 1}


async def test_inside_do_not_disturb() -> None:
    async with case(quiet=(15, 11)) as made:
        await made.post(MONDAY + TEN)
    assert made.breaches == {"inside Do-not-disturb": 1}


async def test_two_on_one_day_and_three_in_a_week() -> None:
    async with case() as made:
        await made.post(MONDAY + TEN)
        await made.post(MONDAY + TEN + timedelta(hours=1))
        await made.post(MONDAY + TEN + timedelta(days=4))
    assert made.breaches == {"two on one day": 1, "three within a week": 1}


async def test_to_somebody_who_left() -> None:
    async with case() as made:
        await made.post(MONDAY + TEN)
        await made.playground.lifecycle("deactivate", user=made.user)
        await made.post(MONDAY + TEN + timedelta(days=1))
    assert made.breaches == {"to somebody who left": 1}


async def test_channels_have_no_hours_and_charts_are_told_apart() -> None:
    async with case() as made:
        await made.post(MONDAY, to=made.channel, chart=True)
        await made.post(MONDAY, to=made.channel)
    assert made.breaches == {}
    assert made.ledger.tally.digests == {True: 1, False: 1}


async def test_what_a_member_asked_for_is_not_counted() -> None:
    async with case() as made:
        made.ledger.is_bots_turn = False
        await made.post(MONDAY, key="answer")
    assert made.posts == []
