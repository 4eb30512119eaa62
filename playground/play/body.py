"""What the page sends and gets: JSON both ways, refusals in one sentence."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.errors import NotThere

Body = dict[str, Any]
Answer = dict[str, Any]
Doing = Callable[[Body], Awaitable[Answer]]
REFUSED = 400
ABSENT = 404


class Wrong(ValueError):
    """The page sent something that cannot be read."""


def needed(body: Body, name: str) -> str:
    """Return a text that the page has to send."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Wrong(f"'{name}' is missing. Send it as text.")
    return value


def number(value: object, name: str) -> float:
    """Return a number that the page sent."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(f"'{name}' is {value}. Send a number.")
    return float(value)


def written(posts: Mapping[str, Doing]) -> list[Route]:
    """Return a route under /play for everything that the page can do."""
    return [Route(f"/play/{name}", _json(run), methods=["POST"]) for name, run in posts.items()]


def _json(run: Doing) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise Wrong("The body is not a JSON object. Send one.")
            return JSONResponse(await run(body))
        except NotThere as problem:
            return JSONResponse({"error": str(problem)}, status_code=ABSENT)
        except (Wrong, ValueError) as problem:
            return JSONResponse({"error": str(problem)}, status_code=REFUSED)

    return endpoint
