"""The whole self-check with the real bot: found by a newcomer, done by keyboard alone."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.stage import staged
from tests.visits import visit

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def press_tab_to(page: Page, target: Locator, *, at_most: int = 40) -> None:
    """Walk with the Tab key until the target has the focus."""
    for _ in range(at_most):
        if await target.evaluate("node => node === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{at_most} presses of Tab did not reach {target}.")


async def test_newcomer_reaches_a_tier_by_keyboard_alone(browser: Browser, sqlite_url: str) -> None:
    async with (
        staged(sqlite_url) as stage,
        visit(browser, f"{stage.playground.address}/") as seen,
    ):
        page, newest = seen.page, seen.page.locator("#messages > li").last
        start = page.get_by_role("button", name="Start the self-check as Ada Okafor")
        await expect(start).to_be_visible()
        await press_tab_to(page, start)
        await page.keyboard.press("Enter")
        await expect(newest.get_by_role("button", name="Engineering")).to_be_focused()
        await page.keyboard.press("Enter")
        for number in (1, 2, 3):
            await expect(newest).to_contain_text(f"Engineering · {number} of 3")
            third = newest.locator("button", has_text=re.compile("^C$"))
            await press_tab_to(page, third)
            await page.keyboard.press("Enter")
        await expect(newest).to_contain_text("Your self-check: Engineering")
        await expect(newest).to_contain_text("tier 2")
        await expect(newest).to_be_focused()
        await expect(newest).to_have_accessible_name("Your self-check: Engineering")
        await expect(page.locator("#announcer")).to_contain_text("tier 2")
        assert seen.complaints == []


async def test_a_second_enter_on_the_last_answer_decides_nothing(
    browser: Browser, sqlite_url: str
) -> None:
    async with (
        staged(sqlite_url) as stage,
        visit(browser, f"{stage.playground.address}/") as seen,
    ):
        ada, page, newest = (
            stage.person("ada"),
            seen.page,
            seen.page.locator("#messages > li").last,
        )
        await ada.types("/rungs assess engineering")
        await newest.locator("button", has_text=re.compile("^E$")).focus()
        for number in (2, 3):
            await page.keyboard.press("Enter")
            await expect(newest).to_contain_text(f"Engineering · {number} of 3")
            await expect(newest.locator("button", has_text=re.compile("^E$"))).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(newest).to_contain_text("Your self-check: Engineering")
        await expect(newest).to_be_focused()
        told = len(stage.calls("chat.update"))
        await page.keyboard.press("Enter")
        # The page sends in order: once this is answered, a click would have been sent before it.
        await page.get_by_role("tab", name="Home").click()
        await expect(page.get_by_role("tabpanel")).to_contain_text("Based on your own answers on")
        await stage.settle()
        assert len(stage.calls("chat.update")) == told
        assert [url for url in seen.requests if url.endswith("/play/action")] == [
            f"{stage.playground.address}/play/action"
        ] * 3


async def test_a_card_taller_than_the_window_is_read_from_its_top(
    browser: Browser, sqlite_url: str
) -> None:
    async with (
        staged(sqlite_url) as stage,
        visit(browser, f"{stage.playground.address}/", height=480) as seen,
    ):
        ada, newest = stage.person("ada"), seen.page.locator("#messages > li").last
        await ada.types("/rungs assess engineering")
        await expect(newest.get_by_text("Engineering · 1 of 3")).to_be_in_viewport()
        for number in (1, 2):
            await newest.locator("button", has_text=re.compile("^C$")).click()
            heading = newest.get_by_text(f"Engineering · {number + 1} of 3")
            await expect(heading).to_be_in_viewport()
        await newest.locator("button", has_text=re.compile("^C$")).click()
        await expect(newest.get_by_text("Your self-check: Engineering")).to_be_in_viewport()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (375, 812), (375, 667)])
async def test_the_first_questions_buttons_are_in_sight(
    browser: Browser, sqlite_url: str, width: int, height: int
) -> None:
    async with (
        staged(sqlite_url) as stage,
        visit(browser, f"{stage.playground.address}/", width=width, height=height) as seen,
    ):
        page, newest = seen.page, seen.page.locator("#messages > li").last
        await expect(page.locator(".banner")).to_be_visible()
        await newest.get_by_role("button", name="Start the self-check").click()
        await expect(page.locator(".banner")).to_have_count(0)
        engineering = newest.get_by_role("button", name="Engineering")
        await expect(engineering).to_be_in_viewport(ratio=1)
        await engineering.click()
        await expect(newest.get_by_text("Engineering · 1 of 3")).to_be_in_viewport()
        for letter in "ABCDE":
            button = newest.locator("button", has_text=re.compile(f"^{letter}$"))
            await expect(button).to_be_in_viewport(ratio=1)
            # It lies on top of the text, not under it.
            await button.click(trial=True)


async def test_a_window_is_left_for_the_messages(browser: Browser, sqlite_url: str) -> None:
    async with (
        staged(sqlite_url) as stage,
        visit(browser, f"{stage.playground.address}/") as seen,
    ):
        page = seen.page
        await page.get_by_role("tab", name="Home").click()
        await (
            page.get_by_role("tabpanel").get_by_role("button", name="Start the self-check").click()
        )
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Go to messages").click()
        await expect(dialog).to_have_count(0)
        await expect(page.get_by_role("tab", name="Messages")).to_be_focused()
        await expect(page.locator("#messages > li").last).to_contain_text("closest to your work")


async def test_the_keyboard_returns_to_what_opened_a_window(
    browser: Browser, sqlite_url: str
) -> None:
    async with (
        staged(sqlite_url) as stage,
        visit(browser, f"{stage.playground.address}/") as seen,
    ):
        page, dialog = seen.page, seen.page.get_by_role("dialog")
        await stage.person("ada").types("/rungs family sales")
        await page.get_by_role("tab", name="Home").click()
        await page.get_by_role("button", name="Change role family").press("Enter")
        await dialog.get_by_role("button", name="Design").press("Enter")
        await expect(dialog).to_contain_text("Your role family is now Design")
        await expect(dialog).to_be_focused()
        await expect(page.locator("#home")).to_contain_text("Your role family: Design")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(page.get_by_role("button", name="Change role family")).to_be_focused()
        assert seen.complaints == []


async def test_result_is_explained_and_stands_on_the_home_tab(
    browser: Browser, sqlite_url: str
) -> None:
    async with (
        staged(sqlite_url, transport="socket") as stage,
        visit(browser, f"{stage.playground.address}/", width=375, dark=True) as seen,
    ):
        ada, page = stage.person("ada"), seen.page
        await ada.types("/rungs assess engineering")
        await ada.answers("ABC")
        await page.get_by_role("button", name="Why this result").click()
        await expect(page.get_by_role("dialog")).to_contain_text("Spread")
        closer = page.get_by_role("dialog").get_by_role("button", name="Close").first
        await expect(closer).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Why this result")).to_be_focused()
        await page.get_by_role("tab", name="Home").click()
        await expect(page.get_by_role("tabpanel")).to_contain_text("Based on your own answers on")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 375
        assert seen.complaints == []
