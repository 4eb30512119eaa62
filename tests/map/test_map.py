"""`/rungs map`: the levels of each role family, the tiers, and the ladder of behaviors."""

import pytest

from tests.self_check.ladder import WORDS
from tests.stage import Person, Stage, built_in


async def test_the_map_opens_one_screen_a_level(ada: Person) -> None:
    family = built_in().families["engineering"]
    await ada.types("/rungs map engineering 3", where=ada.channel)
    words = ada.view_text
    level = family.levels[2]
    for sign in level.looks_like:
        assert sign.replace("&", "&amp;") in words
    for figure in level.figures:
        assert figure.text in words
        assert words.count(f"Source: {figure.source}") == 1
    assert "Source: GitClear, AI Copilot Code Quality, 2025." in words
    assert "Source: METR (2025) and Cui et al. (2024)." in words
    for warning in level.warnings:
        assert warning in words
    await ada.clicks_in_view("Level 1")
    assert "Level 1: AI-Assisted" in ada.view_text
    assert "What changes at the next level" in ada.view_text


@pytest.mark.parametrize("family", list(built_in().families))
@pytest.mark.parametrize("level", [1, 2, 3])
async def test_every_page_of_the_map_can_be_shown(ada: Person, family: str, level: int) -> None:
    await ada.types(f"/rungs map {family} {level}")
    assert f"Level {level}:" in ada.view_text


async def test_the_map_opens_at_the_members_own_place(ada: Person) -> None:
    await ada.types("/rungs assess sales")
    await ada.answers("CCC")
    await ada.types("/rungs map")
    assert "Sales" in ada.view_text
    assert "Level 2: AI-Integrated" in ada.view_text


async def test_the_map_is_offered_in_the_dm(ada: Person) -> None:
    await ada.types("map")
    await ada.clicks("See the map")
    assert "Level 1: AI-Assisted" in ada.view_text


async def test_the_map_is_offered_at_the_page_asked_for(ada: Person) -> None:
    await ada.types("map sales 2")
    await ada.clicks("See level 2 of Sales")
    assert "Sales\nLevel 1" in ada.view_text
    assert "Level 2: AI-Integrated" in ada.view_text


@pytest.mark.parametrize("level", ["0", "4", "9", "-1", "99999"])
async def test_a_level_that_is_not_there_is_explained(ada: Person, level: str) -> None:
    nearest = 3 if int(level) > 3 else 1
    await ada.types(f"/rungs map sales {level}", where=ada.channel)
    expected = f"The map has levels 1, 2, and 3. Try `/rungs map sales {nearest}`."
    assert expected in ada.reads(ada.channel)
    await ada.types(f"/rungs map {level}", where=ada.channel)
    assert f"Try `/rungs map {nearest}`." in ada.reads(ada.channel)


@pytest.mark.parametrize("typed", ["tiers", "sales tiers"])
async def test_the_tiers_are_a_page_of_the_map(ada: Person, typed: str) -> None:
    await ada.types(f"/rungs map {typed}")
    assert "The six tiers" in ada.view_text


async def test_a_half_step_opens_the_level_below_it(ada: Person) -> None:
    await ada.types("/rungs map sales 2.5")
    assert "Level 2: AI-Integrated" in ada.view_text


async def test_the_window_that_comes_too_late_is_explained(stage: Stage, ada: Person) -> None:
    stage.playground.faults.add("views.open", "expired_trigger_id")
    await ada.types("/rungs map engineering 1", where=ada.channel)
    assert "could not open in time" in ada.reads(ada.channel)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("coding", WORDS.levels[3].objective),
        ("coding 4", f"Level 4: {WORDS.levels[3].name}"),
        ("AI coding level 2", WORDS.levels[1].role),
        ("coding 9", WORDS.levels[3].objective),
    ],
)
async def test_the_map_command_opens_the_ladder(ada: Person, typed: str, words: str) -> None:
    await ada.types(f"/rungs map {typed}")
    assert words in ada.view_text


async def test_the_map_of_the_ladder_is_offered_in_the_dm(ada: Person) -> None:
    await ada.types("map coding")
    await ada.clicks("See the ladder")
    assert WORDS.levels[3].objective in ada.view_text
