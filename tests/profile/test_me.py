"""`/rungs me` with results in one framework: the path in words and as a chart, and the steps done."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.checkins.calendar import Season, season
from tests.self_check.test_result import title
from tests.stage import Person


async def test_me_shows_profile_and_history(ada: Person) -> None:
    await ada.types("/rungs me")
    assert "You have no result yet" in ada.reads()
    for letters in ("AAA", "CCC"):
        await ada.types("/rungs assess engineering")
        await ada.answers(letters)
    await ada.types("/rungs me")
    words = ada.reads()
    assert "*Engineering: tier 2, AI-Integrated.* Based on your own answers on " in words
    assert "; last time, tier 1.\n" in words
    assert "tier 1, AI-Assisted (Engineering)" in words
    assert words.count("tier 2, AI-Integrated") == 1
    assert "Open this step" in words
    await ada.clicks("Not for me")
    await ada.types("/rungs me")
    await ada.clicks("Next step", on=ada.card)
    assert "Done when" in ada.reads()
    assert "Checked" not in words
    assert "Verified" not in words


@pytest.fixture
async def spring(sqlite_url: str) -> AsyncIterator[Season]:
    async with season(sqlite_url) as ready:
        yield ready


async def takes(spring: Season, person: Person, *runs: str, family: str = "engineering") -> None:
    """Finish a self-check each week."""
    for letters in runs:
        await person.types(f"/rungs assess {family}")
        await person.answers(letters)
        spring.calendar.turn(days=7)


def charts(person: Person) -> list[dict[str, Any]]:
    return [block for block in person.card.blocks if block["type"] == "data_visualization"]


def points(chart: dict[str, Any], series: int = 0) -> list[tuple[str, float]]:
    data = chart["chart"]["series"][series]["data"]
    return [(point["label"], point["value"]) for point in data]


async def test_three_results_are_a_line_and_the_same_in_words(spring: Season) -> None:
    ada = spring.stage.person("ada")
    await takes(spring, ada, "AAA", "BBB")
    await ada.types("me")
    assert charts(ada) == []
    await takes(spring, ada, "DDD")
    await ada.types("me")
    (chart,) = charts(ada)
    assert chart["title"] == "Your path: Engineering"
    assert chart["chart"]["type"] == "line"
    assert [label for label, _ in points(chart)] == ["Mar 2", "Mar 9", "Mar 16"]
    assert [value for _, value in points(chart)] == [1, 1.5, 2.5]
    assert [label for label, _ in points(chart)] == chart["chart"]["axis_config"]["categories"]
    assert chart["chart"]["axis_config"]["y_label"] == "Tier: 0.5 to 3"
    # Slack ends the axis at the highest value, so another line shows the top.
    assert {value for _, value in points(chart, 1)} == {3}
    words = ada.card.text
    assert (
        "*Engineering: tier 2.5, AI-Advanced.* Based on your own answers on Monday, March 16"
        in words
    )
    assert words.index("tier 2.5, AI-Advanced") < words.index("tier 1.5, AI-Building (Engineering)")
    assert words.index("tier 1.5, AI-Building (") < words.index("tier 1, AI-Assisted (Engineering)")


async def test_results_of_one_day_and_of_other_families_make_no_false_line(ada: Person) -> None:
    for family, letters in (
        ("sales", "EEE"),
        ("engineering", "AAA"),
        ("engineering", "BBB"),
        ("engineering", "CCC"),
    ):
        await ada.types(f"/rungs assess {family}")
        await ada.answers(letters)
    await ada.types("me")
    (chart,) = charts(ada)
    assert [value for _, value in points(chart)] == [1, 1.5, 2]
    labels = [label for label, _ in points(chart)]
    assert [label.partition(" (")[2] for label in labels] == ["", "2)", "3)"]
    assert "tier 3, AI-Native (Sales)" in ada.reads()


async def test_a_refused_chart_leaves_the_words(spring: Season) -> None:
    ada = spring.stage.person("ada")
    await takes(spring, ada, "AAA", "BBB", "CCC")
    spring.stage.playground.faults.add("chat.postMessage", "invalid_blocks")
    await ada.types("me")
    assert charts(ada) == []
    assert "tier 1, AI-Assisted (Engineering)" in ada.reads()


async def test_the_steps_done_stand_there_with_their_dates(spring: Season) -> None:
    ada = spring.stage.person("ada")
    await takes(spring, ada, "AAA")
    await ada.types("me")
    assert "Steps you did" not in ada.reads()
    done = []
    for _ in range(10):
        await ada.types("step")
        done.append(title(ada))
        await ada.clicks("I'll try it")
        await ada.clicks("Done")
        spring.calendar.turn(days=1)
    await ada.types("me")
    for words in (ada.reads(), ada.card.text):
        lines = words.partition("*Steps you did*\n")[2].splitlines()[:9]
        assert [line.partition(": ")[2] for line in lines[:8]] == done[:1:-1]
        assert lines[8] == "• and two earlier"
    assert lines[0].startswith("• Wednesday, March 18: ")
