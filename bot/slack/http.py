"""HTTP: Slack's requests, and what a host and an operator ask."""

import time
from collections.abc import Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import CONTENT_TYPE, Monitor
from bot.slack.request_guard import RequestGuard

EVENTS = "/slack/events"


def web_app(app: AsyncApp, monitor: Monitor) -> Starlette:
    """The routes that `rungs web` serves."""
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(
        routes=[Route(EVENTS, events, methods=["POST"]), *_asked(monitor)],
        middleware=[
            Middleware(Stopwatch, acknowledged=monitor.acknowledged),
            Middleware(RequestGuard),
        ],
    )


def status_app(monitor: Monitor) -> Starlette:
    """The routes beside a Socket Mode connection."""
    return Starlette(routes=_asked(monitor))


def _asked(monitor: Monitor) -> list[Route]:
    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        problem = await monitor.problem()
        if problem is None:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "problem": problem}, status_code=503)

    async def metrics(_: Request) -> Response:
        return Response(await monitor.figures(), media_type=CONTENT_TYPE)

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]


class Stopwatch:
    """ASGI middleware that measures how long Slack waits for its acknowledgement."""

    def __init__(self, app: ASGIApp, *, acknowledged: Callable[[float], None]) -> None:
        self._app = app
        self._acknowledged = acknowledged

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != EVENTS:
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        taken = False

        async def answer(message: Message) -> None:
            nonlocal taken
            await send(message)
            if message["type"] == "http.response.start":
                taken = message["status"] == 200
            elif taken and not message.get("more_body"):
                self._acknowledged(time.perf_counter() - started)

        await self._app(scope, receive, answer)
