"""A playground that stops and comes back."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground, running
from tests.playground.page_stage import ADA
from tests.visits import visit

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
LOST = "Connection to the playground lost. Trying again."


async def test_lost_connection_is_said_and_found_again(browser: Browser) -> None:
    first = Playground()
    await first.start()
    address = first.address
    async with visit(browser, f"{address}/") as seen:
        await expect(seen.page.locator(".you")).to_be_visible()
        await first.stop()
        await expect(seen.page.locator("#connection")).to_have_text(LOST)
        async with running(Playground(), port=urlsplit(address).port or 0):
            await expect(seen.page.locator("#connection")).to_have_text("", timeout=15000)
            slack = AsyncWebClient("xoxb-playground", base_url=f"{address}/api/")
            await slack.chat_postMessage(channel=ADA, text="Back again")
            await expect(seen.page.locator("#messages")).to_contain_text("Back again")


async def test_message_that_could_not_be_sent_comes_back_into_the_box(browser: Browser) -> None:
    playground = Playground()
    await playground.start()
    async with visit(browser, f"{playground.address}/") as seen:
        box = seen.page.locator("#composer-text")
        await box.fill("Do not lose this")
        await playground.stop()
        await box.press("Enter")
        await expect(seen.page.locator(".message.ephemeral")).to_contain_text(
            "The playground cannot be reached."
        )
        await expect(box).to_have_value("Do not lose this")
