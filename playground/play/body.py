"""What the page sends and gets: JSON both ways, refusals in one sentence."""

import json
from collections.abc import Awaitable, Callable, Mapping
from math import isfinite
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
LONGEST_QUOTE = 120


class Wrong(ValueError):
    """The page sent something that cannot be read."""


def needed(body: Body, name: str) -> str:
    """Return a text that the page has to send."""
    value = body.get(name)
    if value is None or value == "":
        raise Wrong(f"'{name}' is missing. Send it as text.")
    if not isinstance(value, str):
        raise Wrong(f"'{name}' is {quoted(value)}. Send it as text.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Wrong(f"'{name}' has half of a character (a lone surrogate). Send whole characters.")
    return value


def optional(body: Body, name: str) -> str | None:
    """Return a text that the page may leave out."""
    return None if body.get(name) is None else needed(body, name)


def flag(body: Body, name: str) -> bool:
    """Return a yes or no that the page may leave out."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Wrong(f"'{name}' is {quoted(value)}. Send true or false.")
    return value


def number(body: Body, name: str, *, least: float, most: float, default: float) -> float:
    """Return a number that the page may leave out."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise Wrong(f"'{name}' is {quoted(value)}. Send a number.")
    if value < least:
        raise Wrong(f"'{name}' is {value}. Send {least:g} or more.")
    if value > most:
        raise Wrong(f"'{name}' is {value}. Send at most {most:,.0f}.")
    return float(value)


def optional_object(body: Body, name: str, *, such_as: str) -> dict[str, Any] | None:
    """Return an object that the page may leave out; `such_as` shows one in the refusal."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise not_such(body, name, such_as)
    return value


def not_such(body: Body, name: str, such_as: str) -> Wrong:
    """Return the refusal of a value that is not such an object."""
    return Wrong(f"'{name}' is {quoted(body[name])}. Send an object such as {such_as}.")


def quoted(value: object) -> str:
    """Return the beginning of a value as JSON, for a refusal that quotes it."""
    text = json.dumps(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]} …"


def is_list_of_objects(value: object) -> bool:
    """Return whether this is a list of objects, or nothing."""
    return value is None or (isinstance(value, list) and all(isinstance(v, dict) for v in value))


def written(posts: Mapping[str, Doing]) -> list[Route]:
    """Return a route under /play for everything that the page can do."""
    return [Route(f"/play/{name}", _json(run), methods=["POST"]) for name, run in posts.items()]


def _json(run: Doing) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await run(_read(await request.body())))
        except NotThere as problem:
            return JSONResponse({"error": str(problem)}, status_code=ABSENT)
        except (Wrong, ValueError) as problem:
            return JSONResponse({"error": str(problem)}, status_code=REFUSED)

    return endpoint


def _read(sent: bytes) -> Body:
    try:
        body = json.loads(sent)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Wrong("The body is not a JSON object. Send one.")
    return body
