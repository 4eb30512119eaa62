"""The request guard: refuses requests that Slack would not send, before they reach Bolt.

Bolt alone answers 500 to a malformed header or body, reads bodies of any size, and accepts the same request
again for five minutes.
"""

import re
import time
from logging import getLogger

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = getLogger(__name__)

MOST_BYTES = 1_000_000
TIMESTAMP = re.compile(r"\d{10}", re.ASCII)
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
REMEMBERED_SECONDS = 600
MOST_REMEMBERED = 100_000
CONTENT_TYPES = frozenset({"application/json", "application/x-www-form-urlencoded"})


class Seen:
    """The signatures of accepted requests, kept for at least ten minutes.

    There are two sets, of which the older one is dropped as a whole; only the first 64 bits are kept.
    """

    def __init__(self) -> None:
        self._lately: set[int] = set()
        self._before: set[int] = set()
        self._turn = time.monotonic() + REMEMBERED_SECONDS

    def add(self, signature: str) -> bool:
        """Add a signature; return False when it was there already."""
        if time.monotonic() >= self._turn or len(self._lately) >= MOST_REMEMBERED:
            self._before, self._lately = self._lately, set()
            self._turn = time.monotonic() + REMEMBERED_SECONDS
        mark = _mark(signature)
        if mark in self._lately or mark in self._before:
            return False
        self._lately.add(mark)
        return True

    def forget(self, signature: str) -> None:
        """Drop the signature of a request that was refused, so that the genuine one can still come."""
        self._lately.discard(_mark(signature))


def _mark(signature: str) -> int:
    return int(signature[3:19], 16)


class RequestGuard:
    """ASGI middleware in front of /slack/events."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._seen = Seen()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/slack/"):
            await self._app(scope, receive, send)
            return
        try:
            refusal, body = await self._look(Request(scope, receive))
        except ClientDisconnect:
            return
        if refusal is not None:
            log.warning("refused_at_the_door", extra={"reason": bytes(refusal.body).decode()})
            await refusal(scope, receive, send)
            return
        await self._pass_on(scope, body, send)

    async def _look(self, request: Request) -> tuple[Response | None, bytes]:
        """Return a refusal, if there is a reason for one, and the body."""
        body = await _read(request)
        if body is None:
            return PlainTextResponse("body too large", 413), b""
        if not TIMESTAMP.fullmatch(request.headers.get("x-slack-request-timestamp", "")):
            return PlainTextResponse("bad timestamp", 401), b""
        signature = request.headers.get("x-slack-signature", "")
        if not SIGNATURE.fullmatch(signature):
            return PlainTextResponse("bad signature", 401), b""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in CONTENT_TYPES or not body:
            return PlainTextResponse("neither JSON nor a form", 415), b""
        try:
            body.decode()
        except UnicodeDecodeError:
            return PlainTextResponse("body is not UTF-8", 401), b""
        if not self._seen.add(signature):
            return PlainTextResponse("sent before", 401), b""
        return None, body

    async def _pass_on(self, scope: Scope, body: bytes, send: Send) -> None:
        signature = Request(scope).headers["x-slack-signature"]
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if message["status"] >= 400:
                    self._seen.forget(signature)
            await send(message)

        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        try:
            await self._app(scope, replay, answer)
        except Exception:
            # Slack sends nothing that Bolt cannot read.
            log.exception("unreadable_request")
            self._seen.forget(signature)
            if not started:
                await PlainTextResponse("unreadable", 400)(scope, replay, send)


async def _read(request: Request) -> bytes | None:
    """Return the body; None when it is larger than anything Slack sends."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)
