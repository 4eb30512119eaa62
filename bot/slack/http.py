"""The HTTP routes: Slack's requests, and the status for hosts and operators."""

from collections.abc import Iterable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import CONTENT_TYPE, EVENTS_PATH, Monitor, Stopwatch
from bot.slack.request_guard import RequestGuard


def web_app(app: AsyncApp, monitor: Monitor, *, secrets: Iterable[str]) -> Starlette:
    """Return the routes that `rungs web` serves, to requests signed with any of these secrets."""
    handle = AsyncSlackRequestHandler(app).handle
    return Starlette(
        routes=[Route(EVENTS_PATH, handle, methods=["POST"]), *_status_routes(monitor)],
        middleware=[
            Middleware(Stopwatch, acknowledged=monitor.acknowledged),
            Middleware(RequestGuard, secrets=tuple(secrets)),
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
