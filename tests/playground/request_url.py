"""A request URL that records requests and gives planned answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.listener import Listener
from playground.server import Playground


@dataclass
class Received:
    """One request."""

    headers: dict[str, str]
    body: str

    @property
    def event_id(self) -> str:
        """Return the id of the event inside."""
        return str(json.loads(self.body)["event_id"])

    @property
    def payload(self) -> dict[str, Any]:
        """Return the interaction inside."""
        payload: dict[str, Any] = json.loads(parse_qs(self.body)["payload"][0])
        return payload


@dataclass
class RequestUrl:
    """The server behind a request URL."""

    answers: list[Response] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    delay: float = 0.0

    async def on_request(self, request: Request) -> Response:
        """Keep the request; answer the next planned answer, else 200."""
        body = (await request.body()).decode()
        self.received.append(Received(dict(request.headers), body))
        await asyncio.sleep(self.delay)
        return self.answers.pop(0) if self.answers else Response()


@asynccontextmanager
async def request_url(playground: Playground) -> AsyncIterator[RequestUrl]:
    """Let a playground deliver to a fresh request URL."""
    url = RequestUrl()
    listener = Listener(Starlette(routes=[Route("/slack", url.on_request, methods=["POST"])]))
    playground.deliver_over_http(f"{await listener.start(0)}/slack")
    try:
        yield url
    finally:
        await listener.stop()
