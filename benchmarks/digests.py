"""The weekly digest of a large channel against one of a small channel: time, statements and calls."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from app import REGISTRY, jobs_of
from benchmarks import seed
from benchmarks.measurement import MORNING, Figures, Measure, in_turns, sql_listener, summary
from benchmarks.table import Sizes
from benchmarks.workspace import access_to, coaching, require
from bot.features.team_digest.feature import FEATURE
from bot.features.team_digest.service import follow_digest
from bot.features.team_digest.views import DigestSetup
from bot.slack.reader import PAGE
from playground.clock import Clock
from playground.crowd import EVERYBODY, big_workspace, crowd_id
from playground.server import Playground
from playground.server import running as playing
from scheduler.clock import run_job
from scheduler.context import SchedulerContext

ON_TUESDAYS = DigestSetup("UTC", weekday=1, hour=9)
JOBS = {job.name: job for job in jobs_of(REGISTRY)}
STEPS = tuple(JOBS[name] for name in ("roster", "tick", "send"))


async def digests(folder: Path, sizes: Sizes) -> list[Figures]:
    """Milliseconds, statements and calls to Slack of one digest, its roster included."""
    large, small = (folder / "large.db", sizes.large_team), (folder / "small.db", sizes.small_team)
    async with _team(*large) as many, _team(*small) as few:
        turns = await in_turns(sizes.rounds, many, few)
    for database, people in (large, small):
        expected = f"{sizes.rounds + 1} digests with figures and {people} people on the roster"
        require(database, expected, "digests")
    times, statements, (calls, calls_of_few) = summary(turns)
    # The app is in the channel too.
    pages, pages_of_few = (ceil((people + 1) / PAGE) for _, people in (large, small))
    return [times, statements, (calls, calls_of_few + pages - pages_of_few)]


@asynccontextmanager
async def _team(path: Path, people: int) -> AsyncIterator[Measure]:
    """Let a channel of so many members follow its digest; yield what lets the next week pass."""
    users = [crowd_id(number) for number in range(1, people + 1)]
    await seed.assessed(path, people, known=users, active=True)
    clock = Clock(frozen=MORNING.timestamp())
    slack = Playground(sample=big_workspace(people), clock=clock)

    def now() -> datetime:
        return datetime.fromtimestamp(clock.now(), UTC)

    async with playing(slack), coaching(access_to(slack), path, now=now) as deps:
        await follow_digest(deps, EVERYBODY, ON_TUESDAYS, by=users[0])
        work = SchedulerContext(
            deps.database, now, coaches={deps.identity.workspace_id: deps}, kinds=FEATURE.kinds
        )

        async def week() -> Figures:
            clock.advance(timedelta(days=7).total_seconds())
            statements: list[str] = []
            before, started = len(slack.calls), time.perf_counter()
            with sql_listener(statements.append):
                for job in STEPS:
                    await run_job(job, work)
            seconds = time.perf_counter() - started
            counted = [one for one in statements if not one.startswith(("BEGIN", "PRAGMA"))]
            return (seconds * 1000, len(counted), len(slack.calls) - before)

        yield week
