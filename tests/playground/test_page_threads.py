"""Threads and notifications on the page."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.playground.page_stage import ADA, Stage, button, new_app, row, staged, words

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
MORE = "More for this message"
NOTIFICATION = "What the notification says"


async def choose(page: Page, message: Locator, item: str) -> None:
    """Choose in the menu of a message, by keyboard."""
    await message.get_by_role("button", name=MORE).focus()
    await page.keyboard.press("Enter")
    await message.get_by_role("menuitem", name=item).press("Enter")


async def test_a_thread_is_read_and_answered_beside_the_conversation(browser: Browser) -> None:
    async with staged(browser) as stage:
        page, pane = stage.page, stage.page.get_by_role("complementary", name="Thread")
        root = await stage.post(text="Who has tried it?")
        later = await stage.post(text="Something else")
        await choose(page, stage.message(root), "Reply in thread")
        await expect(pane.get_by_role("textbox", name="Reply")).to_be_focused()
        await page.keyboard.type("I have")
        await page.keyboard.press("Enter")
        await expect(pane).to_contain_text("I have")
        await expect(page.locator("#messages")).not_to_contain_text("I have")
        await stage.slack.chat_postMessage(channel=ADA, text="Good to know", thread_ts=root)
        await expect(pane.get_by_text("Good to know")).to_be_in_viewport()
        await expect(page.locator("#announcer")).to_contain_text("Good to know")
        await expect(page.locator("#messages .replies")).to_have_text("2 replies")
        await expect(pane).not_to_contain_text("Something else")
        await page.keyboard.press("Escape")
        await expect(pane).to_be_hidden()
        await expect(page.locator(f'#messages [data-ts="{root}"]')).to_be_focused()
        await page.get_by_role("button", name="2 replies").click()
        await expect(pane).to_contain_text("Good to know")
        await page.locator(".sidebar-entry", has_text="product").click()
        await expect(pane).to_be_hidden()
        assert later
        assert stage.visit.complaints == []


async def test_a_card_in_a_thread_can_be_clicked_and_commands_are_refused_there(
    browser: Browser,
) -> None:
    app = new_app()
    heard: list[str] = []

    @app.action("go")
    async def acted(ack, body) -> None:  # type: ignore[no-untyped-def]
        await ack()
        heard.append(body["container"]["thread_ts"])

    async with staged(browser, app=app, width=375) as stage:
        page, pane = stage.page, stage.page.get_by_role("complementary", name="Thread")
        root = await stage.post(text="A question")
        blocks = [words("A card"), row(button("Go", "go"))]
        await stage.slack.chat_postMessage(channel=ADA, text="x", blocks=blocks, thread_ts=root)
        await page.get_by_role("button", name="1 reply").click()
        await pane.get_by_role("button", name="Go").click()
        await pane.get_by_role("textbox", name="Reply").fill("/rungs help")
        await pane.get_by_role("button", name="Reply", exact=True).click()
        await expect(pane).to_contain_text("/rungs is not supported in threads. Sorry!")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 375
        await pane.get_by_role("button", name="Close the thread").click()
        await expect(pane).to_be_hidden()
        assert heard == [root]


async def test_replies_stay_when_the_message_they_answer_is_deleted(shared: Stage) -> None:
    root = await shared.post(text="Soon gone")
    await shared.slack.chat_postMessage(channel=ADA, text="Still here", thread_ts=root)
    await shared.page.get_by_role("button", name="1 reply").click()
    dm = shared.playground.workspace.dm(ADA).id
    await shared.slack.chat_delete(channel=dm, ts=root)
    await expect(shared.page.get_by_role("complementary", name="Thread")).to_be_hidden()
    await expect(shared.page.locator("#messages")).to_contain_text("Still here")


async def test_a_message_says_what_its_notification_says(shared: Stage) -> None:
    ts = await shared.post([words("Look at this")], text="For <@U0ADAOKAFOR>: *how* did it go?")
    message = shared.message(ts)
    await choose(shared.page, message, NOTIFICATION)
    shown = message.locator(".notification-words")
    await expect(shown).to_have_text("Notification: For @Ada Okafor: how did it go?")
    await shared.update(ts, [words("Look again")], text="Again")
    await expect(shown).to_have_text("Notification: Again")
    await choose(shared.page, message, NOTIFICATION)
    await expect(shown).to_be_hidden()


@pytest.mark.parametrize("width", [1200, 375])
async def test_who_looks_elsewhere_is_notified_as_slack_does_it(
    browser: Browser, width: int
) -> None:
    async with staged(browser, width=width) as stage:
        page, notification = stage.page, stage.page.locator(".notification")
        await stage.post([words("Known")], text="Came before")
        await page.get_by_role("tab", name="Home").click()
        await expect(page.get_by_role("tab", name="Home")).to_have_attribute(
            "aria-selected", "true"
        )
        product = stage.playground.workspace.channel("product")
        product.members.add(stage.playground.workspace.app.user_id)
        await stage.slack.chat_postMessage(channel=product.id, text="Nobody is named")
        await stage.post([words("In *blocks*")], text="*How* did it go?")
        await expect(notification).to_have_text("RungsHow did it go?")
        await stage.slack.chat_postMessage(channel=product.id, text=f"<@{ADA}>, look")
        await expect(notification).to_have_text("Rungs in #product@Ada Okafor, look")
        await notification.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("# product")
        await expect(notification).to_have_count(0)
        assert stage.visit.complaints == []
