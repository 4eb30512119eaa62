"""One clock process of a drill: the real jobs, the real client, and a kind of message made for it."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from app import REGISTRY, coach, jobs_of, utc_now
from bot import logs
from bot.coaches import FixedCoaches
from bot.deps import Deps
from bot.outgoing.kinds import Composed, Kind
from bot.slack.api import Message
from bot.slack.blocks import paragraph
from bot.slack.client import RetryPolicy
from bot.slack.installation import Access
from coaching.send_policy import ChannelFacts
from content.library import MessageCatalog
from content.loader import load_library
from scheduler.batch import send_due
from scheduler.clock import running_clock
from scheduler.context import Job, SchedulerContext, Timings
from scheduler.planner import plan_due
from scheduler.recovery import reconcile, recover
from storage.database import Session
from storage.database.engine import Database
from storage.outbox.queue import Outgoing

DRILL = "drill"
ANSWER = 0.6
"""Seconds that an answer of Slack's is waited for."""

FAST = Timings(
    lease=2.0,
    quarantine=ANSWER + 0.6,
    lanes=2,
    batch=20,
    posts_per_minute=1_000_000,
    ahead=6,
)


CALM = replace(FAST, lease=5, quarantine=4)
HURRIED = [replace(job, every_seconds=1) for job in jobs_of(REGISTRY)]
"""All jobs as they are, only more often."""

CALM_ANSWER = 3.0
"""For drills that count reads: a busy machine alone must not lose an answer."""


def patient(answer: float = ANSWER) -> RetryPolicy:
    """How long Slack is waited for."""
    return RetryPolicy(answer=answer, pause=0.05)


@dataclass(frozen=True)
class Order:
    """What a worker is told: where its database is, and the workspaces that it speaks to.

    `jobs` run by the clock, each at its time; without them tick, send and reap run unceasingly.
    `since`: the database was restored from a backup of that moment.
    """

    database_url: str
    accesses: list[tuple[str, str, str]]
    timings: Timings = FAST
    patience: RetryPolicy = field(default_factory=patient)
    jobs: Sequence[Job] = ()
    since: datetime | None = None


async def _facts(_session: Session, deps: Deps, row: Outgoing) -> ChannelFacts:
    return ChannelFacts(
        now=deps.now(),
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=True,
        is_followed=True,
    )


def drill(day: date) -> Message:
    """Return the message of this kind for a day."""
    text = f"Drill of {day}."
    return Message(text=text, blocks=[paragraph(text)])


async def _compose(_session: Session, _deps: Deps, row: Outgoing) -> Composed:
    return Composed(drill(row.local_date), form="drill")


async def _sent(_session: Session, _deps: Deps, _row: Outgoing) -> None:
    return


KINDS = {DRILL: Kind(DRILL, timedelta(days=3), facts=_facts, compose=_compose, sent=_sent)}


async def work_until_told(order: Order) -> None:
    """Tick, send and reap without a pause, until SIGTERM."""
    async with AsyncExitStack() as stack:
        database = await Database.open(order.database_url)
        stack.push_async_callback(database.close)
        every = []
        for access in order.accesses:
            coaching = await stack.enter_async_context(
                coach(
                    Access(*access),
                    database=database,
                    library=LIBRARY,
                    messages=CATALOG,
                    patience=order.patience,
                )
            )
            every.append(coaching.only)
        work = SchedulerContext(
            database, utc_now, coaches=FixedCoaches(every), kinds=KINDS, timings=order.timings
        )
        told = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
        if order.since:
            await reconcile(work, since=order.since)
        await (_by_clock(work, order.jobs, told) if order.jobs else _unceasingly(work, told))


async def _by_clock(work: SchedulerContext, jobs: Sequence[Job], told: asyncio.Event) -> None:
    async with running_clock(work, jobs=jobs):
        await told.wait()


async def _unceasingly(work: SchedulerContext, told: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as steps:
        for step in (plan_due, send_due, recover):
            steps.create_task(_again(step, work))
        steps.create_task(_end(work, told))


async def _end(work: SchedulerContext, told: asyncio.Event) -> None:
    await told.wait()
    work.state.is_ending = True


async def _again(step: Any, work: SchedulerContext) -> None:
    while not work.state.is_ending:
        if not await step(work):
            await asyncio.sleep(0.05 if step is send_due else 0.2)


def main(order: Order) -> None:
    """What a forked worker runs."""
    logs.configure("ERROR")
    asyncio.run(work_until_told(order))


LIBRARY = load_library()
CATALOG = MessageCatalog()
