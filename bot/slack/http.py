"""The HTTP routes: Slack's requests, and the status for hosts and operators."""

from collections.abc import Iterable
from hmac import compare_digest

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.metrics import CONTENT_TYPE
from bot.monitor import Monitor
from bot.slack.request_guard import EVENTS_PATH, RequestGuard


def web_app(
    app: AsyncApp, monitor: Monitor, *, secrets: Iterable[str], metrics_token: str = ""
) -> Starlette:
    """Return the routes that `rungs web` serves, to requests signed with any of these secrets."""
    handle = AsyncSlackRequestHandler(app).handle
    return Starlette(
        routes=[
            Route(EVENTS_PATH, handle, methods=["POST"]),
            *_status_routes(monitor, metrics_token),
        ],
        middleware=[
            Middleware(RequestGuard, secrets=tuple(secrets), acknowledged=monitor.acknowledged),
        ],
    )


def status_app(monitor: Monitor, *, metrics_token: str = "") -> Starlette:
    """Return the routes that are served beside a Socket Mode connection."""
    return Starlette(routes=_status_routes(monitor, metrics_token))


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
