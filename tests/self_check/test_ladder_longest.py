"""The longest ladder that the schema allows, and characters that Slack interprets, in every view."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from content import limits
from content.limits import length
from tests.self_check.ladder import climbs, picks
from tests.self_check.test_longest import Plain, filled, marked_up, nothing_was_refused, practice
from tests.stage import Person, Stage, staged

CARD_TEXT = 4000
"""Slack: a message whose text is longer cannot be brought up to date."""

LEVELS, BEHAVIORS = limits.LADDER_LEVELS[1], limits.BEHAVIORS[1]
NAMES = ("first", "second", "third", "fourth", "fifth", "sixth")


def behavior(level: int, number: int) -> dict[str, Any]:
    name = f"{NAMES[level - 1]}-{NAMES[number - 1]}"
    return {
        "id": name,
        "topic": f"{level}{number} " + filled(limits.TOPIC - 3).rstrip("."),
        "text": f"I {level}{number} " + filled(limits.ANSWER - 5),
        "evidence": [f"{n} " + filled(limits.LINE - 2) for n in range(limits.EVIDENCE[1])],
        "practice": {
            key: value
            for key, value in practice(f"longest-ladder-{name}").items()
            if key != "question"
        },
    }


def longest_ladder() -> dict[str, Any]:
    return {
        "framework": "longest-ladder",
        "kind": "ladder",
        "version": "1",
        "command": "longest-of-all",
        "name": "L" * limits.FAMILY_NAME,
        "summary": filled(limits.SUMMARY),
        "about": filled(limits.PARAGRAPH),
        "stem": filled(limits.QUESTION),
        "choices": [f"{n} " + filled(limits.BUTTON - 2) for n in range(limits.CHOICES)],
        "before": {"name": "B" * limits.LEVEL_NAME, "describes": filled(limits.LINE)},
        "levels": [
            {
                "level": level,
                "id": f"level-{NAMES[level - 1]}",
                "name": f"{level}" + "N" * (limits.LEVEL_NAME - 1),
                "objective": filled(limits.LINE),
                "describes": f"{level} " + filled(limits.LINE - 2),
                "role": filled(limits.PARAGRAPH),
                "behaviors": [behavior(level, number) for number in range(1, BEHAVIORS + 1)],
            }
            for level in range(1, LEVELS + 1)
        ],
        "references": [
            {"text": filled(limits.LINE), "source": filled(limits.LINE), "year": 2025}
            for _ in range(8)
        ],
    }


@pytest.fixture
async def stage(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    folder = tmp_path / "content" / "frameworks" / "longest-ladder"
    folder.mkdir(parents=True)
    text = yaml.dump(longest_ladder(), Dumper=Plain, allow_unicode=True, sort_keys=False)
    (folder / "framework.yaml").write_text(text)
    async with staged(sqlite_url, extra=tmp_path / "content") as ready:
        yield ready


@pytest.mark.parametrize("held", [0, 1, LEVELS])
async def test_a_whole_ladder_with_the_longest_words(stage: Stage, ada: Person, held: int) -> None:
    await ada.types("/rungs assess longest-of-all")
    await ada.clicks("Next")
    cards = ["2" * BEHAVIORS] * held + ["0" * BEHAVIORS] * (held < LEVELS)
    for numbers in cards:
        await picks(ada, numbers)
        assert length(ada.card.text) <= CARD_TEXT
        await ada.clicks("Next")
    assert "Your self-check: " + "L" * limits.FAMILY_NAME in ada.reads()
    assert length(ada.card.text) <= CARD_TEXT
    await ada.clicks("Why this result")
    assert "&lt;@U0ADAOKAFOR&gt; &amp;" in ada.view_text
    await ada.closes()
    await ada.types("/rungs me")
    await ada.types("/rungs tip")
    await ada.opens_home()
    nothing_was_refused(stage)
    for call in stage.playground.calls:
        assert all("<@U0" not in text for text in marked_up(call.arguments))


async def test_every_page_of_how_it_came_about_and_of_the_ladder(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess longest-of-all")
    await climbs(ada, *["2" * BEHAVIORS] * LEVELS)
    await ada.clicks("Why this result")
    for level in range(1, LEVELS + 1):
        await ada.clicks_in_view(f"{level}" + "N" * (limits.LEVEL_NAME - 1))
        for number in range(1, BEHAVIORS + 1):
            assert f"I {level}{number} " in ada.view_text
    await ada.closes()
    await ada.clicks("See the ladder")
    for level in range(1, LEVELS + 1):
        await ada.clicks_in_view(f"Level {level} (you)" if level == LEVELS else f"Level {level}")
        assert f"I {level}{BEHAVIORS} " in ada.view_text
    nothing_was_refused(stage)


async def test_twice_and_lower_with_the_longest_words(stage: Stage, ada: Person) -> None:
    for cards in (["2" * BEHAVIORS, "0" * BEHAVIORS], ["0" * BEHAVIORS]):
        await ada.types("/rungs assess longest-of-all")
        await climbs(ada, *cards)
    await ada.clicks("Why this result")
    await ada.types("/rungs assess longest-of-all")
    await picks(ada, "0")
    await ada.clicks("Finish later")
    await ada.types("/rungs assess longest-of-all")
    await ada.opens_home()
    nothing_was_refused(stage)
