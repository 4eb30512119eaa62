"""The processes of `rungs start`, `web` and `clock`: made from the settings, reached by HTTP or a socket."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from logging import getLogger

from starlette.routing import Route

from app import (
    REGISTRY,
    Coaching,
    Running,
    coach,
    jobs_in,
    listening,
    ready_database,
    work_of,
)
from bot.coaches import Serving
from bot.deps import PublicSite
from bot.features.installs.service import ManyAccess
from bot.features.installs.tokens import AppCredentials
from bot.monitor import Monitor
from bot.operators import moment_utc, record_operator
from bot.slack.client import DIRECT, Proxies
from bot.slack.http import status_app, web_app
from bot.slack.installation import Access
from bot.slack.server import EVERYWHERE, LOOPBACK, PortTaken, Stopping, serving_http, stop_signal
from bot.slack.socket import USUAL, Socket, Watch
from content.loader import load_content
from settings import Settings
from storage.installs.token_keys import TokenKeys

log = getLogger("rungs")


def routes_of(coaching: Coaching) -> list[Route]:
    """Return what capabilities offer over HTTP, and the pages for installing where there are any."""
    serving = Serving(coaching.service, coaching.coaches)
    offered = [
        Route(one.path, partial(one.handler, serving), methods=list(one.methods))
        for one in coaching.service.features.routes
    ]
    return [*offered, *(coaching.pages.routes() if coaching.pages else ())]


@asynccontextmanager
async def over_http(
    bot: Running,
    *,
    secrets: Iterable[str],
    port: int,
    host: str = EVERYWHERE,
    metrics_token: str = "",
    is_public: bool = True,
) -> AsyncIterator[str]:
    """Serve Slack's requests and the status routes on one port; yield the port in words, for the log.

    With `is_public`, what capabilities offer over HTTP is served there too.
    """
    monitor = Monitor(bot.coaching.service)
    pages = routes_of(bot.coaching) if is_public else ()
    application = web_app(
        bot.app, monitor, secrets=secrets, metrics_token=metrics_token, pages=pages
    )
    async with monitor.watching(), serving_http(application, port=port, host=host):
        yield f"port {port}"


@asynccontextmanager
async def over_socket(
    bot: Running,
    *,
    app_token: str,
    port: int,
    host: str = LOOPBACK,
    metrics_token: str = "",
    proxies: Proxies = DIRECT,
    watch: Watch = USUAL,
    is_public: bool = False,
) -> AsyncIterator[str]:
    """Hold a socket to Slack, and serve the status routes on the port if it is free.

    With `is_public`, what capabilities offer over HTTP is served there too.
    """
    monitor = Monitor(bot.coaching.service)
    pages = routes_of(bot.coaching) if is_public else ()
    application = status_app(monitor, metrics_token=metrics_token, pages=pages)
    socket = Socket(
        bot.app,
        app_token=app_token,
        proxies=proxies,
        acknowledged=monitor.acknowledged,
        watch=watch,
    )
    monitor.listen_to(lambda: socket.problem)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(monitor.watching())
        try:
            await stack.enter_async_context(serving_http(application, port=port, host=host))
        except PortTaken as problem:
            # Slack does not use the port here, so the bot works without it.
            log.warning("port_taken", extra={"port": port, "problem": str(problem)})
        await stack.enter_async_context(socket.held())
        yield "socket"


async def start(settings: Settings, *, since: datetime | None) -> None:
    """Run Slack and the clock in one process; `since` is the time of the backup that was restored."""
    stop, by_socket = stop_signal(), bool(settings.app_token)
    async with (
        _listening(settings) as bot,
        _ticking(bot.coaching, since=since),
        _reached(bot, settings, by_socket=by_socket) as where,
    ):
        await _until(stop, where)


async def web(settings: Settings) -> None:
    """Serve Slack's requests over HTTP, without the clock."""
    stop = stop_signal()
    async with (
        _listening(settings) as bot,
        _reached(bot, settings, by_socket=False) as where,
    ):
        await _until(stop, where)


async def clock(settings: Settings, *, since: datetime | None) -> None:
    """Run the scheduler alone."""
    stop = stop_signal()
    async with _coach(settings) as coaching, _ticking(coaching, since=since):
        await _until(stop, "clock")


def access(settings: Settings) -> Access:
    """Return the tokens and the address of Slack from these settings."""
    proxies = _proxies(settings)
    return Access(settings.bot_token, settings.signing_secret, settings.slack_api_url, proxies)


def _proxies(settings: Settings) -> Proxies:
    return Proxies(settings.https_proxy, settings.http_proxy, settings.no_proxy)


def many_access(settings: Settings) -> ManyAccess:
    """Return what a service for many workspaces has from these settings."""
    app = AppCredentials(settings.client_id, settings.client_secret)
    keep = timedelta(days=settings.keep_days)
    return ManyAccess(app, TokenKeys(settings.token_keys), settings.public_url, keep)


def site_of(settings: Settings) -> PublicSite:
    """Return where the internet reaches Rungs, and the keys for what is stored secretly."""
    keys = TokenKeys(settings.token_keys) if settings.token_keys else None
    return PublicSite(settings.public_url, keys, settings.inner_hosts, _proxies(settings))


@asynccontextmanager
async def _coach(settings: Settings) -> AsyncIterator[Coaching]:
    library, messages = load_content(settings.content, REGISTRY.command_words)
    async with (
        ready_database(settings.database_url, makes_tables=True) as database,
        coach(
            access(settings),
            database=database,
            library=library,
            messages=messages,
            min_group=settings.min_group,
            folder=settings.content,
            site=site_of(settings),
            many=many_access(settings) if settings.is_many else None,
        ) as coaching,
    ):
        yield coaching


@asynccontextmanager
async def _listening(settings: Settings) -> AsyncIterator[Running]:
    async with _coach(settings) as coaching, listening(coaching, access(settings)) as bot:
        yield bot


@asynccontextmanager
async def _ticking(coaching: Coaching, *, since: datetime | None = None) -> AsyncIterator[None]:
    """Run the scheduler while the block runs; imported here because `rungs web` does without it."""
    from scheduler.clock import running_clock
    from scheduler.recovery import reconcile

    service, context = coaching.service, work_of(coaching)
    if since:
        held = await reconcile(context, since=since)
        async with service.database.write() as session:
            await record_operator(session, "restore", about=moment_utc(since), now=service.now())
        log.info("reconciling", extra={"messages": held})
    async with running_clock(context, jobs=jobs_in(coaching)):
        yield


def _reached(
    bot: Running, settings: Settings, *, by_socket: bool
) -> AbstractAsyncContextManager[str]:
    port, token, is_public = settings.port, settings.metrics_token, bool(settings.public_url)
    if by_socket:
        return over_socket(
            bot,
            app_token=settings.app_token,
            port=port,
            host=settings.host or (EVERYWHERE if is_public else LOOPBACK),
            metrics_token=token,
            proxies=access(settings).proxies,
            is_public=is_public,
        )
    secrets = access(settings).signing_secrets
    return over_http(
        bot,
        secrets=secrets,
        port=port,
        host=settings.host,
        metrics_token=token,
        is_public=is_public,
    )


async def _until(stop: Stopping, where: str) -> None:
    log.info("started", extra={"where": where})
    await stop.asked()
    log.info("stopping")
