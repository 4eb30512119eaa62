"""The stage of tests about months of coaching: a clock that the test moves, and the jobs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.features.checkins.feature import FEATURE
from playground.clock import Clock
from playground.server import Playground
from playground.server import running as playing
from storage import checkins
from storage.checkins import Pace
from storage.outbox import schedules
from storage.outbox.schedules import Schedule
from storage.steps import steps
from storage.steps.steps import Step
from tests.stage import Person, Stage, staged

MONDAY = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
"""A Monday, within working hours from Los Angeles to Berlin."""


class Calendar:
    """The clock of the bot."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        """Return the same time for the playground."""
        return self.now.timestamp()

    def turn(self, *, days: float = 0, hours: float = 0) -> None:
        self.now += timedelta(days=days, hours=hours)


class RunningCalendar(Calendar):
    """The playground's own clock, which runs and is moved on, as the clock of the bot."""

    def __init__(self) -> None:
        self.clock = Clock()

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    @now.setter
    def now(self, moment: datetime) -> None:
        self.clock.move_to(moment.timestamp())


class Season:
    """A stage with its clock."""

    def __init__(self, stage: Stage, calendar: Calendar) -> None:
        self.stage = stage
        self.calendar = calendar

    async def planned(self, person: Person, kind: str = "checkin") -> Schedule:
        """Return the stored schedule of this person."""
        key = person.key
        async with self.stage.database.read() as session:
            found = await schedules.get(session, key.workspace_id, kind, key.user_id)
        assert found is not None, f"No {kind} was ever planned."
        return found

    async def until_due(self, person: Person, kind: str = "checkin") -> datetime:
        """Move the clock to one second after the next message of this kind is due."""
        plan = await self.planned(person, kind)
        assert plan.next_due_at is not None, f"No {kind} is planned."
        self.calendar.now = plan.next_due_at + timedelta(seconds=1)
        return self.calendar.now

    async def work(self) -> None:
        """Run the jobs for what is due."""
        await self.stage.run_jobs(FEATURE.kinds)

    async def comes(self, person: Person, kind: str = "checkin") -> str:
        """Move to the next message of this kind, and return its text."""
        before = len(person.messages())
        await self.until_due(person, kind)
        await self.work()
        new = person.messages()[before:]
        assert len(new) == 1, f"{len(new)} messages came."
        return person.reads()

    async def local(self, person: Person) -> date:
        """Return today's date in this person's zone."""
        people = self.stage.playground.workspace.people
        return self.calendar.now.astimezone(ZoneInfo(people[person.id].tz or "UTC")).date()


@asynccontextmanager
async def season(database_url: str, *, extra: Path | None = None) -> AsyncIterator[Season]:
    """A stage whose calendar begins on a Monday in March."""
    async with (
        working_year() as (slack, calendar),
        staged(database_url, playground=slack, now=calendar, extra=extra) as stage,
    ):
        yield Season(stage, calendar)


@asynccontextmanager
async def running_weeks(database_url: str) -> AsyncIterator[Season]:
    """A stage that begins now, with the playground's own clock."""
    calendar = RunningCalendar()
    async with (
        playing(Playground(clock=calendar.clock)) as slack,
        staged(database_url, playground=slack, now=calendar) as stage,
    ):
        yield Season(stage, calendar)


@asynccontextmanager
async def working_year() -> AsyncIterator[tuple[Playground, Calendar]]:
    """A workspace and its calendar, for several bots one after another."""
    calendar = Calendar()
    async with playing(Playground(clock=Clock(calendar.seconds))) as slack:
        yield slack, calendar


async def assessed(person: Person, letters: str = "AAA", *, family: str = "engineering") -> None:
    """Finish a self-check."""
    await person.types(f"/rungs assess {family}")
    await person.answers(letters)


async def pace_of(person: Person) -> Pace:
    """Return the settings of their check-ins, which must be there."""
    async with person.stage.database.read() as session:
        pace = await checkins.get_pace(session, person.key)
    assert pace is not None
    return pace


async def steps_of(person: Person) -> list[Step]:
    """Return the steps that they were offered, newest first."""
    async with person.stage.database.read() as session:
        return await steps.list_steps(session, person.key)


async def sets(
    person: Person, action: str, chosen: dict[str, Any], *, on_home: bool = False
) -> None:
    """Choose in the element with this action, in the newest message that has it or on the Home tab."""
    playground = person.stage.playground
    if on_home:
        view = person.view
        places = [({"type": "view", "view_id": view.id}, view.blocks)]
    else:
        places = [
            ({"type": "message", "channel": m.channel, "ts": m.ts}, m.blocks)
            for m in reversed(person.messages())
        ]
    for container, blocks in places:
        for block in blocks:
            for element in block.get("elements", ()):
                if element.get("action_id") == action:
                    picked = {key: _offered(element, value) for key, value in chosen.items()}
                    await playground.act(
                        person.id, container, block["block_id"], action, chosen=picked
                    )
                    await person.stage.settle()
                    return
    raise AssertionError(f"Nothing here has the action '{action}'.")


def _offered(element: dict[str, Any], value: Any) -> Any:
    """Return the element's options with these values; other values unchanged."""
    options = {option["value"]: option for option in element.get("options", ())}
    if isinstance(value, list):
        return [options[one] for one in value]
    return options.get(value, value)
