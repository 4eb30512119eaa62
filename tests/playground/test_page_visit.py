"""The first visit: what a newcomer sees, and what the page asks the network for."""

import pytest
from playwright.async_api import Browser, expect

from tests.playground.page_stage import button as a_button
from tests.playground.page_stage import new_app, row, staged

pytest_plugins = ["tests.browser"]
NAME_OF_FOCUS = """
    (document.activeElement.getAttribute("aria-label") || document.activeElement.textContent).trim()
"""
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_newcomer_sees_who_where_and_what_to_try(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        await expect(page.locator(".you")).to_contain_text("Ada Okafor")
        await expect(page.locator(".you")).to_contain_text("local time")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Rungs")
        await expect(page.locator(".banner")).to_contain_text("/rungs assess")
        await expect(page.get_by_role("button", name="product")).to_be_visible()
        assert stage.visit.complaints == []
        assert [
            url for url in stage.visit.requests if not url.startswith(stage.playground.address)
        ] == []


async def test_start_button_runs_the_command_and_brings_the_keyboard_to_the_card(
    browser: Browser,
) -> None:
    app = new_app()
    heard: list[str] = []

    @app.command("/rungs")
    async def asked(ack, body, client) -> None:  # type: ignore[no-untyped-def]
        await ack()
        heard.append(body["text"])
        blocks = [row(a_button("A", "a"), a_button("B", "b"))]
        await client.chat_postMessage(channel=body["user_id"], text="Question 1", blocks=blocks)

    async with staged(browser, app=app) as stage:
        await stage.page.get_by_role("button", name="Start the self-check as Ada Okafor").click()
        await expect(stage.page.get_by_role("button", name="A", exact=True)).to_be_focused()
        assert heard == ["assess"]
        await expect(stage.page.locator(".banner")).to_have_count(0)
        await stage.page.reload()
        await expect(stage.page.get_by_role("button", name="A", exact=True)).to_be_visible()
        await expect(stage.page.locator(".banner")).to_have_count(0)


async def test_choosing_another_person_shows_their_workspace(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        await page.locator(".you").click()
        await page.get_by_role("dialog").get_by_role("button", name="Grace Lee").click()
        await expect(page.locator(".you")).to_contain_text("Account manager")
        await expect(page.get_by_role("button", name="growth")).to_be_visible()
        await expect(page.get_by_role("button", name="product")).to_have_count(0)
        await page.reload()
        await expect(page.locator(".you")).to_contain_text("Grace Lee")


async def test_message_that_comes_while_the_mouse_is_down_leaves_the_click(
    browser: Browser,
) -> None:
    async with staged(browser) as stage:
        page = stage.page
        await page.locator(".you").hover()
        await page.mouse.down()
        async with page.expect_response("**/play/state*"):
            await stage.post()
        await page.mouse.up()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await expect(page.locator("#messages")).to_contain_text("News")


async def test_guest_without_time_zone_or_title_is_welcome(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        await page.locator(".you").click()
        await page.get_by_role("dialog").get_by_role("button", name="Sam").click()
        await expect(page.locator(".you")).to_contain_text("guest")
        await expect(page.locator(".you")).to_contain_text("No time zone")
        assert stage.visit.complaints == []


@pytest.mark.parametrize("dark", [False, True])
async def test_narrow_screen_never_scrolls_sideways(browser: Browser, dark: bool) -> None:
    async with staged(browser, width=375, dark=dark) as stage:
        page = stage.page
        await expect(page.locator("#composer-text")).to_be_visible()
        await page.get_by_role("button", name="People and conversations").click()
        await page.get_by_role("button", name="product").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("# product")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 375
        await page.get_by_role("button", name="Tools").click()
        await expect(page.get_by_role("heading", name="Payloads")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 375


async def test_every_control_has_a_name_and_the_keyboard_reaches_it(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        reached: list[str] = []
        for _ in range(12):
            await page.keyboard.press("Tab")
            reached.append(await page.evaluate(NAME_OF_FOCUS))
        assert all(reached)
        assert reached[0] == "Skip to the message box"
        wanted = ["Ada Okafor", "product", "Rungs", "Tools", "Messages", "Start the self-check"]
        assert [name for name in wanted if not any(name in seen for seen in reached)] == []
