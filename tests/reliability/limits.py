"""Slack's rate limits in real time, with many workspaces, one of which has far too much to send."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app import REGISTRY, jobs_of
from coaching.members import MemberKey
from playground.clock import Clock
from playground.crowd import big_workspace, crowd_id
from playground.journal import Call
from playground.limits import POSTS_PER_MINUTE, RateLimited, RateLimits
from playground.server import Playground
from playground.server import running as playing
from playground.state.workspace import Workspace
from scheduler.context import Timings
from storage import workspaces
from storage.database.engine import Database
from storage.database.rows import insert_into
from storage.members import Member
from storage.outbox import queue
from storage.outbox.queue import NewMessage
from tests.reliability.arena import crew_of, member_row
from tests.reliability.receipts import POST, Ledger, key_of
from tests.reliability.worker import DRILL, Order, patient

UNDER_WAY = 0.2
"""A call may have left before the refusal of another one arrived: so many seconds later it is early."""

PEOPLE = 60
ANSWER = 10.0


class Watched(RateLimits):
    """Slack's rate limits, which also count calls that came before the time of Retry-After."""

    def __init__(self, *, posts_per_minute: int = POSTS_PER_MINUTE) -> None:
        super().__init__(on=True, posts_per_minute=posts_per_minute)
        self.early = 0
        self._refused_at = 0.0
        self._free_at = 0.0

    def check(
        self, method: str, *, tier: str, now: float, channel: str | None = None, team: str = ""
    ) -> None:
        """Count one call, or refuse it."""
        if method == POST and self._refused_at + UNDER_WAY < now < self._free_at:
            self.early += 1
        try:
            super().check(method, tier=tier, now=now, channel=channel, team=team)
        except RateLimited as refusal:
            if method == POST:
                self._refused_at, self._free_at = now, now + refusal.retry_after
            raise


class Arrivals(Ledger):
    """When each post took effect."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, float] = {}

    def call(self, call: Call) -> None:
        """Record a Web API call."""
        super().call(call)
        if call.method == POST and call.took_effect:
            self.at.setdefault(key_of(call.arguments), call.at)


@dataclass
class Place:
    """One workspace, and when each of its messages was due."""

    slack: Playground
    limits: Watched
    ledger: Arrivals
    due: dict[str, float] = field(default_factory=dict)

    @property
    def waits(self) -> list[float]:
        """Seconds from due to sent."""
        return [at - self.due[key] for key, at in self.ledger.at.items()]


@dataclass(frozen=True)
class Paced:
    """The counts and times of one run."""

    calls: int
    refused: int
    early: int
    doubled: int
    missing: int
    others_p99: float
    per_minute: float
    """Posts per minute of the workspace with too much to send."""


async def rate_limits(
    database_url: str, *, count: int, seconds: float, saturated: bool, posts_per_minute: int = 300
) -> Paced:
    """So many workspaces with a message now and then; with `saturated`, the first has far too many."""
    async with AsyncExitStack() as stack:
        places = [
            await stack.enter_async_context(_place(f"T{n:04}", posts_per_minute))
            for n in range(count)
        ]
        database = await Database.open(database_url)
        stack.push_async_callback(database.close)
        begin = time.time() + 2 + count / 10  # the process has to start first
        for place in places:
            is_full = saturated and place is places[0]
            await _fill(database, place, begin, seconds, is_full=is_full)
        order = Order(
            database_url,
            [_access(place.slack) for place in places],
            timings=Timings(),
            patience=patient(ANSWER),
            jobs=jobs_of(REGISTRY),
        )
        await stack.enter_async_context(crew_of(order, 1))
        await _until_sent(places[1:], begin + seconds)
        return _paced(places, seconds=time.time() - begin)


@asynccontextmanager
async def _place(name: str, posts_per_minute: int) -> AsyncIterator[Place]:
    def sample(clock: Clock) -> Workspace:
        workspace = big_workspace(PEOPLE, in_channel=1)(clock)
        workspace.id = name
        return workspace

    limits = Watched(posts_per_minute=posts_per_minute)
    slack = Playground(sample=sample, record=False, limits=limits)
    slack.service.journal = ledger = Arrivals()
    async with playing(slack):
        yield Place(slack, limits, ledger)


async def _fill(
    database: Database, place: Place, begin: float, seconds: float, *, is_full: bool
) -> None:
    workspace, now = place.slack.workspace, datetime.now(UTC)
    users = [crowd_id(number) for number in range(1, PEOPLE + 1)]
    new = list(_messages(workspace.id, users, begin, seconds, is_full=is_full))
    place.due = {one.id: one.due_at.timestamp() for one in new}
    async with database.write() as session:
        await workspaces.connect(session, workspace.id, workspace.id, now=now)
        rows = [member_row(MemberKey(workspace.id, u), workspace.dm(u).id, now) for u in users]
        await (await session.connection()).execute(insert_into(session, Member), rows)
        await queue.enqueue(session, new, now=now)


def _messages(
    workspace_id: str, users: Sequence[str], begin: float, seconds: float, *, is_full: bool
) -> Iterator[NewMessage]:
    """Enqueue twice as many messages as the limit allows, all due at once; or about one every two seconds."""
    dice = random.Random(workspace_id)
    count = int(seconds * POSTS_PER_MINUTE / 60) * 2 if is_full else int(seconds / 2)
    for number in range(count):
        at = begin if is_full else begin + dice.uniform(0, seconds)
        due = datetime.fromtimestamp(at, UTC)
        yield NewMessage(
            workspace_id=workspace_id,
            kind=DRILL,
            subject=users[number % len(users)],
            user_id=users[number % len(users)],
            local_date=due.date() + timedelta(days=number // len(users)),
            due_at=due,
            expires_at=due + timedelta(days=3),
        )


def _access(slack: Playground) -> tuple[str, str, str]:
    return slack.credentials.bot_token, slack.credentials.signing_secret, slack.api_url


async def _until_sent(places: Sequence[Place], end: float) -> None:
    """Wait until the time is over and these have nothing left."""
    while time.time() < end or any(len(place.ledger.at) < len(place.due) for place in places):
        assert time.time() < end + 60, "Messages still wait a minute after the last was due."
        await asyncio.sleep(0.1)


def _paced(places: Sequence[Place], *, seconds: float) -> Paced:
    waits = sorted(wait for place in places[1:] for wait in place.waits)
    return Paced(
        calls=sum(place.ledger.calls_of[POST] for place in places),
        refused=sum(place.ledger.refused[POST] for place in places),
        early=sum(place.limits.early for place in places),
        doubled=sum(n - 1 for place in places for n in place.ledger.posts.values()),
        missing=sum(len(place.due) - len(place.ledger.at) for place in places[1:]),
        others_p99=waits[int(len(waits) * 0.99)] if waits else 0.0,
        per_minute=len(places[0].ledger.at) / seconds * 60,
    )
