"""The page on which an app is let in: what it asks for, in Slack's words, and the reason for each."""

import json
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, expect

from bot.slack.installation import SCOPES
from commands import MANIFEST
from playground.scopes import DO, VIEW, consent
from playground.server import Playground, running
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


@pytest.mark.parametrize("width", [1200, 375])
async def test_the_consent_page_of_oauth_works_without_scripts(
    browser: Browser, width: int
) -> None:
    playground = Playground(many=True, manifest=None, reasons=SCOPES)
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    async with running(playground):
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        query = {
            "client_id": playground.credentials.client_id,
            "scope": ",".join(ASKED),
            "state": "s1",
            "redirect_uri": f"{playground.address}/consent",
        }
        await page.goto(f"{playground.address}/oauth/v2/authorize?{urlencode(query)}")
        await page.get_by_label("Workspace").select_option("Mill North")
        await page.get_by_role("button", name="Switch workspace").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Rungs is requesting permission to access the Mill North workspace"
        )
        for scope in ASKED:
            await expect(page.get_by_role("main")).to_contain_text(SCOPES[scope])
        sizes = await page.locator("main, select, .button, fieldset").evaluate_all(
            "(all) => all.map((one) => one.getBoundingClientRect().right)"
        )
        assert max(sizes) <= width
        whole = page.get_by_label("In the whole organization Mill Group")
        await page.get_by_label("Who installs it").select_option(label="Jun Park (member)")
        await whole.check()
        await page.get_by_role("button", name="Allow").click()
        await expect(page.get_by_role("alert")).to_contain_text("Only an admin of the organization")
        await whole.check()
        await page.get_by_label("Who installs it").select_option(index=0)
        await page.get_by_role("button", name="Allow").click()
        await page.wait_for_url(f"{playground.address}/consent?code=*&state=s1")
        assert all(one.startswith(playground.address) for one in asked)
    await context.close()
