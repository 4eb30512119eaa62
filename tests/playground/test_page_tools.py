"""The tools: raw payloads, the clock, faults, starting over."""

import json

import pytest
from playwright.async_api import Browser, expect

from tests.playground.page_stage import staged
from tests.visits import visit

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_payloads_can_be_read_filtered_and_copied(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.get_by_role("button", name="Tools").click()
        await stage.post(text="Seen from below")
        await stage.slack.auth_test()
        await expect(page.locator(".payload", has_text="auth.test")).to_have_count(1)
        await page.get_by_label("Filter payloads").fill("chat.postmessage")
        await expect(page.locator(".payload")).to_have_count(1)
        await page.locator(".payload summary").click()
        await page.get_by_role("button", name="Copy").first.click()
        await expect(page.get_by_role("button", name="Copied")).to_be_visible()
        copied = json.loads(await page.evaluate("navigator.clipboard.readText()"))
        assert copied["text"] == "Seen from below"
        await page.get_by_label("Direction").select_option("Slack to the app")
        await expect(page.locator(".payload")).to_have_count(0)
        await page.get_by_label("Filter payloads").fill("app_home_opened")
        await expect(page.locator(".payload").first).to_contain_text("→ app")


async def test_clock_moves_on(browser: Browser) -> None:
    async with staged(browser) as stage:
        page, before = stage.page, stage.playground.clock.now()
        await page.get_by_role("button", name="Tools").click()
        await page.get_by_label("Move forward by").fill("2")
        await page.get_by_label("Unit").select_option("weeks")
        await page.get_by_role("button", name="Move forward").click()
        await expect(page.locator(".tool-status")).to_contain_text("It is now")
        assert stage.playground.clock.now() - before >= 14 * 86400


async def test_fault_is_added_and_cleared(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        await page.get_by_role("button", name="Tools").click()
        await page.locator("summary", has_text="Faults").click()
        await page.get_by_label("Calls to").select_option("chat.postMessage")
        await page.get_by_label("Answer with").select_option("Slack error: fatal_error")
        await page.get_by_label("How many times").fill("9")
        await page.get_by_role("button", name="Add the fault").click()
        await expect(page.locator(".tool-status")).to_contain_text(
            "The next 9 calls to chat.postMessage"
        )
        with pytest.raises(Exception, match="fatal_error"):
            await stage.post(text="Refused")
        await page.get_by_role("button", name="Clear all").click()
        await expect(page.locator(".tool-status")).to_have_text("All faults are cleared.")
        await stage.post(text="Accepted")
        await expect(page.locator("#messages")).to_contain_text("Accepted")


async def test_starting_over_asks_first_and_empties_the_workspace(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        ts = await stage.post(text="Soon gone")
        await page.get_by_role("button", name="Tools").click()
        await page.locator("summary", has_text="Start over").click()
        await page.get_by_role("button", name="Start over …").click()
        dialog = page.get_by_role("dialog", name="Start over?")
        await dialog.get_by_role("button", name="Cancel").click()
        await expect(stage.message(ts)).to_be_visible()
        await page.get_by_role("button", name="Start over …").click()
        async with visit(browser, stage.page.url) as other:
            await expect(other.page.locator("#messages")).to_contain_text("Soon gone")
            await dialog.get_by_role("button", name="Start over").click()
            await expect(other.page.locator("#messages")).not_to_contain_text("Soon gone")
        await expect(stage.message(ts)).to_have_count(0)
        await expect(page.locator(".you")).to_contain_text("Ada Okafor")


async def test_panel_stays_as_it_was_after_a_reload(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        await page.get_by_role("button", name="Tools").click()
        await page.reload()
        await expect(page.get_by_role("heading", name="Payloads")).to_be_visible()
        await page.get_by_role("button", name="Close the tools").click()
        await expect(page.get_by_role("heading", name="Payloads")).to_have_count(0)
        await expect(page.get_by_role("button", name="Tools")).to_be_focused()
