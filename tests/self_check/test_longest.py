"""The longest content that the schema allows, and characters that Slack interprets, in every view.

The playground refuses what Slack refuses.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from coaching.mean_score import LEVELS, TIERS
from content import limits
from tests.stage import Person, Stage, built_in, staged

SIGNS = '<@U0ADAOKAFOR> & "x" *y* '


SIGNS_SHOWN = 9


def filled(size: int) -> str:
    """Return sentences of exactly this size that begin with characters to escape."""
    text = SIGNS if size > 2 * len(SIGNS) else ""
    while len(text) < size - 1:
        text += "Words and words. "
    return text[: size - 1].rstrip() + "." * (size - len(text[: size - 1].rstrip()))


def practice(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "question": "first",
        "title": "Keep one prompt",
        "minutes": 15,
        "when": f"When {SIGNS}" + "works. " * 13 + "End.",
        "why": f"Because {SIGNS}" + "works " * 9 + "so.",
        "done_when": f"one {SIGNS}" + "works " * 6 + "out",
        "example": "\n".join(
            [filled(limits.EXAMPLE // limits.EXAMPLE_LINES - 1)] * limits.EXAMPLE_LINES
        ),
        "data": "customer",
        "learned_from": filled(limits.LEARNED_FROM),
        "reviewed": "2026-11-20",
        **more,
    }


def level(number: int) -> dict[str, Any]:
    """Return a level that fills one screen."""
    texts = ("operational_unit", "unit_of_work", "cycle_time", "day_shape", "failure_mode")
    figures = [
        {"id": f"f{number}-{n}", "text": filled(limits.LINE), "source": filled(150), "year": 2025}
        for n in range(5)
    ]
    lines = [f"{n:02} " + filled(limits.LINE - 3) for n in range(SIGNS_SHOWN)]
    return {
        "level": number,
        "is": filled(limits.PARAGRAPH),
        "looks_like": lines,
        "shift": filled(limits.PARAGRAPH),
        "figures": figures,
        "warnings": lines[:4],
        "operation": {name: filled(400) for name in texts} | {"metrics": lines[:4]},
    }


def longest_family() -> dict[str, Any]:
    answers = [
        {"level": n, "text": f"{n} " + filled(limits.ANSWER - 4), "keep": filled(limits.KEEP)}
        for n in LEVELS
    ]
    names = ("first", "second", "third", "fourth", "fifth", "sixth")
    return {
        "family": "longest",
        "version": "1",
        "order": 99,
        "name": "L" * limits.FAMILY_NAME,
        "covers": filled(limits.LINE),
        "pattern": {"name": filled(limits.BUTTON), "explained": filled(limits.PARAGRAPH)},
        "depth": "floor",
        "tiers": [{"tier": t, "describes": f"work {t:g} " + (SIGNS * 5).strip()} for t in TIERS],
        "levels": [level(n) for n in (1, 2, 3)],
        "questions": [
            {
                "id": name,
                "topic": f"{name} " + "t" * (limits.TOPIC - len(name) - 1),
                "text": filled(limits.QUESTION),
                "answers": answers,
            }
            for name in names
        ],
        "tips": [practice(f"longest-{n}", **{"from": t}) for n, t in enumerate(TIERS[:-1])],
        "evidence": [practice("longest-evidence")],
    }


class Plain(yaml.SafeDumper):
    """A YAML dumper without references, which content does not have."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@pytest.fixture
async def stage(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    folder = tmp_path / "content" / "frameworks" / "role-families"
    folder.mkdir(parents=True)
    text = yaml.dump(longest_family(), Dumper=Plain, allow_unicode=True, sort_keys=False)
    (folder / "longest.yaml").write_text(text)
    async with staged(sqlite_url, extra=tmp_path / "content") as ready:
        yield ready


def marked_up(value: Any) -> Iterator[str]:
    """Return every text in which Slack would look for mentions."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for item in value.values():
            yield from marked_up(item)
    elif isinstance(value, list):
        for item in value:
            yield from marked_up(item)


def nothing_was_refused(stage: Stage) -> None:
    refused = [(c.method, c.answer) for c in stage.playground.calls if not c.ok]
    assert refused == []


@pytest.mark.parametrize("letters", ["AAAAAA", "------", "EEEEEE", "AEAEAE"])
async def test_a_whole_self_check_with_the_longest_words(
    stage: Stage, ada: Person, letters: str
) -> None:
    await ada.types("/rungs assess")
    assert "L" * limits.FAMILY_NAME in ada.reads()
    await ada.clicks("L" * limits.FAMILY_NAME)
    await ada.answers(letters)
    await ada.clicks("Why this result")
    assert "&lt;@U0ADAOKAFOR&gt; &amp;" in ada.view_text
    assert "<@U0" not in ada.view_text
    await ada.closes()
    await ada.clicks("Show an example")
    assert "From: &lt;@U0ADAOKAFOR&gt; &amp;" in ada.view_text
    await ada.closes()
    await ada.types("/rungs me")
    await ada.types("/rungs tip")
    await ada.opens_home()
    await ada.clicks_in_view("Show an example")
    nothing_was_refused(stage)
    for call in stage.playground.calls:
        assert all("<@U0" not in text for text in marked_up(call.arguments))


@pytest.mark.parametrize("page", ["1", "2", "3"])
async def test_every_page_of_the_map_with_the_longest_words(
    stage: Stage, ada: Person, page: str
) -> None:
    await ada.types(f"/rungs map longest {page}")
    words = ada.view_text
    assert f"Tier {page}:" in words
    for number in range(SIGNS_SHOWN):
        assert words.count(f"• {number:02} ") == (3 if number < 4 else 1)
    await ada.clicks_in_view("The tiers")
    for tier in built_in().framework.tiers:
        assert tier.name in ada.view_text
    nothing_was_refused(stage)


async def test_a_long_history_fits_into_a_message_and_a_window(stage: Stage, ada: Person) -> None:
    for _ in range(11):
        await ada.types("/rungs assess engineering")
        await ada.answers("ACE")
    await ada.types("/rungs me")
    assert "and two earlier" in ada.reads()
    await ada.opens_home()
    await ada.clicks_in_view("All my results")
    assert "and two earlier" in ada.view_text
    nothing_was_refused(stage)


async def test_empty_views_are_worded_kindly(stage: Stage, ada: Person) -> None:
    for command in ("me", "tip", "family", "forget", "export"):
        await ada.types(f"/rungs {command}")
    await ada.opens_home()
    nothing_was_refused(stage)
