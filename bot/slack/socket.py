"""Socket Mode: a WebSocket to Slack, opened again with a new address whenever it ends.

Slack's SDK has a client for this, which tries a failed handshake again with the same address for ever. An
address works once, so that such a client never connects, and it logs the address, which contains a ticket.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from logging import getLogger
from random import uniform
from typing import Any

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.client import DIRECT, Proxies
from bot.slack.errors import (
    TooMany,
    Undeliverable,
    Unsure,
    from_slack,
    proxy_problem,
    unanswered,
    without_password,
)
from bot.slack.installation import CannotStart
from bot.slack.retries import NO_ANSWER

log = getLogger(__name__)

OK = 200

Acknowledged = Callable[[float], None]


@dataclass(frozen=True)
class Watch:
    """Seconds: between pings, until an opening is given up, until the next one, and until an end is.

    A ping without an answer for half the time between two means that the connection is lost. `again` doubles
    with each failure, up to `again_at_most`.
    """

    ping: float = 8
    opening: float = 10
    again: float = 0.25
    again_at_most: float = 12
    parting: float = 2


USUAL = Watch()


class CannotOpen(Exception):
    """The socket could not be opened; the text says why, and does not contain its address."""

    def __init__(self, problem: str, *, wait: float = 0, is_final: bool = False) -> None:
        super().__init__(problem)
        self.wait = wait
        self.is_final = is_final


class Connection:
    """One open WebSocket: hands each payload to the app and acknowledges it, until it is closed.

    `is_over` is set when it is lost, or when Slack asks to leave it, which comes seconds before its end.
    """

    def __init__(
        self, socket: aiohttp.ClientWebSocketResponse, app: AsyncApp, acknowledged: Acknowledged
    ) -> None:
        self._socket = socket
        self._app = app
        self._acknowledged = acknowledged
        self._answers: set[asyncio.Task[None]] = set()
        self.heard = time.monotonic()
        self.is_over = asyncio.Event()
        self._receiving = asyncio.create_task(self._receive())

    @property
    def is_open(self) -> bool:
        return not self._socket.closed

    async def _receive(self) -> None:
        try:
            async for message in self._socket:
                self.heard = time.monotonic()
                if message.type is aiohttp.WSMsgType.PING:
                    await self._socket.pong(message.data)
                elif message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.data)
        except (OSError, aiohttp.ClientError):
            await self._socket.close()
        finally:
            self.is_over.set()

    def _take(self, text: str) -> None:
        """Start to handle a payload."""
        try:
            body = json.loads(text)
            request = SocketModeRequest.from_dict(body)
        except (ValueError, TypeError):
            log.exception("unreadable_request")
            return
        if body.get("type") == "disconnect":
            self.is_over.set()
        if request is not None:
            answer = asyncio.create_task(self._answer(request))
            self._answers.add(answer)
            answer.add_done_callback(self._answers.discard)

    async def _answer(self, request: SocketModeRequest) -> None:
        started = time.perf_counter()
        try:
            response = await run_async_bolt_app(self._app, request)
        except Exception:
            # Slack sends nothing that Bolt cannot read.
            log.exception("unreadable_request")
            return
        if response.status != OK:
            return
        reply = SocketModeResponse(request.envelope_id, payload=_payload(response))
        # On a connection that is lost meanwhile, Slack sends the payload again on the next one.
        with suppress(OSError, aiohttp.ClientError):
            await self._socket.send_str(json.dumps(reply.to_dict()))
            self._acknowledged(time.perf_counter() - started)

    async def close(self, *, within: float) -> None:
        """Send the acknowledgements that are being made, and close; what takes longer is abandoned."""
        with suppress(OSError, aiohttp.ClientError):
            async with asyncio.timeout(within):
                if self._answers:
                    await asyncio.wait(self._answers)
                await self._socket.close()
        self._receiving.cancel()


def _payload(response: BoltResponse) -> Any:
    """Return what is sent with an acknowledgement; None for nothing."""
    is_json = response.first_headers()["content-type"].startswith("application/json")
    return json.loads(response.body) if response.body and is_json else response.body or None


class Socket:
    """Keeps one connection to Slack open."""

    def __init__(
        self,
        app: AsyncApp,
        *,
        app_token: str,
        proxies: Proxies = DIRECT,
        acknowledged: Acknowledged = lambda _: None,
        watch: Watch = USUAL,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._proxies = proxies
        self._acknowledged = acknowledged
        self._watch = watch
        self._connection: Connection | None = None
        self._why = "It has not been opened yet."
        self._partings: set[asyncio.Task[None]] = set()

    @property
    def problem(self) -> str | None:
        """Why Slack does not reach this process; None when it does."""
        connection = self._connection
        if connection is not None and connection.is_open:
            return None
        told = ""
        if connection is not None:
            silent = time.monotonic() - connection.heard
            told = f" for {silent:.0f} seconds"
        return (
            f"Nothing has come from Slack over the socket{told}. {self._why} Rungs is opening it again. "
            "If this continues, check the network and run `rungs doctor`."
        )

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Keep a connection open while the block runs; CannotStart when Slack refuses the token."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
            try:
                self._connection = await self._open(session)
            except CannotOpen as problem:
                if problem.is_final:
                    raise CannotStart(f"{problem} Run `rungs doctor`.") from problem
                self._note(problem)
            keeping = asyncio.create_task(self._keep(session))
            try:
                yield
            finally:
                keeping.cancel()
                await asyncio.wait([keeping])
                self._part()
                if self._partings:
                    await asyncio.wait(self._partings)

    async def _keep(self, session: aiohttp.ClientSession) -> None:
        """Open the next connection whenever one ends, until cancelled."""
        failures = 1
        while True:
            if self._connection is not None and self._connection.is_open:
                since = time.monotonic()
                await self._connection.is_over.wait()
                # Slack may take a connection and end it at once, again and again.
                is_short = time.monotonic() - since < self._watch.again_at_most
                failures = failures + 1 if is_short else 0
                self._note_end()
            else:
                failures += 1
            wait = min(self._watch.again * 2.0**failures, self._watch.again_at_most)
            await asyncio.sleep(wait * uniform(0.8, 1.2))  # noqa: S311 - no secret
            await self._replace(session)

    async def _replace(self, session: aiohttp.ClientSession) -> None:
        """Open the next connection, and only then leave the one before."""
        try:
            opened = await self._open(session)
        except CannotOpen as problem:
            self._note(problem)
            await asyncio.sleep(problem.wait)
            return
        if self.problem is not None:
            log.info("socket_back")
        self._part()
        self._connection = opened

    async def _open(self, session: aiohttp.ClientSession) -> Connection:
        """Return a connection at a new address; raise CannotOpen when there is none in time."""
        try:
            async with asyncio.timeout(self._watch.opening):
                url = await self._address()
                socket = await session.ws_connect(
                    url, autoping=False, heartbeat=self._watch.ping, proxy=self._proxies.of(url)
                )
        except NO_ANSWER as error:
            # Neither the error nor its cause is logged: both contain the address.
            raise CannotOpen(self._reason(error)) from None
        return Connection(socket, self._app, self._acknowledged)

    async def _address(self) -> str:
        """Return a new address, which works once."""
        client = self._app.client
        try:
            answer = await client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            problem = from_slack("apps.connections.open", error)
            raise CannotOpen(
                f"Slack refused the app-level token ({problem.reason}).",
                wait=problem.seconds if isinstance(problem, TooMany) else 0,
                is_final=_is_final(problem),
            ) from None
        except NO_ANSWER as error:
            raise CannotOpen(unanswered(client.base_url, client.proxy, error)) from None
        return str(answer["url"])

    def _reason(self, error: Exception) -> str:
        """Return why the handshake failed, without the address."""
        proxy, problem = self._proxies.of("wss://slack.com"), proxy_problem(error)
        if proxy and problem:
            return f"The proxy {without_password(proxy)} {problem}. Check HTTPS_PROXY and NO_PROXY."
        if isinstance(error, aiohttp.WSServerHandshakeError):
            return f"Slack refused the connection (HTTP {error.status})."
        if isinstance(error, TimeoutError):
            return f"Slack did not accept the connection within {self._watch.opening:g} seconds."
        return f"The connection to Slack failed ({type(error).__name__})."

    def _note(self, problem: CannotOpen) -> None:
        """Log why there is no connection, once until the reason is another one."""
        if self._why != str(problem):
            self._why = str(problem)
            log.warning("socket_refused", extra={"problem": self._why})

    def _note_end(self) -> None:
        self._why = "Slack closed it, or the network dropped it."
        if self.problem is not None:
            log.warning("socket_deaf")

    def _part(self) -> None:
        """Close the connection in the background, once its acknowledgements are sent."""
        if self._connection is not None:
            parting = asyncio.create_task(self._connection.close(within=self._watch.parting))
            self._partings.add(parting)
            parting.add_done_callback(self._partings.discard)


def _is_final(problem: Undeliverable) -> bool:
    """Return whether the same call would be refused again."""
    return not isinstance(problem, Unsure | TooMany)


@asynccontextmanager
async def serving_socket(app: AsyncApp, *, app_token: str) -> AsyncIterator[Socket]:
    """Hold a Socket Mode connection while the block runs."""
    socket = Socket(app, app_token=app_token)
    async with socket.held():
        yield socket
