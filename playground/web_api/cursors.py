"""Cursors: one page of a longer list."""

import base64
from collections.abc import Sequence
from typing import Any, TypeVar

from playground.errors import SlackError
from playground.web_api.arguments import Arguments

T = TypeVar("T")


def page_of(
    items: Sequence[T], arguments: Arguments, *, default: int = 100, most: int = 1000
) -> tuple[Sequence[T], dict[str, Any]]:
    """Return one page and the `response_metadata` that leads to the next."""
    limit = arguments.number("limit", default=default, most=most)
    start = _start(arguments.optional_text("cursor"))
    ahead = start + limit < len(items)
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if ahead else ""
    return items[start : start + limit], {"response_metadata": {"next_cursor": cursor}}


def _start(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        start = int(number)
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if word != "next" or start < 0:
        raise SlackError("invalid_cursor")
    return start
