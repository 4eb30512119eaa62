"""The parts of a simulation, put together: playground, bot, database and jobs on one frozen clock."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.deps import Deps
from bot.outgoing_kinds import KINDS
from bot.socket_mode import serving_socket
from bot.starting import Access, coach, listening, ready_database
from content.loader import load_library
from content.message_catalog import MessageCatalog
from playground.clock import Clock
from playground.limits import RateLimits
from playground.server import Playground
from playground.server import running as playing
from scheduler.jobs import Timings, Work
from simulation.crowd import Crowd, Part, crowd_of, workspace_of
from simulation.options import Options, Setting
from simulation.settling import Settle, settling
from storage import schema
from storage.database import Database

KEPT = 6
"""Messages per conversation that the playground keeps: nobody scrolls back."""
_SHARED = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
IN_MEMORY = _SHARED if _SHARED.is_dir() else None
"""Where there is one, a temporary database costs no waiting for the disk."""


@dataclass(frozen=True)
class World:
    """Everything that is running."""

    playground: Playground
    database: Database
    crowd: Crowd
    work: Work
    settle: Settle

    @property
    def clock(self) -> Clock:
        """Return the one clock of everybody."""
        return self.playground.clock


def _manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest without what nobody does here: nobody types to the bot."""
    settings = dict(manifest.get("settings", {}))
    events = settings.get("event_subscriptions", {}).get("bot_events", [])
    heard = [event for event in events if not event.startswith("message.")]
    settings["event_subscriptions"] = {"bot_events": heard}
    return {**manifest, "settings": settings}


@asynccontextmanager
async def world(options: Options, setting: Setting, part: Part) -> AsyncIterator[World]:
    """Run a made-up workspace with the real bot in it."""
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
        deps = await stack.enter_async_context(_coach(options, setting, playground, database))
        bot = await stack.enter_async_context(listening(deps, _access(playground)))
        token = playground.credentials.app_token
        await stack.enter_async_context(serving_socket(bot.app, app_token=token))
        await playground.sockets.until_connected()
        yield World(
            playground,
            database,
            crowd,
            _work(options, playground, deps),
            settling(playground, bot.flight),
        )


@asynccontextmanager
async def _database(url: str | None) -> AsyncIterator[Database]:
    """The database that was given, or a temporary one."""
    with TemporaryDirectory(prefix="rungs-simulation-", dir=IN_MEMORY) as folder:
        address = url or f"sqlite:///{folder}/rungs.db"
        await schema.upgrade(address)
        async with ready_database(address) as database:
            yield database


@asynccontextmanager
async def _coach(
    options: Options, setting: Setting, playground: Playground, database: Database
) -> AsyncIterator[Deps]:
    def now() -> datetime:
        return datetime.fromtimestamp(playground.clock.now(), UTC)

    async with coach(
        _access(playground),
        database=database,
        library=load_library(setting.content),
        messages=MessageCatalog(setting.content),
        now=now,
        min_group=options.min_group,
    ) as deps:
        yield deps


def _access(playground: Playground) -> Access:
    credentials = playground.credentials
    return Access(credentials.bot_token, credentials.signing_secret, playground.api_url)


def _work(options: Options, playground: Playground, deps: Deps) -> Work:
    clock = playground.clock

    async def pause(seconds: float) -> None:
        # Nobody waits here for real: the clock is moved on instead.
        clock.advance(seconds)
        await asyncio.sleep(0)

    return Work(
        deps.database,
        deps.now,
        {deps.identity.workspace_id: deps},
        KINDS,
        timings=Timings(posts_per_minute=options.posts_per_minute),
        steady=clock.now,
        pause=pause,
    )
