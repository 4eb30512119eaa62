"""A stage for tests of the page: a playground, a browser on it, and the app's own client."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Locator, Page
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground, running
from tests.visits import Visit, visit

ADA = "U0ADAOKAFOR"
Block = dict[str, Any]


@dataclass
class Stage:
    """A browser page, the playground behind it, and the app's client."""

    playground: Playground
    visit: Visit
    slack: AsyncWebClient

    @property
    def page(self) -> Page:
        """The page in the browser."""
        return self.visit.page

    async def post(self, blocks: list[Block] | None = None, *, text: str = "News") -> str:
        """Post as the app to Ada; return the message's ts."""
        answer = await self.slack.chat_postMessage(channel=ADA, text=text, blocks=blocks)
        return str(answer["ts"])

    async def update(self, ts: str, blocks: list[Block], *, text: str = "News") -> None:
        """Replace what the app posted to Ada."""
        channel = self.playground.workspace.dm(ADA).id
        await self.slack.chat_update(channel=channel, ts=ts, text=text, blocks=blocks)

    def message(self, ts: str) -> Locator:
        """The message with this ts on the page."""
        return self.page.locator(f'[data-ts="{ts}"]')


@asynccontextmanager
async def staged(
    browser: Browser,
    *,
    app: AsyncApp | None = None,
    playground: Playground | None = None,
    width: int = 1200,
    dark: bool = False,
) -> AsyncIterator[Stage]:
    """Run a playground, connect the app if there is one, and open the page as Ada."""
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(running(playground or Playground()))
        slack = AsyncWebClient("xoxb-playground", base_url=f"{ground.address}/api/")
        if app is not None:
            await stack.enter_async_context(_connected(app, slack))
        seen = await stack.enter_async_context(
            visit(browser, f"{ground.address}/", width=width, dark=dark)
        )
        await seen.page.locator(".you").wait_for(state="attached")
        yield Stage(ground, seen, slack)


@asynccontextmanager
async def _connected(app: AsyncApp, slack: AsyncWebClient) -> AsyncIterator[None]:
    app.client.base_url = slack.base_url
    handler = AsyncSocketModeHandler(app, "xapp-playground")
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def new_app() -> AsyncApp:
    """Return a Bolt app with no listeners yet."""
    return AsyncApp(token="xoxb-playground", signing_secret="playground-secret")


def plain(text: str) -> dict[str, str]:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def words(text: str) -> Block:
    """Return a section with mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(label: str, action_id: str, **more: Any) -> dict[str, Any]:
    """Return a button element."""
    return {"type": "button", "text": plain(label), "action_id": action_id, **more}


def row(*elements: dict[str, Any], block_id: str = "row") -> Block:
    """Return an actions block."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def option(label: str, value: str) -> dict[str, Any]:
    """Return an option object."""
    return {"text": plain(label), "value": value}
