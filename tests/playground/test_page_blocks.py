"""Every block is shown, charts have a table of their values, and an unknown block is named."""

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.playground.page_blocks import CONTROLS, PIE, WORDS, chart
from tests.playground.page_stage import ADA, Stage, words

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_blocks_with_words(shared: Stage) -> None:
    item = shared.message(await shared.post(WORDS))
    await expect(item.get_by_role("heading", name="A header")).to_be_visible()
    await expect(item.locator(".fields")).to_contain_text("Field two")
    await expect(item.locator(".context em")).to_have_text("print")
    await expect(item.locator(".image")).to_contain_text("Image: A ladder")
    await expect(item.locator(".rich_text strong")).to_have_text("Rich")
    await expect(item.locator(".rich_text .mention")).to_have_text("@Grace Lee")
    await expect(item.locator(".rich_text pre")).to_have_text("pre\nformatted")
    await expect(item.locator(".markdown a")).to_have_attribute("href", "https://example.com/")
    await expect(item.get_by_role("columnheader", name="People")).to_be_visible()
    await expect(item.locator(".cannot-show")).to_have_count(0)
    assert shared.visit.complaints == []
    assert [url for url in shared.visit.requests if "example.com" in url] == []


async def test_controls_all_have_names(shared: Stage) -> None:
    item = shared.message(await shared.post(CONTROLS))
    await expect(item.get_by_role("link", name="Read more")).to_have_attribute(
        "rel", "noopener noreferrer"
    )
    await expect(item.get_by_label("Date", exact=True)).to_have_value("2026-11-20")
    await expect(item.get_by_label("A person")).to_contain_text("Grace Lee")
    await expect(item.get_by_label("A channel")).to_contain_text("#product")
    await expect(item.get_by_role("radio", name="Yes")).to_be_visible()
    await expect(item.get_by_role("checkbox", name="Monday")).to_be_visible()
    await item.get_by_role("button", name="More for: With a menu").press("Enter")
    await expect(item.get_by_role("menuitem", name="Hide")).to_be_focused()
    await shared.page.keyboard.press("Escape")
    await expect(item.get_by_role("button", name="More for: With a menu")).to_be_focused()


async def facts(item: Locator) -> list[list[str]]:
    """The rows of the table that stands for a chart."""
    rows: list[list[str]] = await item.locator("table tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return rows


async def test_pie_has_its_facts_as_a_table(shared: Stage) -> None:
    item = shared.message(await shared.post([PIE]))
    await expect(item.locator("svg .slice")).to_have_count(2)
    assert await facts(item) == [["Part", "Value"], ["Building", "3"], ["Native", "1"]]


@pytest.mark.parametrize(
    ("kind", "marks"), [("bar", "rect"), ("line", "polyline"), ("area", "polygon.area")]
)
async def test_chart_has_its_facts_as_a_table(shared: Stage, kind: str, marks: str) -> None:
    item = shared.message(await shared.post([chart(kind)]))
    await expect(item.locator(f"svg {marks}")).not_to_have_count(0)
    assert await facts(item) == [
        ["Month", "Growth", "Product"],
        ["October", "4", "6"],
        ["November", "9", "3"],
    ]


async def test_unknown_block_says_that_it_cannot_be_shown(shared: Stage) -> None:
    ts = await shared.post([words("Known")])
    message = shared.playground.workspace.message(shared.playground.workspace.dm(ADA).id, ts)
    assert message is not None
    hologram: dict[str, Any] = {"type": "hologram", "block_id": "h"}
    message.blocks.append(hologram)
    await shared.page.reload()
    await expect(shared.message(ts)).to_contain_text('cannot show a block of type "hologram"')
