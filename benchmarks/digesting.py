"""The weekly digest of a large channel against one of a small channel: statements, calls and time."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.hours import MORNING
from benchmarks.line import Line, compared
from benchmarks.proof import all_told
from benchmarks.sizes import Sizes
from benchmarks.teaming import assessed
from bot.reading import PAGE
from bot.starting import Access, coach
from bot.teams.following import Hour, follow
from bot.teams.kinds import KINDS
from bot.teams.rosters import freeze_first
from content.loader import load_library
from content.message_catalog import MessageCatalog
from playground.clock import Clock
from playground.crowd import EVERYBODY, big_workspace, crowd_id
from playground.server import Playground
from playground.server import running as playing
from scheduler.clock import run
from scheduler.jobs import JOBS
from scheduler.work import Work
from storage.database import Database

STATEMENTS_AIM = 1.2
CALLS_AIM = 1.0
TIME_AIM = 50
"""A hundred times the people; half of that is what the rest may cost."""

WEEK = timedelta(days=7)
ON_TUESDAYS = Hour("UTC", weekday=1, hour=9)
STEPS = tuple(job for job in JOBS if job.name in ("roster", "tick", "send"))


@dataclass(frozen=True)
class Spent:
    """What one digest took, its roster included."""

    seconds: float
    statements: int
    calls: int


class Team:
    """A channel of so many members that follows its digest, week by week."""

    def __init__(self, slack: Playground, work: Work, clock: list[datetime]) -> None:
        self._slack = slack
        self._work = work
        self._clock = clock

    async def week(self) -> Spent:
        """Let a week pass, with its roster and its digest."""
        self._clock[0] += WEEK
        before = len(self._slack.calls)
        with _statements() as counted:
            started = time.perf_counter()
            for job in STEPS:
                await run(job, self._work)
            seconds = time.perf_counter() - started
        return Spent(seconds, counted.total(), len(self._slack.calls) - before)


async def digesting(folder: Path, sizes: Sizes) -> list[Line]:
    """Statements, calls and milliseconds of one digest."""
    large, small = folder / "large.db", folder / "small.db"
    weeks = range(sizes.rounds + 1)
    async with _team(large, sizes.large_team) as many, _team(small, sizes.small_team) as few:
        # The first week warms up.
        pairs = [(await many.week(), await few.week()) for _ in weeks][1:]
    for database, people in ((large, sizes.large_team), (small, sizes.small_team)):
        all_told(database, len(weeks), people=people)
    return _lines(pairs, sizes)


def _lines(pairs: list[tuple[Spent, Spent]], sizes: Sizes) -> list[Line]:
    name = f"digest for {sizes.large_team:,} members"
    # The bot is in the channel too.
    pages = [ceil((people + 1) / PAGE) for people in (sizes.large_team, sizes.small_team)]
    calls = median(few.calls for _, few in pairs)
    return [
        compared(
            f"{name} against {sizes.small_team:,} (ms)",
            ours=median(many.seconds for many, _ in pairs) * 1000,
            reference=median(few.seconds for _, few in pairs) * 1000,
            aim=TIME_AIM,
            better="lower",
        ),
        compared(
            f"{name} against {sizes.small_team:,} (statements)",
            ours=median(many.statements for many, _ in pairs),
            reference=median(few.statements for _, few in pairs),
            aim=STATEMENTS_AIM,
            better="lower",
        ),
        compared(
            f"{name} against {sizes.small_team:,} and the pages between (calls to Slack)",
            ours=median(many.calls for many, _ in pairs),
            reference=calls + pages[0] - pages[1],
            aim=CALLS_AIM,
            better="lower",
        ),
    ]


@asynccontextmanager
async def _team(path: Path, people: int) -> AsyncIterator[Team]:
    library, clock = load_library(), [MORNING]
    users = [crowd_id(number) for number in range(1, people + 1)]
    await assessed(path, users, words=library.questionnaire("engineering"))
    database = await Database.open(f"sqlite:///{path}")

    def slacks_time() -> float:
        return clock[0].timestamp()

    slack = Playground(sample=big_workspace(people), clock=Clock(slacks_time))
    async with playing(slack):
        access = Access(slack.credentials.bot_token, "", slack.api_url)
        async with coach(
            access,
            database=database,
            library=library,
            messages=MessageCatalog(),
            now=lambda: clock[0],
        ) as deps:
            followed = await follow(deps, EVERYBODY, ON_TUESDAYS, by=users[0])
            await freeze_first(deps, followed.team)
            coaches = {deps.identity.workspace_id: deps}
            yield Team(slack, Work(database, deps.now, coaches=coaches, kinds=KINDS), clock)
    await database.close()


@contextmanager
def _statements() -> Iterator[Counter[str]]:
    """Count what is asked of any database while the block runs."""
    counted: Counter[str] = Counter()
    count = partial(_count, counted)
    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield counted
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def _count(counted: Counter[str], _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if not statement.startswith(("BEGIN", "PRAGMA")):
        counted[statement] += 1
