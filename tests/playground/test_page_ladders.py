"""The two other ladders with the real bot: a self-check and a grading, done by keyboard alone."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.agents.register import CHANNEL, FACTS, ladder, need_words
from tests.self_check.ladder import CHOICES, LADDER, RESULT, place
from tests.stage import Stage, staged
from tests.visits import Visit, visit

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")

ON_MY_OWN = CHOICES[2]
NOAH = "U0NOAHBERG0"


async def tab_to(page: Page, target: Locator, *, at_most: int = 60) -> None:
    """Walk with the Tab key until the target has the focus."""
    for _ in range(at_most):
        if await target.evaluate("node => node === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{at_most} presses of Tab did not reach {target}.")


async def press(page: Page, target: Locator) -> None:
    """Go to a button with the Tab key and press Enter."""
    await tab_to(page, target)
    await page.keyboard.press("Enter")


async def command(page: Page, line: str) -> None:
    """Type a line into the message box and send it."""
    await tab_to(page, page.locator("#composer-text"))
    await page.keyboard.type(line)
    await page.keyboard.press("Enter")


async def choose(page: Page, menu: Locator, label: str) -> None:
    """Choose in a menu as the keyboard does: the first letters of the words, and nothing else."""
    await tab_to(page, menu)
    await page.keyboard.type(label)
    await expect(menu.locator("option:checked")).to_have_text(label)


def letter(newest: Locator, name: str) -> Locator:
    """The button with this letter."""
    return newest.locator("button", has_text=re.compile(f"^{name}$"))


@asynccontextmanager
async def seen_by(
    browser: Browser, database_url: str, *, user: str | None = None, width: int = 1280
) -> AsyncIterator[tuple[Stage, Visit]]:
    """The page with the bot behind it, as it is for this person."""
    async with (
        staged(database_url) as stage,
        visit(browser, f"{stage.playground.address}/") as seen,
    ):
        if user:
            await seen.page.locator(".you").click()
            who = stage.playground.workspace.people[user].name
            await seen.page.get_by_role("dialog").get_by_role("button", name=who).click()
            await expect(seen.page.locator(".you")).to_contain_text(who)
        await seen.page.set_viewport_size({"width": width, "height": 800})
        yield stage, seen


@pytest.mark.parametrize("width", [375])
async def test_coding_self_check_by_keyboard_alone(
    browser: Browser, sqlite_url: str, width: int
) -> None:
    async with seen_by(browser, sqlite_url, width=width) as (_, seen):
        page, newest = seen.page, seen.page.locator("#messages > li").last
        await command(page, f"/rungs assess {LADDER.command}")
        for number, last in ((1, ON_MY_OWN), (2, CHOICES[0])):
            await expect(newest).to_contain_text(place(number))
            menus = newest.locator("select")
            for menu in (await menus.all())[:-1]:
                await choose(page, menu, ON_MY_OWN)
            await choose(page, menus.last, last)
            await press(page, newest.get_by_role("button", name="Next"))
        await expect(newest).to_contain_text(RESULT)
        await expect(newest).to_contain_text(f"level 1, {LADDER.words.levels[0].name}")
        await expect(newest).to_be_focused()
        await expect(newest).to_have_accessible_name(RESULT)
        await press(page, newest.get_by_role("button", name="Why this result"))
        await expect(page.get_by_role("dialog")).to_contain_text("four of four held")
        await page.keyboard.press("Escape")
        await expect(newest.get_by_role("button", name="Why this result")).to_be_focused()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.complaints == []


async def test_choices_on_a_card_stay_when_it_is_drawn_again(
    browser: Browser, sqlite_url: str
) -> None:
    async with seen_by(browser, sqlite_url) as (_, seen):
        page, newest = seen.page, seen.page.locator("#messages > li").last
        await command(page, f"/rungs assess {LADDER.command}")
        await newest.locator("select").nth(1).select_option(ON_MY_OWN)
        await page.get_by_role("button", name="product").click()
        await expect(newest).not_to_contain_text(place(1))
        await page.locator(".sidebar-entry", has_text="Rungs").click()
        chosen = newest.locator("select option:checked")
        await expect(chosen).to_have_text(["Choose", ON_MY_OWN, "Choose", "Choose"])
        await newest.get_by_role("button", name="Next").click()
        await expect(newest).to_contain_text("Not answered yet:")
        await expect(chosen).to_have_text(["Choose", ON_MY_OWN, "Choose", "Choose"])
        await page.reload()
        await expect(chosen).to_have_text(["Choose", ON_MY_OWN, "Choose", "Choose"])


async def test_what_is_missing_is_said_where_the_reader_is(
    browser: Browser, sqlite_url: str
) -> None:
    async with seen_by(browser, sqlite_url, width=375) as (_, seen):
        page, newest = seen.page, seen.page.locator("#messages > li").last
        await page.set_viewport_size({"width": 375, "height": 640})
        await command(page, f"/rungs assess {LADDER.command}")
        await expect(newest.get_by_text(place(1))).to_be_in_viewport()
        await newest.get_by_role("button", name="Next").click()
        await expect(newest.get_by_text("Not answered yet:")).to_be_in_viewport()
        for menu in await newest.locator("select").all():
            await menu.select_option(ON_MY_OWN)
        await newest.get_by_role("button", name="Next").click()
        await expect(newest.get_by_text(place(2))).to_be_in_viewport()


@pytest.mark.parametrize("width", [1280])
async def test_agent_is_listed_and_graded_by_keyboard_alone(
    browser: Browser, sqlite_url: str, width: int
) -> None:
    async with seen_by(browser, sqlite_url, user=NOAH, width=width) as (_, seen):
        page, newest = seen.page, seen.page.locator("#messages > li").last
        dialog = page.get_by_role("dialog")
        await open_channel(page, width=width)
        await command(page, f"/rungs agent add {FACTS['name']}")
        await expect(dialog.get_by_label("Name")).to_be_focused()
        for label, fact in (("Tool", "tool"), ("Model", "model"), ("used for", "purpose")):
            await tab_to(page, dialog.get_by_label(label))
            await page.keyboard.type(FACTS[fact])
        await press(page, dialog.get_by_role("button", name="Add"))
        await expect(dialog).to_have_count(0)
        await press(page, newest.get_by_role("button", name="Grade it"))
        await press(page, newest.get_by_role("button", name="Go to messages"))
        await add_link(page, newest, dialog)
        criteria = ladder().words.criteria
        for number, _ in enumerate(criteria, start=1):
            await expect(newest).to_contain_text(f"{number} of {len(criteria)}")
            await press(page, letter(newest, "B"))
        await expect(newest).to_contain_text(f"Graded: {FACTS['name']}")
        await expect(newest).to_be_focused()
        # The head, the criteria, and the top of the scale.
        await expect(newest.locator("table tr")).to_have_count(len(criteria) + 2)
        await expect(newest.get_by_role("link", name="example.com")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.complaints == []


async def open_channel(page: Page, *, width: int) -> None:
    if width < 600:
        await press(page, page.get_by_role("button", name="People and conversations"))
    await press(page, page.get_by_role("button", name="growth"))


async def add_link(page: Page, newest: Locator, dialog: Locator) -> None:
    """A wrong address is refused at its field; a right one stands on the card."""
    await press(page, newest.get_by_role("button", name="Add a link"))
    address = dialog.get_by_label("Address")
    await expect(address).to_be_focused()
    await page.keyboard.type("example")
    await page.keyboard.press("Enter")
    await expect(address).to_have_accessible_description(re.compile("not a web address"))
    await page.keyboard.press("Control+a")
    await page.keyboard.type("https://example.com/change/12")
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(newest).to_contain_text("https://example.com/change/12")


async def test_level_of_a_project_by_keyboard_alone(browser: Browser, sqlite_url: str) -> None:
    async with seen_by(browser, sqlite_url, user=NOAH) as (stage, seen):
        page, newest = seen.page, seen.page.locator("#messages > li").last
        await open_channel(page, width=1280)
        await command(page, "/rungs agent need Size guide")
        await press(page, newest.get_by_role("button", name="Go to messages"))
        words = need_words()
        for number, question in enumerate(words.questions, start=1):
            await expect(newest).to_contain_text(f"{number} of {len(words.questions)}")
            if not question.multiple:
                await press(page, letter(newest, "A"))
                continue
            await tab_to(page, newest.get_by_role("checkbox", name=words.none_label))
            await page.keyboard.press("Space")
            await press(page, newest.get_by_role("button", name="Next"))
        await expect(newest).to_contain_text("Size guide needs L1")
        await press(page, newest.get_by_role("button", name="Share in the channel"))
        await expect(newest).to_contain_text("Shared in #growth with your name")
        await stage.settle()
        posts = stage.playground.workspace.conversations[CHANNEL].messages.values()
        assert any("*Size guide*" in message.text for message in posts)
        assert seen.complaints == []


async def test_banner_names_the_ladders_and_goes_with_the_first_command(
    browser: Browser, sqlite_url: str
) -> None:
    async with seen_by(browser, sqlite_url) as (_, seen):
        banner = seen.page.locator(".banner")
        await expect(banner).to_contain_text("/rungs assess coding")
        await expect(banner).to_contain_text("/rungs agent")
        await command(seen.page, "/rungs assess coding")
        await expect(banner).to_have_count(0)
        await expect(seen.page.locator("#composer-text")).to_be_focused()
