"""The bar with the clock: it shows the time, moves it on, says what happened, and lets colleagues act."""

import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, Route, expect
from slack_sdk.web.async_client import AsyncWebClient

from playground.scripts import Says, Script, Sees
from playground.server import Playground
from tests.playground.page_stage import ADA, Stage, staged

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")

KENJI, NOAH = "U0KENJISATO", "U0NOAHBERG0"
PRODUCT = "C0PRODUCT00"
DAY = 86_400
TALK = Script(
    "Let {count} colleagues take part",
    tuple(Says(who, "Good morning", where="product") for who in (KENJI, NOAH)),
)


def shown(moment: float) -> str:
    """Return a moment as the bar shows it to Ada."""
    local = datetime.fromtimestamp(moment, ZoneInfo("Africa/Lagos"))
    return f"{local:%A}, {local:%B} {local.day}, {local:%H:}"


@asynccontextmanager
async def with_plan(
    browser: Browser, *, width: int = 1200, dark: bool = False
) -> AsyncIterator[Stage]:
    """Open the page of a workspace whose app writes once, tomorrow."""
    plan = [time.time() + DAY]
    ground: list[Playground] = []

    async def next_due(subjects: Collection[str] | None) -> float | None:
        return plan[0] if plan and (subjects is None or ADA in subjects) else None

    async def moved() -> None:
        if plan and plan[0] <= ground[0].clock.now():
            plan.clear()
            slack = AsyncWebClient("xoxb-playground", base_url=ground[0].api_url)
            await slack.chat_postMessage(channel=ADA, text="How did it go?")

    ground.append(Playground(next_due=next_due, moved=moved, scripts={"talk": TALK}))
    async with staged(browser, playground=ground[0], width=width, dark=dark) as stage:
        yield stage


async def test_next_message_moves_the_clock_and_shows_what_came(browser: Browser) -> None:
    async with with_plan(browser) as stage:
        page, bar = stage.page, stage.page.get_by_role("region", name="Clock")
        await expect(bar).to_contain_text(shown(time.time()))
        await bar.get_by_role("button", name="Next message").click()
        await expect(bar.get_by_role("status")).to_contain_text("Rungs wrote to you.")
        await expect(bar).to_contain_text(shown(time.time() + DAY))
        await expect(page.locator("#messages")).to_contain_text("How did it go?")
        await expect(page.get_by_role("separator", name="Today")).to_have_count(1)
        await bar.get_by_role("button", name="Next message").click()
        await expect(bar.get_by_role("status")).to_have_text(
            "No message is planned yet. The clock stays where it is."
        )
        assert stage.visit.complaints == []


async def test_what_was_today_is_yesterday_after_a_day(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        ts = await stage.post(text="Written today")
        heading = stage.message(ts).get_by_role("separator")
        await expect(heading).to_have_text("Today")
        dated = await stage.post(text=f"<!date^{int(time.time())}^{{date_pretty}}|soon>")
        await expect(stage.message(dated)).to_contain_text("today")
        await page.get_by_role("button", name="One day").click()
        await expect(heading).to_have_text("Yesterday")
        await expect(stage.message(dated)).to_contain_text("yesterday")
        await page.get_by_role("button", name="One week").click()
        await expect(heading).not_to_have_text("Yesterday")
        await expect(page.get_by_role("button", name="Next message")).to_have_count(0)


async def test_what_came_elsewhere_is_one_click_away(browser: Browser) -> None:
    async with with_plan(browser) as stage:
        page = stage.page
        await page.get_by_role("button", name="product").click()
        await page.get_by_role("button", name="One week").click()
        await page.get_by_role("button", name="Open Rungs").click()
        await expect(page.locator("#messages")).to_contain_text("How did it go?")
        await expect(page.get_by_role("button", name="Open Rungs")).to_have_count(0)


async def let_colleagues(page: Page, label: str) -> None:
    """Choose in the dialog what the colleagues do."""
    await page.get_by_role("button", name="Colleagues").click()
    await page.get_by_role("dialog").get_by_role("button", name=label).click()


async def become(page: Page, name: str) -> None:
    """Choose another person."""
    await page.locator(".you").click()
    await page.get_by_role("dialog").get_by_role("button", name=name).click()
    await expect(page.locator(".you")).to_contain_text(name)


async def test_colleagues_take_part_at_a_click(browser: Browser) -> None:
    async with with_plan(browser) as stage:
        page = stage.page
        await page.get_by_role("button", name="product").click()
        await let_colleagues(page, "Let 2 colleagues take part")
        await expect(page.locator(".timebar-status")).to_have_text("2 of 2 colleagues took part.")
        await expect(page.get_by_role("button", name="Colleagues")).to_be_focused()
        await expect(page.locator("#messages")).to_contain_text("Good morning")
        await become(page, "Kenji Sato")
        await let_colleagues(page, "Let 1 colleagues take part")
        await expect(page.locator(".timebar-status")).to_have_text("1 of 1 colleagues took part.")
        said = [one.user for one in stage.playground.workspace.channel("product").lasting()]
        greetings = said[-3:]
        assert sorted(map(str, greetings)) == sorted([KENJI, NOAH, NOAH])


async def test_what_is_said_belongs_to_who_and_where_you_are(browser: Browser) -> None:
    async with with_plan(browser) as stage:
        page, status = stage.page, stage.page.locator(".timebar-status")
        day = page.get_by_role("button", name="One day")
        await day.click()
        await expect(status).to_contain_text("Rungs wrote to you.")
        await become(page, "Kenji Sato")
        await expect(status).to_be_empty()
        await day.click()
        await expect(status).to_contain_text("It is now")
        await page.locator(".sidebar-entry", has_text="product").click()
        await expect(status).to_be_empty()


async def test_before_a_long_way_to_others_messages_the_page_asks(browser: Browser) -> None:
    async with with_plan(browser) as stage:
        page, status = stage.page, stage.page.locator(".timebar-status")
        await become(page, "Kenji Sato")
        before = stage.playground.clock.now()
        await page.get_by_role("button", name="Next message").click()
        await expect(status).to_contain_text("Nothing is planned for you.")
        assert stage.playground.clock.now() - before < 60
        await page.get_by_role("button", name="Go there").click()
        await expect(status).to_contain_text("Rungs wrote to Ada Okafor.")


async def test_only_what_does_not_answer_is_called_silent(browser: Browser) -> None:
    """The page waits a moment here instead of twenty seconds; colleagues take longer than that."""
    slow = Script("Let one wait", (Sees(KENJI, "At last"),))
    async with staged(browser, playground=Playground(scripts={"slow": slow})) as stage:
        page = stage.page

        async def impatient(route: Route) -> None:
            source = await (await route.fetch()).text()
            hasty = source.replace("PATIENCE_MS = 20_000", "PATIENCE_MS = 400")
            assert hasty != source
            await route.fulfill(body=hasty, content_type="text/javascript")

        await page.route("**/page/api.js", impatient)
        await page.reload()
        await let_colleagues(page, "Let one wait")
        await page.route("**/play/message", lambda _: None)
        await page.locator("#composer-text").fill("Anybody there?")
        await page.locator("#composer-text").press("Enter")
        await expect(page.locator(".message.ephemeral")).to_contain_text(
            "Nothing came back within 0.4 seconds. Try again."
        )
        # By now the colleagues have taken longer than the page waits for others.
        await expect(page.locator(".timebar-status")).to_contain_text("Your colleagues are at work")
        await stage.slack.chat_postMessage(channel=KENJI, text="At last")
        await expect(page.locator(".timebar-status")).to_have_text("1 of 1 colleagues took part.")


async def test_the_app_is_added_to_a_channel_from_its_head(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        await page.get_by_role("button", name="product").click()
        await page.get_by_role("button", name="Add Rungs").click()
        await expect(page.locator("#messages")).to_contain_text("@Rungs has joined the channel")
        await expect(page.get_by_role("button", name="Add Rungs")).to_have_count(0)
        await expect(page.get_by_role("button", name="Tools")).to_be_focused()
        await page.locator("#composer-text").fill("/archive")
        await page.locator("#composer-text").press("Enter")
        await expect(page.locator("#place")).to_contain_text("archived")


async def test_the_bar_fits_a_phone_and_the_keyboard_stays(browser: Browser) -> None:
    async with with_plan(browser, width=375, dark=True) as stage:
        page = stage.page
        button = page.get_by_role("button", name="One day")
        await button.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".timebar-status")).to_contain_text("Rungs wrote to you.")
        await expect(button).to_be_focused()
        sizes = "[document.documentElement.scrollWidth, document.body.scrollHeight, innerHeight]"
        wide, high, window = await page.evaluate(sizes)
        assert wide == 375
        assert high == window
        await expect(page.locator("#composer-text")).to_be_in_viewport()
        assert await page.locator(".timebar-row").evaluate("node => node.offsetHeight") < 40
