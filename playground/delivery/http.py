"""Signed HTTP requests to the app's request URL."""

import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from playground.delivery.parcel import ACK_SECONDS, Ack, Parcel, Retry
from playground.delivery.signature import signature

AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
FORM = "application/x-www-form-urlencoded"


def encoded(parcel: Parcel) -> tuple[bytes, str]:
    """Return the body and its content type, as Slack sends this kind of payload."""
    if parcel.kind == "events_api":
        return json.dumps(parcel.payload).encode(), "application/json"
    if parcel.kind == "slash_commands":
        return urlencode(parcel.payload).encode(), FORM
    return urlencode({"payload": json.dumps(parcel.payload)}).encode(), FORM


class HttpTransport:
    """Posts to one request URL."""

    def __init__(self, url: str, *, secret: str) -> None:
        self.url = url
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    async def send(self, parcel: Parcel, retry: Retry | None = None) -> Ack:
        """Deliver once and wait at most three seconds for the answer."""
        body, content_type = encoded(parcel)
        headers = self._headers(body, content_type) | _retry_headers(retry)
        started = time.monotonic()
        try:
            async with self._open().post(self.url, data=body, headers=headers) as answer:
                raw = await answer.read()
                seconds = time.monotonic() - started
                return _ack(answer, raw, seconds=seconds)
        except TimeoutError:
            return Ack(ok=False, seconds=time.monotonic() - started, reason="http_timeout")
        except aiohttp.TooManyRedirects:
            return Ack(ok=False, seconds=time.monotonic() - started, reason="too_many_redirects")
        except aiohttp.ClientError:
            return Ack(ok=False, seconds=time.monotonic() - started, reason="connection_failed")

    def _headers(self, body: bytes, content_type: str) -> dict[str, str]:
        # The app compares with the world's clock, so this one must not be the playground's.
        timestamp = str(int(time.time()))
        return {
            "Content-Type": content_type,
            "User-Agent": AGENT,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp=timestamp, body=body),
        }

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=ACK_SECONDS),
                connector=aiohttp.TCPConnector(limit=0),
            )
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _retry_headers(retry: Retry | None) -> dict[str, str]:
    if retry is None:
        return {}
    return {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}


def _ack(answer: aiohttp.ClientResponse, raw: bytes, *, seconds: float) -> Ack:
    ok = answer.status == 200
    return Ack(
        ok=ok,
        seconds=seconds,
        status=answer.status,
        body=_body(raw, answer.content_type),
        reason="" if ok else "http_error",
        no_retry=not ok and answer.headers.get("X-Slack-No-Retry") == "1",
    )


def _body(raw: bytes, content_type: str) -> dict[str, Any] | str | None:
    if not raw:
        return None
    if content_type == "application/json":
        try:
            parsed = json.loads(raw)
        except ValueError:
            return raw.decode(errors="replace")
        return parsed if isinstance(parsed, dict) else str(parsed)
    return raw.decode(errors="replace")
