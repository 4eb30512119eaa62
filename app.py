"""From settings to something that answers Slack: who we are, and the parts put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from logging import getLogger

from slack_bolt.async_app import AsyncApp

from bot.deps import Deps
from bot.feature import Registry
from bot.features import FEATURES
from bot.metrics import Monitor
from bot.slack.api import RetryPolicy, SlackApi
from bot.slack.client import connect
from bot.slack.http import status_app, web_app
from bot.slack.installation import Access, CannotStart, who_we_are
from bot.slack.middleware import InFlight
from bot.slack.router import build_app
from bot.slack.server import PortTaken, Stopping, serving_http, stop_signal
from bot.slack.socket import USUAL, Watch, serving_socket
from content.library import Library
from content.loader import load_library
from content.message_catalog import MessageCatalog
from content.problems import ContentProblems
from settings import Settings
from storage import members
from storage.database import schema
from storage.database.engine import Database

FINISH_WITHIN = 6
"""Seconds that work in flight gets at a stop; ten is what hosts allow in all."""

REGISTRY = Registry(FEATURES)
"""All capabilities, and what follows from their declarations."""


@dataclass(frozen=True)
class Running:
    """A bot that is ready to listen."""

    app: AsyncApp
    deps: Deps
    flight: InFlight


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def ready_database(url: str) -> AsyncIterator[Database]:
    """The database at this address, with this version's tables in it."""
    try:
        database = await Database.open(url)
    except (ValueError, OSError) as problem:
        raise CannotStart(str(problem)) from problem
    try:
        wrong = await schema.problem(database)
        if wrong:
            raise CannotStart(wrong)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def coach(
    access: Access,
    *,
    database: Database,
    library: Library,
    messages: MessageCatalog,
    now: Callable[[], datetime] = utc_now,
    patience: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
    min_group: int = 5,
) -> AsyncIterator[Deps]:
    """What it takes to speak in this workspace, to listeners and jobs alike."""
    clients = connect(
        access.bot_token, base_url=access.api_url, timeout=patience.answer, pause=patience.pause
    )
    try:
        identity = await who_we_are(clients)
        async with database.write() as session:
            await members.connect_workspace(
                session, identity.workspace_id, identity.workspace_name, now=now()
            )
        yield Deps(
            database=database,
            library=library,
            messages=messages,
            slack=SlackApi(clients, patience=patience),
            identity=identity,
            now=now,
            features=REGISTRY,
            min_group=min_group,
        )
    finally:
        await clients.close()


@asynccontextmanager
async def listening(deps: Deps, access: Access) -> AsyncIterator[Running]:
    """A bot for this workspace; at the end it finishes what is in flight."""
    flight = InFlight()
    app = build_app(
        deps,
        signing_secret=access.signing_secret,
        token=access.bot_token,
        base_url=access.api_url,
        flight=flight,
    )
    try:
        yield Running(app, deps, flight)
    finally:
        await flight.finish(within=FINISH_WITHIN)


@asynccontextmanager
async def running(
    access: Access,
    *,
    database: Database,
    library: Library,
    messages: MessageCatalog,
    now: Callable[[], datetime] = utc_now,
    patience: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
) -> AsyncIterator[Running]:
    """A coach that listens."""
    async with (
        coach(
            access,
            database=database,
            library=library,
            messages=messages,
            now=now,
            patience=patience,
        ) as deps,
        listening(deps, access) as bot,
    ):
        yield bot


log = getLogger("rungs")


@asynccontextmanager
async def over_http(bot: Running, *, port: int) -> AsyncIterator[str]:
    """Serve everything on one port; yields where that is."""
    monitor = Monitor(bot.deps)
    async with monitor.watching(), serving_http(web_app(bot.app, monitor), port=port):
        yield f"port {port}"


@asynccontextmanager
async def over_socket(
    bot: Running, *, app_token: str, port: int, watch: Watch = USUAL
) -> AsyncIterator[str]:
    """Hold a socket to Slack; what hosts and operators ask is answered on the port, if it is free."""
    monitor = Monitor(bot.deps)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(monitor.watching())
        socket = await stack.enter_async_context(
            serving_socket(
                bot.app, app_token=app_token, acknowledged=monitor.acknowledged, watch=watch
            )
        )
        monitor.listen_to(lambda: socket.problem)
        try:
            await stack.enter_async_context(serving_http(status_app(monitor), port=port))
        except PortTaken:
            # Slack needs no port here, so this is no reason to stop.
            log.warning("port_taken", extra={"port": port})
        yield "socket"


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
    from scheduler.clock import running_clock as ticking
    from scheduler.context import SchedulerContext as Work
    from scheduler.recovery import reconcile

    work = Work(
        deps.database,
        deps.now,
        coaches={deps.identity.workspace_id: deps},
        kinds=deps.features.kinds,
    )
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
