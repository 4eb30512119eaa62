"""The longest words that an organization's own "mean" and "lowest" may have, in every view."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from coaching.mean_score import TIERS
from content import limits
from tests.agents.test_longest import CRITERIA, framework
from tests.self_check.test_longest import (
    Plain,
    filled,
    longest_family,
    marked_up,
    nothing_was_refused,
)
from tests.stage import Person, Stage, staged

NAME = "M" * limits.FAMILY_NAME


def longest_mean() -> dict[str, Any]:
    family = longest_family()
    tips = [{**tip, "id": tip["id"].replace("longest", "longest-mean")} for tip in family["tips"]]
    return {
        "framework": "longest-mean",
        "kind": "mean",
        "version": "1",
        "command": "mean",
        "name": NAME,
        "summary": filled(limits.SUMMARY),
        "about": filled(limits.PARAGRAPH),
        "none_label": filled(limits.BUTTON),
        "tiers": [
            {
                "tier": tier,
                "name": f"{place}" + "T" * (limits.BUTTON - 60),
                "explained": f"{place} " + filled(limits.LINE - 2),
                "describes": f"work {tier:g} " + filled(100),
            }
            for place, tier in enumerate(TIERS)
        ],
        "questions": family["questions"],
        "tips": tips,
    }


def longest_lowest() -> dict[str, Any]:
    return {
        **framework(),
        "framework": "longest-lowest",
        "subject": "person",
        "command": "lowest",
        "name": "W" * limits.FAMILY_NAME,
    }


@pytest.fixture
async def stage(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    for data in (longest_mean(), longest_lowest()):
        folder = tmp_path / "content" / "frameworks" / data["framework"]
        folder.mkdir(parents=True)
        text = yaml.dump(data, Dumper=Plain, allow_unicode=True, sort_keys=False)
        (folder / "framework.yaml").write_text(text)
    async with staged(sqlite_url, extra=tmp_path / "content") as ready:
        yield ready


async def test_both_from_the_command_to_the_home_tab(stage: Stage, ada: Person) -> None:
    for command, letters in (("mean", "AECDBA"), ("lowest", "C" * CRITERIA)):
        await ada.types(f"/rungs assess {command}")
        await ada.clicks(letters[0])
        await ada.clicks("Finish later")
        await ada.clicks("Continue")
        await ada.answers(letters[1:])
        assert "Your self-check: " in ada.reads()
        await ada.clicks("Why this result")
        assert "&lt;@U0ADAOKAFOR&gt;" in ada.view_text
        await ada.closes()
    for typed in ("me", "tip", "help", "assess nothing-like-it"):
        await ada.types(f"/rungs {typed}")
    await ada.opens_home()
    assert NAME in ada.view_text
    nothing_was_refused(stage)
    for call in stage.playground.calls:
        assert all("<@U0ADAOKAFOR>" not in text for text in marked_up(call.arguments))
