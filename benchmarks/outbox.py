"""Messages on their way out: claimed and marked, sent to Slack, and sent at Slack's limit.

The reference does the same with statements written by hand and with slack_sdk's client alone.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks import measurement
from benchmarks.measurement import MORNING, Answer, Broken, Figures, Measure, in_turns, summary
from benchmarks.seed import STORED_AS, WORKSPACE
from benchmarks.table import Sizes
from benchmarks.workspace import (
    STATEMENTS,
    access_to,
    coaching,
    make_tables,
    opened,
    require,
    rows_of,
    workspace,
)
from bot.coaches import FixedCoaches
from bot.deps import Deps
from bot.slack.installation import Access
from bot.slack.reader import EVENT_TYPE
from coaching.send_policy import MemberFacts
from playground.clock import Clock
from playground.crowd import big_workspace
from playground.limits import POSTS_PER_MINUTE, RateLimits
from playground.server import Playground
from scheduler.clock import JOBS, run_job
from scheduler.context import SchedulerContext, Timings
from simulation.crowd import crowd_ids
from storage.database import Session
from storage.database.address import normalized
from storage.database.engine import Database, sqlite_writer
from storage.outbox.claims import begin, claim, finish
from storage.outbox.queue import Outgoing
from storage.outbox.rates import RateLimit
from tests.message_states import count_by_state
from tests.reliability.arena import ENDED, Arena
from tests.reliability.receipts import POST, Ledger
from tests.reliability.worker import DRILL, KINDS, drill

TIMINGS = Timings()
LEASE = timedelta(seconds=TIMINGS.lease)
LATER = MORNING + timedelta(minutes=1)
UNLIMITED = 60_000_000
"""Posts a minute where there is no limit."""
SEND, REAP = (next(job for job in JOBS if job.name == name) for name in ("send", "reap"))
VALUES = {
    "workspace": WORKSPACE,
    "now": LATER.strftime(STORED_AS),
    "until": (LATER + LEASE).strftime(STORED_AS),
    "batch": TIMINGS.batch,
}
CLAIM, BEGIN, FINISH = (text(STATEMENTS[name]) for name in ("claim", "begin", "finish"))
Post = Callable[[str, str], Awaitable[str]]
"""Posts the message with this key to a channel, and returns its ts."""
STATES = """SELECT group_concat(found || ' ' || state)
FROM (SELECT count(*) AS found, state FROM message GROUP BY state)"""


async def claims(folder: Path, sizes: Sizes) -> list[Figures]:
    """Messages per second claimed, begun and finished; the reference does the statements alone."""
    slack = Playground(sample=big_workspace(sizes.messages * (sizes.rounds + 1)))

    async def keep(filled: Arena, key: str, _channel: str) -> str:
        # In place of a post.
        filled.ledger.posts[key] += 1
        return key

    async with outbox(folder / "ours.db", slack) as ours, outbox(folder / "bare.db", slack) as bare:
        engine = _engine(folder / "bare.db")
        turns = await in_turns(
            sizes.rounds,
            _rate(ours, sizes, lambda: _seconds(_finish_all(ours.database, partial(keep, ours)))),
            _rate(bare, sizes, lambda: _seconds(_bare(engine, partial(keep, bare)))),
        )
        await engine.dispose()
    return summary(turns)


async def throughput(folder: Path, sizes: Sizes) -> list[Figures]:
    """Messages sent per second without a limit: against the bare client, alone and with the statements."""
    mine, theirs = folder / "ours.db", folder / "both.db"
    crowd = big_workspace(sizes.messages * (sizes.rounds + 1))
    async with (
        workspace(sample=crowd) as slack,
        outbox(mine, slack) as ours,
        outbox(theirs, slack) as both,
        measurement.worker(sender, mine, access_to(slack), time.time(), 1, UNLIMITED) as send,
        measurement.worker(poster, theirs, access_to(slack)) as post,
    ):
        users = crowd_ids(sizes.messages)
        channels = {user: slack.workspace.dm(user).id for user in users}

        async def client() -> Figures:
            slack.service.journal = ledger = Ledger()
            seconds = await post(channels)
            once_each(ledger, users)
            return (sizes.messages / seconds,)

        sides = (_rate(ours, sizes, send), client, _rate(both, sizes, post))
        [(of_ours, of_client, of_both)] = summary(await in_turns(sizes.rounds, *sides))
    return [(of_ours, of_client), (of_ours, of_both)]


async def limit(folder: Path, sizes: Sizes) -> list[Figures]:
    """Seconds to send to everybody against what the limit leaves at least, and calls refused in a hundred."""
    path, began, crowd = folder / "limited.db", time.time(), big_workspace(sizes.everybody)
    clock, limits = Clock(fast_clock(began, sizes.faster)), RateLimits(on=True)
    async with (
        workspace(sample=crowd, clock=clock, limits=limits) as slack,
        outbox(path, slack) as filled,
        measurement.worker(
            sender, path, access_to(slack), began, sizes.faster, POSTS_PER_MINUTE
        ) as send,
    ):
        slack.service.journal = ledger = filled.ledger
        await filled.fill(sizes.everybody)
        seconds = await send()
    refused = 100 * ledger.refused.total() / ledger.calls_of.total()
    return [(seconds, sizes.everybody / POSTS_PER_MINUTE * 60), (refused, 1)]


@asynccontextmanager
async def outbox(path: Path, slack: Playground) -> AsyncIterator[Arena]:
    """Make a database to fill with messages; require at the end that each is marked as sent and came once."""
    await make_tables(path)
    async with opened(path) as database:
        filled = Arena(slack, Ledger(), database, str(path), now=lambda: MORNING)
        yield filled
    require(path, f"{filled.messages} sent", STATES)
    once_each(filled.ledger, [key for (key,) in rows_of(path, "SELECT id FROM message")])


def once_each(ledger: Ledger, keys: Sequence[str]) -> None:
    """Require that each message came once."""
    if ledger.posts != Counter(keys):
        raise Broken(
            f"There were {ledger.posts.total()} posts, {len(ledger.posts)} different ones, instead of "
            f"{len(keys)}. Do not use these figures."
        )


def _rate(filled: Arena, sizes: Sizes, send: Callable[[], Awaitable[float]]) -> Measure:
    """Return what fills the outbox and measures how many messages a second `send` sends."""

    async def measure() -> Figures:
        filled.slack.service.journal = filled.ledger
        await filled.fill(sizes.messages)
        return (sizes.messages / await send(),)

    return measure


async def _seconds(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


async def _finish_all(database: Database, post: Post) -> None:
    """Claim, begin, post and finish what is in the outbox, in the transactions that the sender needs."""
    limit = RateLimit(POST, per_minute=UNLIMITED)
    claim_batch = partial(claim, owner="ours", lease=LEASE, limit=limit, batch=TIMINGS.batch)
    while True:
        async with database.write() as session:
            claimed = await claim_batch(session, WORKSPACE, now=LATER)
        if not claimed.messages:
            return
        for row in claimed.messages:
            to = row.subject
            async with database.write() as session:
                await begin(session, row, channel=to, lease=LEASE, form="plain", now=LATER)
            ts = await post(row.id, to)
            async with database.write() as session:
                await finish(session, row, channel=to, ts=ts, now=LATER)


async def _bare(engine: AsyncEngine, post: Post, *, lanes: int = 1) -> None:
    """Claim in batches with the bare statements; begin, post and finish each message."""

    async def execute(statement: TextClause, **values: str) -> list[Row[Any]]:
        async with engine.begin() as connection:
            result = await connection.execute(statement, VALUES | values)
            return list(result) if result.returns_rows else []

    async def send(row: Row[Any]) -> None:
        message = {"id": row.id, "epoch": row.epoch, "channel": row.channel}
        await execute(BEGIN, **message)
        await execute(FINISH, **message, ts=await post(row.id, row.channel))

    while rows := await execute(CLAIM):
        await measurement.in_lanes(rows, send, lanes=lanes)


def _engine(database: Path) -> AsyncEngine:
    """Return an engine with the settings of ours for statements written by hand."""
    return sqlite_writer(normalized(f"sqlite:///{database}"))


@asynccontextmanager
async def poster(database: Path, access: Access) -> AsyncIterator[Answer]:
    """The worker that posts with the bare client, as many posts at once as ours; returns the seconds.

    It posts to these channels, by key; without them what is in the outbox, with the statements around
    each post.
    """
    engine, lanes, message = _engine(database), TIMINGS.lanes, drill(MORNING.date())
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            access.bot_token, base_url=access.api_url, session=session, retry_handlers=[]
        )
        options: dict[str, Any] = {"text": message.text, "blocks": message.blocks}
        options |= {"unfurl_links": False, "unfurl_media": False}

        async def post(key: str, channel: str) -> str:
            metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
            answer = await client.chat_postMessage(channel=channel, metadata=metadata, **options)
            return str(answer["ts"])

        async def send(channels: dict[str, str] | None = None) -> float:
            if channels is None:
                return await _seconds(_bare(engine, post, lanes=lanes))
            return await _seconds(
                measurement.in_lanes(channels.items(), lambda one: post(*one), lanes=lanes)
            )

        yield send
    await engine.dispose()


def fast_clock(began: float, speed: float) -> Callable[[], float]:
    """Return a clock, in seconds, that showed MORNING when the time was `began` and runs at this speed."""
    return lambda: MORNING.timestamp() + (time.time() - began) * speed


@asynccontextmanager
async def sender(
    database: Path, access: Access, began: float, speed: float, per_minute: float
) -> AsyncIterator[Answer]:
    """The worker that sends what is due until nothing is left; returns the seconds by its fast clock."""
    clock = fast_clock(began, speed)
    async with coaching(access, database, now=lambda: datetime.fromtimestamp(clock(), UTC)) as deps:
        coaches, kinds = FixedCoaches([deps]), {DRILL: replace(KINDS[DRILL], facts=free_facts)}
        context = replace(
            SchedulerContext(deps.database, deps.now, coaches, kinds),
            timings=replace(TIMINGS, posts_per_minute=per_minute),
            steady=clock,
            pause=lambda seconds: asyncio.sleep(seconds / speed),
        )

        async def send() -> float:
            started = clock()
            while await _is_left(deps.database):
                if not await run_job(SEND, context):
                    # A machine that stood still past a lease leaves messages to be settled.
                    await run_job(REAP, context)
                    await context.pause(SEND.every_seconds)
            return clock() - started

        yield send


async def _is_left(database: Database) -> bool:
    async with database.read() as session:
        return not set(await count_by_state(session)).issubset(ENDED)


async def free_facts(_session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    """Return what is known of somebody to whom everything may be sent."""
    # Installed, active, wanted, neither paused nor snoozed; no days off, and nothing sent before.
    free = (True, True, True, False, None, "UTC", frozenset[int](), ())
    return MemberFacts(deps.now(), row.due_at, row.expires_at, *free)
