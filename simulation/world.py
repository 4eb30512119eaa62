"""The parts of a simulation, connected: playground, bot, database and jobs on one frozen clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import Coaching, coach, listening, ready_database, work_of
from bot.slack.installation import Access
from bot.slack.middleware import InFlight
from bot.slack.socket import serving_socket
from content.loader import load_content
from playground.clock import Clock
from playground.limits import RateLimits
from playground.server import Playground
from playground.server import running as playing
from scheduler.context import SchedulerContext, Timings
from simulation.crowd import Crowd, Part, crowd_of, workspace_of
from simulation.options import Options, Setting
from storage.database import schema
from storage.database.engine import Database

KEPT = 6
"""How many messages of a conversation the playground keeps; members read the newest only."""
Settle = Callable[[], Awaitable[None]]
"""Waits until the bot has nothing left to do."""
FINISH_WITHIN = 30.0
QUIET_ROUNDS = 3
"""How many times in a row nothing may be under way: acknowledged requests start working a moment later."""
_SHARED = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
IN_MEMORY = _SHARED if _SHARED.is_dir() else None
"""The folder of temporary databases: in memory where the machine has such a folder."""


@dataclass(frozen=True)
class World:
    """The running parts."""

    playground: Playground
    database: Database
    crowd: Crowd
    context: SchedulerContext
    settle: Settle

    @property
    def clock(self) -> Clock:
        """Return the clock that all parts share."""
        return self.playground.clock


def settler(playground: Playground, flight: InFlight) -> Settle:
    """Return a function that waits until every event is delivered and every listener has ended."""

    async def settle() -> None:
        still = 0
        while still < QUIET_ROUNDS:
            await playground.quiet()
            await asyncio.sleep(0)
            if len(flight):
                await flight.finish(within=FINISH_WITHIN)
                still = 0
            else:
                still += 1

    return settle


def _manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest without message events: no member types to the bot here."""
    settings = dict(manifest.get("settings", {}))
    events = settings.get("event_subscriptions", {}).get("bot_events", [])
    kept = [event for event in events if not event.startswith("message.")]
    settings["event_subscriptions"] = {"bot_events": kept}
    return {**manifest, "settings": settings}


@asynccontextmanager
async def world(options: Options, setting: Setting, part: Part) -> AsyncIterator[World]:
    """Run a made-up workspace with the real bot while the block runs."""
    crowd = crowd_of(options, part)
    playground = Playground(
        sample=workspace_of(crowd, options),
        clock=Clock(frozen=options.begin.timestamp()),
        manifest=_manifest(setting.manifest),
        limits=RateLimits(on=False),
        record=False,
        keep=KEPT,
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(playing(playground))
        database = await stack.enter_async_context(_database(setting.database_url))
        coaching = await stack.enter_async_context(_coach(options, setting, playground, database))
        bot = await stack.enter_async_context(listening(coaching, _access(playground)))
        token = playground.credentials.app_token
        await stack.enter_async_context(serving_socket(bot.app, app_token=token))
        await playground.sockets.until_connected()
        yield World(
            playground,
            database,
            crowd,
            _context(options, playground, coaching),
            settler(playground, bot.flight),
        )


@asynccontextmanager
async def _database(url: str | None) -> AsyncIterator[Database]:
    """Open the database that was given, or a temporary one."""
    with TemporaryDirectory(prefix="rungs-simulation-", dir=IN_MEMORY) as folder:
        address = url or f"sqlite:///{folder}/rungs.db"
        await schema.upgrade(address)
        async with ready_database(address) as database:
            yield database


@asynccontextmanager
async def _coach(
    options: Options, setting: Setting, playground: Playground, database: Database
) -> AsyncIterator[Coaching]:
    def now() -> datetime:
        return datetime.fromtimestamp(playground.clock.now(), UTC)

    library, messages = load_content(setting.content)
    async with coach(
        _access(playground),
        database=database,
        library=library,
        messages=messages,
        now=now,
        min_group=options.min_group,
    ) as coaching:
        yield coaching


def _access(playground: Playground) -> Access:
    credentials = playground.credentials
    return Access(credentials.bot_token, credentials.signing_secret, playground.api_url)


def _context(options: Options, playground: Playground, coaching: Coaching) -> SchedulerContext:
    clock = playground.clock

    async def pause(seconds: float) -> None:
        # No real waiting: the clock is moved on instead.
        clock.advance(seconds)
        await asyncio.sleep(0)

    return replace(
        work_of(coaching),
        timings=Timings(posts_per_minute=options.posts_per_minute),
        steady=clock.now,
        pause=pause,
    )
