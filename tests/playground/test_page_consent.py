"""The page on which an app is let in: what it asks for, in Slack's words, and the reason for each."""

import json

import pytest
from playwright.async_api import Browser, expect

from bot.slack.installation import SCOPES
from cli import MANIFEST
from playground.scopes import DO, VIEW, consent
from playground.server import Playground
from tests.playground.page_stage import staged

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
OWN = json.loads(MANIFEST.read_text())
ASKED = OWN["oauth_config"]["scopes"]["bot"]


@pytest.mark.parametrize("scope", ASKED)
async def test_every_scope_of_the_app_has_slacks_words_and_a_reason(scope: str) -> None:
    assert scope in VIEW or scope in DO, (
        f"Write what Slack says about {scope} in playground/scopes.py"
    )
    (shown,) = consent([scope], SCOPES)
    assert shown["reason"], f"Write why the app needs {scope} in bot/slack/installation.py"


@pytest.mark.parametrize("width", [1200, 375])
async def test_a_person_reads_what_the_app_asks_for_and_lets_it_in(
    browser: Browser, width: int
) -> None:
    playground = Playground(manifest=OWN, reasons=SCOPES)
    async with staged(browser, playground=playground, width=width, dark=width == 375) as stage:
        page = stage.page
        await playground.lifecycle("app_uninstalled")
        await page.get_by_role("button", name="Tools").click()
        await page.get_by_role("link", name="What the app may do here").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Rungs is requesting permission to access the Harbor & Pine workspace"
        )
        for scope in ASKED:
            item = page.get_by_role("listitem").filter(has=page.get_by_text(scope, exact=True))
            await expect(item).to_contain_text(SCOPES[scope])
        await expect(page.get_by_role("status")).to_have_text(
            "Rungs is not installed at the moment."
        )
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.get_by_role("button", name="Allow").click()
        await expect(page.get_by_role("status")).to_contain_text("Rungs is installed.")
        assert playground.service.standing == "installed"
        await page.get_by_role("link", name="Go to the workspace").click()
        await expect(page.locator("#composer-text")).to_be_visible()
        assert stage.visit.complaints == []


async def test_a_scope_without_a_reason_says_so(browser: Browser) -> None:
    async with staged(browser, playground=Playground(manifest=OWN)) as stage:
        await stage.page.goto(f"{stage.playground.address}/consent")
        await expect(stage.page.get_by_role("listitem").first).to_contain_text(
            "The app doesn't say why."
        )
        await stage.page.get_by_role("link", name="Cancel").click()
        await expect(stage.page.locator("#composer-text")).to_be_visible()


async def test_without_a_manifest_the_app_may_do_everything(browser: Browser) -> None:
    async with staged(browser) as stage:
        await stage.page.goto(f"{stage.playground.address}/consent")
        await expect(stage.page.locator("#consent")).to_contain_text(
            "Rungs has no manifest here, so it can do everything."
        )
