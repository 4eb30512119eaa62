"""The HTTP routes: Slack's requests, and the status for hosts and operators."""

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

EVENTS_PATH = "/slack/events"


def web_app(app: AsyncApp, monitor: Monitor) -> Starlette:
    """Return the routes that `rungs web` serves."""
    handle = AsyncSlackRequestHandler(app).handle
    return Starlette(
        routes=[Route(EVENTS_PATH, handle, methods=["POST"]), *_status_routes(monitor)],
        middleware=[
            Middleware(Stopwatch, acknowledged=monitor.acknowledged),
            Middleware(RequestGuard),
        ],
    )


def status_app(monitor: Monitor) -> Starlette:
    """Return the routes that are served beside a Socket Mode connection."""
    return Starlette(routes=_status_routes(monitor))


def _status_routes(monitor: Monitor) -> list[Route]:
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
    """ASGI middleware that measures the time from a request of Slack to the acknowledgement."""

    def __init__(self, app: ASGIApp, *, acknowledged: Callable[[float], None]) -> None:
        self._app = app
        self._acknowledged = acknowledged

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != EVENTS_PATH:
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
