"""Messages on their way out: claimed and marked, sent to Slack, and sent at Slack's limit.

The reference does the same with statements written by hand and with slack_sdk's client alone.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks import seed
from benchmarks.measurement import (
    MORNING,
    Answer,
    Broken,
    Figures,
    in_lanes,
    in_turns,
    summary,
    worker,
)
from benchmarks.table import Sizes
from benchmarks.workspace import STATEMENTS, access_to, coaching, opened, require
from bot.deps import Deps
from bot.outgoing.kinds import FOR_MEMBERS, Composed, Kind
from bot.slack.api import Message
from bot.slack.blocks import paragraph
from bot.slack.installation import Access
from bot.slack.reader import EVENT_TYPE
from coaching.send_policy import MemberFacts
from playground.clock import Clock
from playground.limits import POSTS_PER_MINUTE, RateLimits
from playground.server import Playground
from playground.server import running as playing
from playground.state.workspace import Workspace
from scheduler.batch import POST_METHOD
from scheduler.clock import run_job
from scheduler.context import SchedulerContext, Timings
from scheduler.jobs import JOBS
from storage.database import Session
from storage.database.address import normalized
from storage.database.engine import Database, sqlite_writer
from storage.outbox import queue
from storage.outbox.claims import begin, claim, finish
from storage.outbox.queue import Outgoing
from storage.outbox.rates import RateLimit

NOTE, TEXT = "note", "Last time: write down what you check by hand. How did it go?"
MESSAGE = Message(TEXT, [paragraph(TEXT)])
TIMINGS = Timings()
LEASE = timedelta(seconds=TIMINGS.lease)
LATER = MORNING + timedelta(minutes=1)
UNLIMITED = 60_000_000
"""Posts a minute where there is no limit."""
KEPT = 20
"""Messages per conversation that the playground keeps."""
SEND, REAP = (next(job for job in JOBS if job.name == name) for name in ("send", "reap"))
STORED = "%Y-%m-%d %H:%M:%S.%f"
KNOWN = "UPDATE member SET dm_channel = ?, zone = 'UTC', profile_at = ? WHERE user_id = ?"
VALUES = {
    "workspace": seed.WORKSPACE,
    "now": LATER.strftime(STORED),
    "until": (LATER + LEASE).strftime(STORED),
    "batch": TIMINGS.batch,
}
CLAIM, BEGIN, FINISH = (text(STATEMENTS[name]) for name in ("claim", "begin", "finish"))

People = dict[str, str]
"""User ids, each with the id of their direct message with the app."""


async def claims(folder: Path, sizes: Sizes) -> list[Figures]:
    """Messages per second claimed, begun and finished; the reference does the statements alone."""
    ours, bare = folder / "ours.db", folder / "bare.db"
    people = await _known(Workspace(Clock()), sizes.messages * (sizes.rounds + 1), ours, bare)
    engine = sqlite_writer(normalized(f"sqlite:///{bare}"))

    async def not_posted(key: str, _channel: str) -> str:
        return key

    async with opened(ours) as database:
        turns = await in_turns(
            sizes.rounds,
            _rate(ours, people, sizes, lambda some, _: _seconds(_finish_all(database, some))),
            _rate(bare, people, sizes, lambda some, _: _seconds(_bare(engine, not_posted, some))),
        )
    await engine.dispose()
    all_sent(len(people), ours, bare)
    return summary(turns)


async def throughput(folder: Path, sizes: Sizes) -> list[Figures]:
    """Messages sent per second without a limit: against the bare client, alone and with the statements."""
    ours, client, both = (folder / f"{name}.db" for name in ("ours", "client", "both"))
    async with playing(Playground(keep=KEPT)) as slack:
        count = sizes.messages * (sizes.rounds + 1)
        people = await _known(slack.workspace, count, ours, client, both)

        async def sent(seconds: Awaitable[float], ids: list[str]) -> float:
            spent = await seconds
            once_each(_arrived(slack), ids)
            slack.service.journal.clear()
            return spent

        access = access_to(slack)
        async with (
            worker(sender, ours, access, time.time(), 1, UNLIMITED) as send,
            worker(poster, both, access) as post,
        ):
            turns = await in_turns(
                sizes.rounds,
                _rate(ours, people, sizes, lambda _, ids: sent(send(), ids)),
                _rate(client, people, sizes, lambda some, ids: sent(post(some, ids), ids)),
                _rate(both, people, sizes, lambda some, ids: sent(post(some), ids)),
            )
    all_sent(len(people), ours, both)
    [(of_ours, of_client, of_both)] = summary(turns)
    return [(of_ours, of_client), (of_ours, of_both)]


async def limit(folder: Path, sizes: Sizes) -> list[Figures]:
    """Seconds to send to everybody against what the limit leaves at least, and calls refused in a hundred."""
    database, began = folder / "limited.db", time.time()
    limited, clock = RateLimits(on=True), Clock(fast_clock(began, sizes.faster))
    async with playing(Playground(clock=clock, limits=limited, keep=KEPT)) as slack:
        people = await _known(slack.workspace, sizes.everybody, database)
        ids = await _enqueue(database, people)
        arguments = (database, access_to(slack), began, sizes.faster, POSTS_PER_MINUTE)
        async with worker(sender, *arguments) as send:
            seconds = await send()
        once_each(_arrived(slack), ids)
        refused = 100 * slack.limits.refused.total() / len(slack.calls)
    all_sent(len(people), database)
    return [(seconds, sizes.everybody / POSTS_PER_MINUTE * 60), (refused, 1)]


def all_sent(count: int, *databases: Path) -> None:
    """Require that each database has so many messages, all marked as sent."""
    for database in databases:
        require(database, f"{count} sent", "states")


def once_each(arrived: Sequence[str], ids: Sequence[str]) -> None:
    """Require that Slack got each message once."""
    if sorted(arrived) != sorted(ids):
        raise Broken(
            f"Slack got {len(arrived)} posts, {len(set(arrived))} different ones, instead of {len(ids)}. "
            "Do not use these figures."
        )


async def _known(workspace: Workspace, count: int, *databases: Path) -> People:
    """Add so many people to the workspace; make databases that know them and their direct messages."""
    people = {one.id: workspace.dm(one.id).id for one in workspace.add_people(count)}
    known = [(channel, MORNING.strftime(STORED), user) for user, channel in people.items()]
    for database in databases:
        async with seed.filling(database, count, known=list(people)) as connection:
            connection.executemany(KNOWN, known)
    return people


async def _enqueue(database: Path, people: People) -> list[str]:
    """Put a message for each of them into the outbox, due now; return the ids."""
    times = (MORNING.date(), MORNING, MORNING + FOR_MEMBERS)
    new = [queue.NewMessage(seed.WORKSPACE, NOTE, user, user, *times) for user in people]
    async with opened(database) as there, there.write() as session:
        await queue.enqueue(session, new, now=MORNING)
    return [one.id for one in new]


def _rate(
    database: Path,
    people: People,
    sizes: Sizes,
    send: Callable[[People, list[str]], Awaitable[float]],
) -> Callable[[], Awaitable[Figures]]:
    """Return what enqueues messages to the next people and measures how many a second `send` sends."""
    waiting = iter(people.items())

    async def measure() -> Figures:
        some = dict(islice(waiting, sizes.messages))
        ids = await _enqueue(database, some)
        return (len(ids) / await send(some, ids),)

    return measure


async def _seconds(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def _arrived(slack: Playground) -> list[str]:
    """Return the keys of the posts that took effect."""
    found = [call.arguments["metadata"] for call in slack.calls_of(POST_METHOD) if call.took_effect]
    read = [json.loads(one) if isinstance(one, str) else one for one in found]
    return [one["event_payload"]["key"] for one in read]


async def _finish_all(database: Database, channels: People) -> None:
    """Claim, begin and finish what is in the outbox, in the transactions that the sender needs."""
    limit = RateLimit(POST_METHOD, per_minute=UNLIMITED)
    claim_batch = partial(claim, owner="ours", lease=LEASE, limit=limit, batch=TIMINGS.batch)
    while True:
        async with database.write() as session:
            claimed = await claim_batch(session, seed.WORKSPACE, now=LATER)
        if not claimed.messages:
            return
        for row in claimed.messages:
            channel = channels[row.subject]
            async with database.write() as session:
                await begin(session, row, channel=channel, lease=LEASE, form="plain", now=LATER)
            async with database.write() as session:
                await finish(session, row, channel=channel, ts=row.id, now=LATER)


async def _bare(
    engine: AsyncEngine,
    post: Callable[[str, str], Awaitable[str]],
    channels: People,
    *,
    lanes: int = 1,
) -> None:
    """Claim in batches with the bare statements; begin, post and finish each message."""

    async def execute(statement: TextClause, **values: str) -> list[Row[Any]]:
        async with engine.begin() as connection:
            result = await connection.execute(statement, VALUES | values)
            return list(result) if result.returns_rows else []

    async def send(row: Row[Any]) -> None:
        message = {"id": row.id, "epoch": row.epoch, "channel": channels[row.subject]}
        await execute(BEGIN, **message)
        await execute(FINISH, **message, ts=await post(row.id, message["channel"]))

    while rows := await execute(CLAIM):
        await in_lanes(rows, send, lanes=lanes)


@asynccontextmanager
async def poster(database: Path, access: Access) -> AsyncIterator[Answer]:
    """The worker that posts with the bare client, as many posts at once as ours; returns the seconds.

    It posts these keys; without keys, what is in the outbox, with the statements around each post.
    """
    engine, lanes = sqlite_writer(normalized(f"sqlite:///{database}")), TIMINGS.lanes
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            access.bot_token, base_url=access.api_url, session=session, retry_handlers=[]
        )
        options: dict[str, Any] = {"text": MESSAGE.text, "blocks": MESSAGE.blocks}
        options |= {"unfurl_links": False, "unfurl_media": False}

        async def post(key: str, channel: str) -> str:
            metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
            answer = await client.chat_postMessage(channel=channel, metadata=metadata, **options)
            return str(answer["ts"])

        async def send(channels: People, keys: list[str] | None = None) -> float:
            if keys is None:
                return await _seconds(_bare(engine, post, channels, lanes=lanes))
            posts = zip(keys, channels.values(), strict=True)
            return await _seconds(in_lanes(posts, lambda one: post(*one), lanes=lanes))

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
        context = SchedulerContext(
            deps.database,
            deps.now,
            coaches={deps.identity.workspace_id: deps},
            kinds={NOTE: Kind(NOTE, FOR_MEMBERS, facts=_facts, compose=_compose, sent=_sent)},
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
        found = await queue.count_by_state(session)
    return any(found.get(state) for state in ("ready", "leased", "sending"))


async def _facts(_session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    # Installed, active, wanted, neither paused nor snoozed; no days off, and nothing sent before.
    free = (True, True, True, False, None, "UTC", frozenset[int](), ())
    return MemberFacts(deps.now(), row.due_at, row.expires_at, *free)


async def _compose(_session: Session, _deps: Deps, _row: Outgoing) -> Composed:
    return Composed(MESSAGE, form="plain")


async def _sent(_session: Session, _deps: Deps, _row: Outgoing) -> None:
    return
