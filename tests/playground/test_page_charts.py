"""Charts in the shapes of a digest: three bands, twelve weeks, a single week."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.playground.page_stage import Stage, staged

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")

BANDS = ["Single steps", "Parts of the work", "From instructions"]
WEEKS = [f"{day} Sep" for day in range(1, 13)]
SCALE = "1 a few or none · 2 some · 3 most"


def chart(kind: str, lines: Mapping[str, Sequence[float]], categories: list[str]) -> dict[str, Any]:
    """Return a chart block."""
    series = [
        {
            "name": name,
            "data": [
                {"label": label, "value": value}
                for label, value in zip(categories, values, strict=True)
            ],
        }
        for name, values in lines.items()
    ]
    axis = {"categories": categories, "y_label": SCALE}
    return {
        "type": "data_visualization",
        "title": "How this team uses AI",
        "chart": {"type": kind, "series": series, "axis_config": axis},
    }


BARS = chart("bar", {"Share of the answers": [1, 3, 2]}, BANDS)
LINES = chart(
    "line", {name: [1 + (n + i) % 3 for i in range(12)] for n, name in enumerate(BANDS)}, WEEKS
)


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (375, True)])
async def test_a_digest_shows_its_charts_and_the_same_facts_in_words(
    browser: Browser, width: int, dark: bool
) -> None:
    async with staged(browser, width=width, dark=dark) as stage:
        item = stage.message(await stage.post([BARS, LINES]))
        bars, lines = item.locator("figure").nth(0), item.locator("figure").nth(1)
        await expect(bars.locator("rect")).to_have_count(3)
        await expect(lines.locator("polyline")).to_have_count(3)
        await expect(bars).to_contain_text(SCALE)
        table = bars.get_by_role("table", name="How this team uses AI")
        await expect(table.get_by_role("row", name="Parts of the work")).to_contain_text("3")
        weeks = lines.get_by_role("table").get_by_role("rowheader")
        await expect(weeks).to_have_text(WEEKS)
        room = await stage.page.evaluate("document.documentElement.scrollWidth")
        assert room == width
        assert stage.visit.complaints == []


async def test_the_tallest_bar_is_three_times_the_lowest(shared: Stage) -> None:
    item = shared.message(await shared.post([BARS]))
    marks = item.locator("svg .axis-mark[text-anchor=end]")
    await expect(marks).to_have_text(["0", "1", "2", "3"])
    heights = [
        float(await bar.get_attribute("height") or 0) for bar in await item.locator("rect").all()
    ]
    low, high, middle = heights
    assert (high / low, middle / low) == pytest.approx((3, 2))


async def test_a_single_week_is_a_point(shared: Stage) -> None:
    one = chart("line", {"Single steps": [1]}, ["8 Sep"])
    item = shared.message(await shared.post([one]))
    marks = item.locator("svg .axis-mark[text-anchor=end]")
    await expect(marks).to_have_text(["0", "1"])
    await expect(item.locator("svg circle")).to_have_count(1)
    await expect(item.locator("svg")).to_contain_text("8 Sep")


@pytest.mark.parametrize("width", [1200, 375])
async def test_names_that_would_be_cut_stand_at_a_slant_and_apart(
    browser: Browser, width: int
) -> None:
    names = ["Functionality", "Security", "Performance", "Architecture", "Testing", "Documentation"]
    async with staged(browser, width=width) as stage:
        bars = chart("bar", {"Level": [3, 2, 1, 4, 2, 3]}, names)
        item = stage.message(await stage.post([bars]))
        shown = item.locator("svg .axis-mark[transform]")
        await expect(shown).to_have_text(names)
        figure = await item.locator("figure").bounding_box()
        assert figure
        for name in await shown.all():
            box = await name.bounding_box()
            assert box
            assert box["x"] >= figure["x"]
            assert box["y"] + box["height"] <= figure["y"] + figure["height"]


@pytest.mark.parametrize("width", [1200, 375])
async def test_names_do_not_run_into_each_other(browser: Browser, width: int) -> None:
    names = ["Nov 30, 2026", "Nov 30, 2026 (2)", "Dec 2, 2026", "Dec 4, 2026"]
    async with staged(browser, width=width) as stage:
        line = chart("line", {"Tier": [1.5, 1.5, 2, 2]}, names)
        item = stage.message(await stage.post([line]))
        marks = item.locator("svg .axis-mark:not([text-anchor=end]), svg .axis-mark[transform]")
        await expect(marks).to_have_count(len(names))
        boxes = [await mark.bounding_box() for mark in await marks.all()]
        slanted = await item.locator("svg .axis-mark[transform]").count()
    ends = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
    assert slanted or all(end < start for (_, end), (start, _) in pairwise(ends))
