"""A playground that stops and comes back."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Route, expect
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground, running
from tests.playground.page_stage import ADA
from tests.visits import visit

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
TWO_REFRESHES = """async (place) => {
    const { change } = await import("/page/store.js");
    const { refreshMessages } = await import("/page/refresh.js");
    change(place);
    const outcomes = await Promise.allSettled([refreshMessages(), refreshMessages()]);
    return outcomes.map(({ status }) => status);
}"""
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
            await expect(seen.page.locator("#connection")).to_have_text("")
            slack = AsyncWebClient("xoxb-playground", base_url=f"{address}/api/")
            await slack.chat_postMessage(channel=ADA, text="Back again")
            await expect(seen.page.locator("#messages")).to_contain_text("Back again")


async def test_a_refresh_that_fails_is_followed_by_the_one_that_was_asked_for_meanwhile(
    browser: Browser,
) -> None:
    # Not the page itself, which also refreshes when it hears of a change: one of its files.
    async with (
        running(Playground()) as slack,
        visit(browser, f"{slack.address}/page/refresh.js") as seen,
    ):
        page, asked = seen.page, list[str]()
        place = {"person": ADA, "place": {"channel": slack.workspace.dm(ADA).id, "tab": "messages"}}

        async def first_fails(route: Route) -> None:
            asked.append(route.request.url)
            if len(asked) == 1:
                await route.fulfill(status=404, json={"error": "Not there yet."})
            else:
                await route.continue_()

        await page.route("**/play/messages*", first_fails)
        outcomes = await page.evaluate(TWO_REFRESHES, place)
        assert outcomes == ["fulfilled", "fulfilled"]
        assert len(asked) == 2


async def test_a_conversation_that_is_gone_after_the_return_gives_way_to_the_apps(
    browser: Browser,
) -> None:
    first = Playground()
    await first.start()
    address = first.address
    async with visit(browser, f"{address}/") as seen:
        await seen.page.get_by_role("button", name="product").click()
        await expect(seen.page.get_by_role("heading", level=1)).to_have_text("# product")
        await first.stop()
        await expect(seen.page.locator("#connection")).to_have_text(LOST)
        second = Playground()
        second.workspace.channel("product").members.discard(ADA)
        async with running(second, port=urlsplit(address).port or 0):
            await expect(seen.page.get_by_role("heading", level=1)).to_have_text("Rungs")


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
