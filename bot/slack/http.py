"""The HTTP routes: Slack's requests, and the status for hosts and operators.

The request guard refuses requests that Slack did not sign, before anything in them is parsed. It judges the
headers before the body is read, then the signature over the raw body. Bolt alone parses first: it answers 500
to a malformed header or body, reads bodies of any size, and accepts the same request again for five minutes.
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from hmac import compare_digest
from logging import getLogger

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.figures import CONTENT_TYPE
from bot.logs import Throttle
from bot.monitor import Monitor

log = getLogger(__name__)


def web_app(
    app: AsyncApp,
    monitor: Monitor,
    *,
    secrets: Iterable[str],
    metrics_token: str = "",
    pages: Sequence[Route] = (),
) -> Starlette:
    """Return the routes that `rungs web` serves, to requests signed with any of these secrets.

    `pages` are for browsers, and check themselves who asks.
    """
    handle = AsyncSlackRequestHandler(app).handle
    return Starlette(
        routes=[
            Route(EVENTS_PATH, handle, methods=["POST"]),
            *_status_routes(monitor, metrics_token),
            *pages,
        ],
        middleware=[
            Middleware(RequestGuard, secrets=tuple(secrets), acknowledged=monitor.acknowledged),
        ],
    )


def status_app(
    monitor: Monitor, *, metrics_token: str = "", pages: Sequence[Route] = ()
) -> Starlette:
    """Return the routes that are served beside a Socket Mode connection."""
    return Starlette(routes=[*_status_routes(monitor, metrics_token), *pages])


def _status_routes(monitor: Monitor, metrics_token: str) -> list[Route]:
    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        problem = await monitor.problem()
        if problem is None:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "problem": problem}, status_code=503)

    async def metrics(request: Request) -> Response:
        if metrics_token and not _is_bearer(request, metrics_token):
            return PlainTextResponse(
                "Send the value of RUNGS_METRICS_TOKEN as a bearer token.\n",
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        return Response(await monitor.figures(), media_type=CONTENT_TYPE)

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]


def _is_bearer(request: Request, token: str) -> bool:
    """Return whether the request carries this token, compared in constant time."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    is_same = compare_digest(given.strip().encode(), token.encode())
    return is_same and scheme.lower() == "bearer"


EVENTS_PATH = "/slack/events"
MOST_BYTES = 1_000_000
CLOCK_TOLERANCE = 300
"""Seconds that the timestamp of a request may differ from this computer's clock, as Slack advises."""

TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
SINGLE_HEADERS = {
    TIMESTAMP: (re.compile(r"\d{10}", re.ASCII), 401),
    SIGNATURE: (re.compile(r"v0=[0-9a-f]{64}"), 401),
    "content-type": (
        re.compile(r"application/(json|x-www-form-urlencoded)\s*(;.*)?", re.IGNORECASE),
        415,
    ),
}
"""The headers that come exactly once, the form of their values, and the status of the answer without.

Of two headers with one name, Bolt reads the last and Starlette the first.
"""

REMEMBERED_SECONDS = 600
MOST_REMEMBERED = 100_000


class Refusal(Exception):
    """A request that is not passed on: the status of the answer, the reason, and what was found."""

    def __init__(self, status: int, reason: str, found: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.found = found


class Seen:
    """The signatures of requests that were passed on, kept for at least ten minutes.

    There are two sets, of which the older one is dropped as a whole; only the first 64 bits are kept.
    """

    def __init__(self) -> None:
        self._lately: set[int] = set()
        self._before: set[int] = set()
        self._turn = time.monotonic() + REMEMBERED_SECONDS

    def add(self, signature: str) -> bool:
        """Add a verified signature; return False when it was there already."""
        if time.monotonic() >= self._turn or len(self._lately) >= MOST_REMEMBERED:
            self._before, self._lately = self._lately, set()
            self._turn = time.monotonic() + REMEMBERED_SECONDS
        mark = int(signature[3:19], 16)
        if mark in self._lately or mark in self._before:
            return False
        self._lately.add(mark)
        return True


class RequestGuard:
    """ASGI middleware in front of /slack/events; a request signed with any of the secrets passes.

    `acknowledged` is called with the seconds from a request that was passed on to the end of its answer 200.
    """

    def __init__(
        self, app: ASGIApp, *, secrets: Iterable[str], acknowledged: Callable[[float], None]
    ) -> None:
        self._app = app
        self._acknowledged = acknowledged
        self._verifiers = [SignatureVerifier(secret) for secret in secrets]
        self._seen = Seen()
        self._refusals = Throttle("request_refused", log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != EVENTS_PATH:
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        try:
            body = await self._verified_body(Request(scope, receive))
        except ClientDisconnect:
            return
        except Refusal as refusal:
            self._refusals.report(refusal.reason, found=refusal.found)
            await PlainTextResponse(refusal.reason, refusal.status)(scope, receive, send)
            return
        await self._pass_on(scope, body, send, started=started)

    async def _verified_body(self, request: Request) -> bytes:
        """Return the body of a request that Slack signed and that did not come before; else Refusal."""
        timestamp, signature = _judge_headers(request.headers)
        body = await _read(request)
        if not self._is_signed(body, timestamp, signature):
            raise Refusal(401, "wrong signature")
        if not self._seen.add(signature):
            raise Refusal(401, "sent before")
        return body

    def _is_signed(self, body: bytes, timestamp: str, signature: str) -> bool:
        try:
            return any(one.is_valid(body, timestamp, signature) for one in self._verifiers)
        except UnicodeDecodeError as error:
            raise Refusal(400, "malformed", "a body that is not UTF-8") from error

    async def _pass_on(self, scope: Scope, body: bytes, send: Send, *, started: float) -> None:
        status: int | None = None
        is_read = False

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)
            if (
                status == 200
                and message["type"] == "http.response.body"
                and not message.get("more_body")
            ):
                self._acknowledged(time.perf_counter() - started)

        async def replay() -> Message:
            nonlocal is_read
            if is_read:
                return {"type": "http.disconnect"}
            is_read = True
            return {"type": "http.request", "body": body, "more_body": False}

        try:
            await self._app(scope, replay, answer)
        except Exception:
            # Slack sends nothing that Bolt cannot read.
            log.exception("unreadable_request")
            if status is None:
                await PlainTextResponse("unreadable", 400)(scope, replay, send)


def _judge_headers(headers: Headers) -> tuple[str, str]:
    """Return the timestamp and the signature; Refusal when Slack would not send these headers."""
    for name, (form, status) in SINGLE_HEADERS.items():
        values = headers.getlist(name)
        if len(values) != 1:
            raise Refusal(status, "malformed", f"{len(values)} headers {name}")
        if not form.fullmatch(values[0]):
            raise Refusal(status, "malformed", f"a value of {name} that Slack does not send")
    length = int(headers.get("content-length", 0))
    if length > MOST_BYTES:
        raise Refusal(413, "too large", f"{length} bytes")
    age = round(time.time()) - int(headers[TIMESTAMP])
    if abs(age) > CLOCK_TOLERANCE:
        raise Refusal(401, "clock differs", f"by {abs(age)} seconds, {_direction(age)}")
    return headers[TIMESTAMP], headers[SIGNATURE]


def _direction(age: int) -> str:
    return "this computer is ahead" if age > 0 else "this computer is behind"


async def _read(request: Request) -> bytes:
    """Return the body; Refusal when there is none, or more than Slack sends."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise Refusal(413, "too large", f"more than {MOST_BYTES} bytes")
        parts.append(part)
    if not size:
        raise Refusal(400, "malformed", "an empty body")
    return b"".join(parts)
