"""Raw HTTP requests to the bot, signed or not."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.monitor import Monitor
from bot.slack.connections import ConnectionLimits
from bot.slack.http import web_app
from bot.slack.server import serving_http
from playground.delivery.http import FORM
from playground.delivery.signature import signature
from tests.stage import Stage

Headers = Sequence[tuple[bytes, bytes]]
JSON = "application/json"


@asynccontextmanager
async def serving(
    stage: Stage, *, secrets: Sequence[str] = (), limits: ConnectionLimits | None = None
) -> AsyncIterator[str]:
    """Serve the bot of the stage at one more address, with a request guard of its own."""
    secrets = secrets or (stage.playground.credentials.signing_secret,)
    application = web_app(stage.bot.app, Monitor(stage.bot.deps), secrets=secrets)
    async with serving_http(application, port=0, host="127.0.0.1", limits=limits) as port:
        yield f"http://127.0.0.1:{port}"


async def knock(stage: Stage, headers: Headers, body: bytes, *, address: str = "") -> int:
    """Send this and return the status; 0 when the server closed the connection without one."""
    raw = head_of(headers, len(body)) + body
    return await exchange(address or str(stage.address), raw)


def head_of(headers: Headers, length: int) -> bytes:
    """Return the beginning of a request, up to the body."""
    lines = [b"POST /slack/events HTTP/1.1", b"Host: localhost", b"Connection: close"]
    if not any(name == b"Content-Length" for name, _ in headers):
        lines.append(b"Content-Length: %d" % length)
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def exchange(address: str, raw: bytes, *, is_all: bool = False) -> int:
    """Send these bytes and return the status that comes back; 0 when the connection was just closed.

    With `is_all`, tell the server that nothing else comes.
    """
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(raw)
    if is_all:
        writer.write_eof()
    try:
        answer = await asyncio.wait_for(reader.readline(), 10)
    finally:
        writer.close()
    return int(answer.split()[1]) if answer else 0


def signed(
    stage: Stage,
    body: bytes,
    *,
    content_type: str = FORM,
    at: float | None = None,
    secret: str | None = None,
) -> list[tuple[bytes, bytes]]:
    """Return the headers with Slack's signature for this body."""
    timestamp = str(int(time.time() if at is None else at))
    key = secret or stage.playground.credentials.signing_secret
    return [
        (b"Content-Type", content_type.encode()),
        (b"X-Slack-Request-Timestamp", timestamp.encode()),
        (b"X-Slack-Signature", signature(key, timestamp=timestamp, body=body).encode()),
    ]


def command(stage: Stage, **changed: Any) -> bytes:
    """Return a slash command that would start a self-check."""
    fields = {
        "team_id": stage.playground.workspace.id,
        "user_id": "U0ADAOKAFOR",
        "channel_id": "C0PRODUCT00",
        "command": "/rungs",
        "text": "assess engineering",
        "trigger_id": "1.2.3",
    } | changed
    return urlencode({k: v for k, v in fields.items() if v is not None}).encode()


def click(stage: Stage, **changed: Any) -> bytes:
    """Return a click that would start a self-check; `None` leaves a part out."""
    payload = {
        "type": "block_actions",
        "team": {"id": stage.playground.workspace.id},
        "user": {"id": "U0ADAOKAFOR"},
        "trigger_id": "1.2.3",
        "container": {"type": "view", "view_id": "V1"},
        "view": {"id": "V1", "type": "home", "callback_id": "home_view"},
        "actions": [{"action_id": "assessment_started", "block_id": "b", "type": "button"}],
    } | changed
    kept = {key: value for key, value in payload.items() if value is not None}
    return urlencode({"payload": json.dumps(kept)}).encode()
