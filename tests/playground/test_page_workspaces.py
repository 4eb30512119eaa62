"""Several workspaces on the page: a person goes from one to another, and the address remembers where."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Route, expect

from playground.server import Playground
from tests.playground.page_stage import ADA, staged

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")

HARBOR, LARK = "T0HARBORPIN", "T0LARKSONS0"


def two() -> Playground:
    """Harbor & Pine, and a workspace with people and channels of its own."""
    made = Playground()
    lark = made.add_workspace(LARK, "Lark & Sons")
    lark.channel("product").topic = "Numbers of Lark & Sons"
    return made


async def test_one_workspace_is_named_without_a_choice(browser: Browser) -> None:
    async with staged(browser) as stage:
        await expect(stage.page.locator(".workspace-name")).to_contain_text("Harbor & Pine")
        await expect(stage.page.get_by_label("Workspace")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 375])
async def test_a_person_goes_to_another_workspace_and_a_reload_stays_there(
    browser: Browser, width: int
) -> None:
    async with staged(browser, playground=two(), width=width) as stage:
        page = stage.page
        if width == 375:
            await page.get_by_role("button", name="People and conversations").click()
        await page.get_by_label("Workspace").select_option(LARK)
        await expect(page).to_have_url(re.compile(f"/{LARK}$"))
        (there,) = [one for one in stage.playground.workspaces.values() if one.id == LARK]
        assert page.url.split("#")[1].split("/")[0] in there.people
        await page.reload()
        if width == 375:
            await page.get_by_role("button", name="People and conversations").click()
        await expect(page.get_by_label("Workspace")).to_have_value(LARK)
        await page.get_by_role("button", name="product").click()
        await expect(page.locator(".place-topic")).to_have_text("Numbers of Lark & Sons")
        if width == 375:
            await page.get_by_role("button", name="People and conversations").click()
        await page.get_by_label("Workspace").select_option(HARBOR)
        await expect(page).not_to_have_url(re.compile(LARK))
        await expect(page.locator(".you")).to_contain_text("Ada Okafor")
        assert stage.visit.complaints == []


async def test_a_message_on_the_way_to_another_workspace_is_fetched_from_where_it_came(
    browser: Browser,
) -> None:
    async with staged(browser, playground=two()) as stage:
        page, go_on = stage.page, asyncio.Event()

        async def slow(route: Route) -> None:
            await go_on.wait()
            await route.continue_()

        await page.route(f"**/play/state?team={LARK}", slow)
        async with page.expect_request(f"**/play/state?team={LARK}"):
            await page.get_by_label("Workspace").select_option(LARK)
        async with page.expect_response(re.compile(f"/play/state.*user={ADA}")):
            await stage.post(text="Written meanwhile")
        go_on.set()
        await expect(page).to_have_url(re.compile(f"/{LARK}$"))
        assert stage.visit.complaints == []


async def test_what_is_written_in_one_workspace_is_not_seen_in_another(browser: Browser) -> None:
    async with staged(browser, playground=two()) as stage:
        page = stage.page
        await page.get_by_role("button", name="product").click()
        await page.get_by_label("Workspace").select_option(LARK)
        await expect(page).to_have_url(re.compile(f"/{LARK}$"))
        await page.get_by_role("button", name="product").click()
        box = page.locator("#composer-text")
        await box.fill("Only for Lark")
        await box.press("Enter")
        await expect(page.locator("#messages")).to_contain_text("Only for Lark")
        await page.get_by_label("Workspace").select_option(HARBOR)
        await expect(page).not_to_have_url(re.compile(LARK))
        await page.get_by_role("button", name="product").click()
        await expect(page.locator(".place-topic")).not_to_have_text("Numbers of Lark & Sons")
        await expect(page.locator("#messages")).not_to_contain_text("Only for Lark")
