"""What stays at work until it is told to stop: the bot over HTTP or a socket, the clock, and both at once."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from logging import getLogger

from bot.deps import Deps
from bot.reaching import over_http, over_socket
from bot.serving import Stopping, stop_signal
from bot.starting import Access, Running, coach, listening, ready_database
from content.loader import load_library
from content.message_catalog import MessageCatalog
from content.model import Library
from content.problems import ContentProblems
from settings import Settings

log = getLogger("rungs")


async def start(settings: Settings, *, since: datetime | None) -> None:
    """Slack and the clock in one process; `since` is when the backup was made that was restored."""
    stop, by_socket = stop_signal(), bool(settings.app_token)
    async with (
        _listening(settings) as bot,
        _ticking(bot.deps, since=since),
        _reached(bot, settings, by_socket=by_socket) as where,
    ):
        await _until(stop, where)


async def web(settings: Settings) -> None:
    """Slack's requests over HTTP, without the clock."""
    stop = stop_signal()
    async with (
        _listening(settings) as bot,
        _reached(bot, settings, by_socket=False) as where,
    ):
        await _until(stop, where)


async def clock(settings: Settings, *, since: datetime | None) -> None:
    """The scheduler alone."""
    stop = stop_signal()
    async with _coach(settings) as deps, _ticking(deps, since=since):
        await _until(stop, "clock")


def access(settings: Settings) -> Access:
    """What these settings say about the way to Slack."""
    return Access(settings.bot_token, settings.signing_secret, settings.slack_api_url)


def content_of(settings: Settings) -> tuple[Library, MessageCatalog]:
    """The built-in content and the organization's; raises ContentProblems."""
    library, messages = load_library(settings.content), MessageCatalog(settings.content)
    # Our own messages are held to every rule by the tests; looking again takes a quarter of the start.
    if not messages.is_built_in and (problems := messages.problems()):
        raise ContentProblems(problems)
    return library, messages


@asynccontextmanager
async def _coach(settings: Settings) -> AsyncIterator[Deps]:
    library, messages = content_of(settings)
    async with (
        ready_database(settings.database_url) as database,
        coach(
            access(settings),
            database=database,
            library=library,
            messages=messages,
            min_group=settings.min_group,
        ) as deps,
    ):
        yield deps


@asynccontextmanager
async def _listening(settings: Settings) -> AsyncIterator[Running]:
    async with _coach(settings) as deps, listening(deps, access(settings)) as bot:
        yield bot


@asynccontextmanager
async def _ticking(deps: Deps, *, since: datetime | None = None) -> AsyncIterator[None]:
    """The clock; `rungs web` has none and does not load its library."""
    from bot.outgoing_kinds import KINDS
    from scheduler.clock import ticking
    from scheduler.jobs import Work
    from scheduler.reconcile import reconcile

    work = Work(deps.database, deps.now, coaches={deps.identity.workspace_id: deps}, kinds=KINDS)
    if since:
        held = await reconcile(work, since=since)
        log.info("reconciling", extra={"messages": held})
    async with ticking(work):
        yield


def _reached(
    bot: Running, settings: Settings, *, by_socket: bool
) -> AbstractAsyncContextManager[str]:
    if by_socket:
        return over_socket(bot, app_token=settings.app_token, port=settings.port)
    return over_http(bot, port=settings.port)


async def _until(stop: Stopping, where: str) -> None:
    log.info("started", extra={"where": where})
    await stop.asked()
    log.info("stopping")
