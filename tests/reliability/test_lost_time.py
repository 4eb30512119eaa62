"""A clock that jumps, and days without a process: at most one message each, and none too late."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app import REGISTRY
from bot.features.team_digest.feature import freeze_due_roster
from bot.outgoing import planner
from storage import checkins
from storage.outbox import queue
from storage.outbox.queue import Outgoing
from tests.checkins.calendar import Season, assessed, season
from tests.scheduler.notes import arrived
from tests.stage import Person, Stage
from tests.team_digest.channel import MONDAY as DIGEST_DAY
from tests.team_digest.channel import SIX, growing

PEOPLE = ("ada", "noah", "priya", "grace", "omar")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Came:
    """A message that arrived, and when, as the bot's clock showed it."""

    row: Outgoing
    at: datetime


@dataclass
class Diary:
    """Moves the clock on and records what arrives."""

    season: Season
    came: list[Came] = field(default_factory=list)

    async def live(
        self, until: datetime, *, step: timedelta = 3 * HOUR, skew: Callable[[], timedelta]
    ) -> None:
        """Turn the calendar step by step, each time by as much as the clock is wrong just then."""
        true = self.season.calendar.now
        while true < until:
            true += step
            self.season.calendar.now = true + skew()
            await self.season.work()
            await self._write_down()
        self.season.calendar.now = true

    async def _write_down(self) -> None:
        known = {came.row.id for came in self.came}
        rows = await sent_by_itself(self.season.stage)
        self.came += [Came(row, self.season.calendar.now) for row in rows if row.id not in known]


async def sent_by_itself(stage: Stage) -> list[Outgoing]:
    """Return the outbox messages behind the recorded posts; cards and answers have none."""
    workspace = stage.bot.deps.identity.workspace_id
    async with stage.database.read() as session:
        found = [await queue.get(session, workspace, key) for key in arrived(stage.playground)]
    return [row for row in found if row]


def right() -> timedelta:
    return timedelta()


@pytest.fixture
async def diary(sqlite_url: str) -> AsyncIterator[Diary]:
    """Five people in as many zones who asked for a check-in every week."""
    async with season(sqlite_url) as spring:
        for name in PEOPLE:
            person = spring.stage.person(name)
            await assessed(person, "ABC", family="sales")
            await weekly(spring.stage, person)
        yield Diary(spring)


async def weekly(stage: Stage, person: Person) -> None:
    deps = stage.bot.deps
    async with deps.database.write() as session:
        await checkins.change_pace(session, person.key, cadence="weekly", now=deps.now())
        await planner.replan(session, deps, person.key)


def holds(diary: Diary) -> None:
    """Each message once, in its time, in working hours, one a day and two a week at most."""
    zones = {p.id: p.tz for p in diary.season.stage.playground.workspace.members()}
    posted = Counter(arrived(diary.season.stage.playground))
    assert {posted[came.row.id] for came in diary.came} == {1}
    dates = Counter[tuple[str, object]]()
    for came in diary.came:
        local = came.at.astimezone(ZoneInfo(zones[came.row.subject] or "UTC"))
        assert came.row.due_at <= came.at < came.row.expires_at
        assert 9 <= local.hour < 17
        assert local.weekday() < 5
        dates[came.row.subject, local.date()] += 1
    assert set(dates.values()) == {1}


async def test_three_days_of_downtime_bring_one_catch_up_at_most(diary: Diary) -> None:
    start = diary.season.calendar.now
    await diary.live(start + 15 * DAY, skew=right)
    before = len(diary.came)
    assert before >= len(PEOPLE)
    diary.season.calendar.now += 3 * DAY
    resumed = diary.season.calendar.now
    await diary.live(resumed + DAY, skew=right)
    caught_up = [c for c in diary.came[before:] if c.row.due_at < resumed]
    assert caught_up
    counts = Counter((c.row.kind, c.row.subject) for c in caught_up)
    assert set(counts.values()) == {1}
    await diary.live(resumed + 14 * DAY, skew=right)
    holds(diary)


async def test_a_clock_that_jumps_an_hour_doubles_nothing(diary: Diary) -> None:
    dice = random.Random(20261120)
    end = diary.season.calendar.now + 29 * DAY
    await diary.live(end, skew=lambda: dice.choice((-HOUR, 0 * HOUR, HOUR)))
    assert len(diary.came) >= 3 * len(PEOPLE)
    holds(diary)


async def test_after_two_missed_weeks_a_channel_gets_no_old_digest(sqlite_url: str) -> None:
    async with growing(sqlite_url) as growth:
        await growth.assessed(SIX)
        await growth.follows()
        growth.clock.at = DIGEST_DAY + 3 * DAY  # its first digest is three days late
        await growth.stage.run_jobs(REGISTRY.kinds)
        assert await sent_by_itself(growth.stage) == []
        growth.clock.at = DIGEST_DAY + 7 * DAY
        for _ in range(3):
            await freeze_due_roster(growth.stage.bot.deps)
            await growth.stage.run_jobs(REGISTRY.kinds)
        assert len(await sent_by_itself(growth.stage)) == 1
