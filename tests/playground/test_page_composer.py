"""The message box: messages, commands, suggestions, and what Slack shows when a command fails."""

import pytest
from playwright.async_api import Browser, expect

from playground.server import Playground
from tests.playground.page_stage import new_app, staged

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
MANIFEST = {
    "display_information": {"name": "Rungs"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Rungs"},
        "slash_commands": [
            {
                "command": "/rungs",
                "description": "See where you stand",
                "usage_hint": "[assess | map]",
            }
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "im:write"]}},
    "settings": {"interactivity": {"is_enabled": True}, "socket_mode_enabled": True},
}


async def test_message_is_sent_with_enter_and_shift_enter_breaks_the_line(browser: Browser) -> None:
    async with staged(browser) as stage:
        box = stage.page.locator("#composer-text")
        await box.press_sequentially("One <b>")
        await box.press("Shift+Enter")
        await box.press_sequentially("two & three")
        await box.press("Enter")
        await expect(stage.page.locator("#messages")).to_contain_text("One <b>two & three")
        await expect(box).to_have_value("")
        await expect(box).to_be_focused()


async def test_sending_scrolls_down_to_what_was_sent(browser: Browser) -> None:
    async with staged(browser) as stage:
        page = stage.page
        for number in range(30):
            await stage.post(text=f"Line {number}\nand more\nand more")
        await expect(page.locator("#messages").get_by_text("Line 29")).to_be_in_viewport()
        await page.locator("#scroller").evaluate("node => { node.scrollTop = 100 }")
        await page.locator("#composer-text").fill("Mine")
        await page.locator("#composer-text").press("Enter")
        await expect(page.locator("#messages").get_by_text("Mine")).to_be_in_viewport()
        await stage.post(text="An answer")
        await expect(page.locator("#messages").get_by_text("An answer")).to_be_in_viewport()


async def test_slash_shows_the_commands_and_how_to_use_them(browser: Browser) -> None:
    async with staged(browser, playground=Playground(manifest=MANIFEST)) as stage:
        page, box = stage.page, stage.page.locator("#composer-text")
        await box.press("/")
        await expect(page.get_by_role("option").first).to_contain_text(
            "/rungs [assess | map]See where you stand"
        )
        await box.press("Escape")
        await expect(page.get_by_role("option")).to_have_count(0)
        await box.press("r")
        await box.press("Enter")
        await expect(box).to_have_value("/rungs ")
        await expect(page.locator("#composer-hint")).to_have_text("/rungs [assess | map]")


async def test_command_without_an_app_shows_what_slack_shows(browser: Browser) -> None:
    async with staged(browser) as stage:
        box = stage.page.locator("#composer-text")
        await box.fill("/rungs assess")
        await box.press("Enter")
        note = stage.page.locator(".message.ephemeral")
        await expect(note).to_contain_text("Only visible to you")
        await expect(note).to_contain_text('/rungs failed with the error "dispatch_failed"')


async def test_answer_in_the_acknowledgement_is_visible_to_one_person(browser: Browser) -> None:
    app = new_app()

    @app.command("/rungs")
    async def asked(ack) -> None:  # type: ignore[no-untyped-def]
        await ack("Here is *help*")

    async with staged(browser, app=app) as stage:
        await stage.page.get_by_role("button", name="product").click()
        box = stage.page.locator("#composer-text")
        await box.fill("/rungs help")
        await box.press("Enter")
        await expect(stage.page.locator(".message.ephemeral")).to_contain_text("Here is help")


async def test_draft_stays_with_its_conversation(browser: Browser) -> None:
    async with staged(browser) as stage:
        page, box = stage.page, stage.page.locator("#composer-text")
        await box.fill("Half a thought")
        await page.get_by_role("button", name="product").click()
        await expect(box).to_have_value("")
        await page.locator(".sidebar-entry", has_text="Rungs").click()
        await expect(box).to_have_value("Half a thought")
