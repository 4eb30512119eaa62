"""The Socket Mode connection: held, watched, and replaced when Slack does not answer.

The SDK opens a lost connection again by itself, with two gaps: it may use an address again that works only
once, and it takes some time to notice a connection that is half open.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from logging import getLogger

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.client import NO_ANSWER
from bot.slack.errors import from_slack
from bot.slack.installation import CannotStart

log = getLogger(__name__)

Acknowledged = Callable[[float], None]


@dataclass(frozen=True)
class Watch:
    """Seconds: between pings, without an answer until it counts as deaf, and until it is replaced."""

    ping: float = 4
    deaf: float = 10
    replaced: float = 16
    parting: float = 2

    @property
    def look(self) -> float:
        return self.ping / 4


USUAL = Watch()


class Handler(AsyncSocketModeHandler):
    """Bolt's handler, which also measures the time to the acknowledgement."""

    def __init__(
        self, app: AsyncApp, app_token: str, *, ping: float, acknowledged: Acknowledged
    ) -> None:
        super().__init__(app, app_token, ping_interval=ping)
        self._acknowledged = acknowledged

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        started = time.perf_counter()
        await super().handle(client, req)
        self._acknowledged(time.perf_counter() - started)


class Socket:
    """One connection at a time, and when Slack last answered on it."""

    def __init__(self, make: Callable[[], Handler], *, watch: Watch) -> None:
        self._make = make
        self._watch = watch
        self._handler = make()
        self._pong: float | None = None
        self._heard = self._tried = time.monotonic()
        self._partings: set[asyncio.Task[None]] = set()

    @property
    def problem(self) -> str | None:
        """Why Slack does not answer; None when it does."""
        silent = time.monotonic() - self._heard
        session = self._handler.client.current_session
        if session is not None and not session.closed and silent < self._watch.deaf:
            return None
        return (
            f"The socket to Slack is deaf, its last answer came {silent:.0f} seconds ago. It is being "
            "opened again. If this stays, check the network and run `rungs doctor`."
        )

    async def open(self) -> None:
        """Connect for the first time; CannotStart when Slack refuses the token or does not answer."""
        client = self._handler.client
        try:
            client.wss_uri = await client.issue_new_wss_url()
        except SlackApiError as error:
            reason = from_slack("apps.connections.open", error).reason
            raise CannotStart(
                f"Slack refused the app-level token ({reason}). Run `rungs doctor`."
            ) from error
        except NO_ANSWER as error:
            where = client.web_client.base_url
            raise CannotStart(f"Slack does not answer at {where}. Check the network.") from error
        await self._connect()

    async def keep(self) -> None:
        """Watch the connection, and replace it when needed, until cancelled."""
        was_deaf = False
        while True:
            await asyncio.sleep(self._watch.look)
            self._listen()
            is_deaf = self.problem is not None
            if is_deaf != was_deaf:
                log.warning("socket_deaf") if is_deaf else log.info("socket_back")
            was_deaf = is_deaf
            if time.monotonic() - max(self._heard, self._tried) >= self._watch.replaced:
                await self._replace()

    async def close(self) -> None:
        """Close the connection; one that does not close in time is abandoned."""
        self._part(self._handler)
        await asyncio.wait(self._partings, timeout=self._watch.parting)

    def _listen(self) -> None:
        """Record whether Slack answered a ping since the last check."""
        pong = self._handler.client.last_ping_pong_time
        if pong is not None and pong != self._pong:
            self._heard = time.monotonic()
        self._pong = pong

    async def _replace(self) -> None:
        """Open a new connection with a new address, and close the old one."""
        self._part(self._handler)
        self._handler = self._make()
        self._pong = None
        with suppress(TimeoutError):
            async with asyncio.timeout(self._watch.replaced):
                await self._connect()
        self._tried = time.monotonic()

    async def _connect(self) -> None:
        await self._handler.connect_async()  # type: ignore[no-untyped-call]
        self._heard = time.monotonic()

    def _part(self, handler: Handler) -> None:
        parting = asyncio.create_task(_close(handler))
        self._partings.add(parting)
        parting.add_done_callback(self._partings.discard)


async def _close(handler: Handler) -> None:
    with suppress(*NO_ANSWER, OSError):
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def serving_socket(
    app: AsyncApp,
    *,
    app_token: str,
    acknowledged: Acknowledged = lambda _: None,
    watch: Watch = USUAL,
) -> AsyncIterator[Socket]:
    """Hold a Socket Mode connection while the block runs."""

    def make() -> Handler:
        return Handler(app, app_token, ping=watch.ping, acknowledged=acknowledged)

    socket = Socket(make, watch=watch)
    keeping: asyncio.Task[None] | None = None
    try:
        await socket.open()
        keeping = asyncio.create_task(socket.keep())
        yield socket
    finally:
        if keeping is not None:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
        await socket.close()
