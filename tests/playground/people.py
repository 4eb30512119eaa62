"""People, clocks and small functions for the playground's tests."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.clock import Clock
from playground.server import Playground

ADA = "U0ADAOKAFOR"
KENJI = "U0KENJISATO"
GRACE = "U0GRACELEE0"
GUEST = "U0SAMGUEST0"
GROWTH = "C0GROWTH000"
PRODUCT = "C0PRODUCT00"
START = 1_790_000_000.0
Block = dict[str, Any]


class Hour:
    """A source of time that only runs when a test says so."""

    def __init__(self) -> None:
        self.shown = START

    def __call__(self) -> float:
        """Return the time shown."""
        return self.shown


def still_clock() -> Clock:
    """A clock that only moves when it is moved on."""
    return Clock(Hour())


def client_of(playground: Playground, token: str = "xoxb-playground") -> AsyncWebClient:
    """Return a client as Bolt makes it; retries are off so that every refusal shows."""
    return AsyncWebClient(token, base_url=playground.api_url, retry_handlers=[])


class Page:
    """A page, without a browser."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self.address = address

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Send a GET request."""
        async with self._session.get(f"{self.address}/play/{path}", params=query) as answer:
            found: dict[str, Any] = await answer.json()
            return found | {"status": answer.status}

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Send a POST request."""
        return await self.send(path, json.dumps(body))

    async def send(self, path: str, body: str) -> dict[str, Any]:
        """Send a POST request with this body as it is."""
        async with self._session.post(f"{self.address}/play/{path}", data=body) as answer:
            said: dict[str, Any] = await answer.json()
            return said | {"status": answer.status}


async def refused(call: Awaitable[object]) -> dict[str, Any]:
    """Return the answer to a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    answer: dict[str, Any] = caught.value.response.data
    return answer


async def error_of(call: Awaitable[object]) -> str:
    """Return Slack's name for the refusal."""
    return str((await refused(call))["error"])


async def until(condition: Callable[[], object], *, seconds: float = 5.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (conditions here have no event to wait for)
            await asyncio.sleep(0.002)


def plain(text: str) -> Block:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    """Return a mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Words", **more: Any) -> Block:
    """Return a section."""
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Go", **more: Any) -> Block:
    """Return a button."""
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: Block, **more: Any) -> Block:
    """Return a row of elements."""
    return {"type": "actions", "elements": list(elements), **more}


def option(text: str = "One", value: str = "1", **more: Any) -> Block:
    """Return an option."""
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Block]:
    """Return so many options."""
    return [option(f"Option {n}", str(n)) for n in range(count)]


def text_input(block_id: str = "why", action_id: str = "text", **more: Any) -> Block:
    """Return an input block with a text field."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Why"),
        "element": {"type": "plain_text_input", "action_id": action_id},
        **more,
    }


def modal(*blocks: Block, **more: Any) -> Block:
    """Return a modal; `submit` is there, so that inputs may be."""
    return {
        "type": "modal",
        "title": plain("A question"),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }


def home(*blocks: Block, **more: Any) -> Block:
    """Return a Home tab."""
    return {"type": "home", "blocks": list(blocks), **more}
