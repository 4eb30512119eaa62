"""The scale as a picture in text: on the result, on the Home tab and in `/rungs me`, and in words."""

import pytest

from bot.assessments.result_views import NO_BREAK
from tests.profile.test_two_profiles import takes_both
from tests.self_check.ladder import HELD, MIXED, climbs
from tests.self_check.places import everywhere
from tests.stage import Person


def scale(picture: str) -> str:
    """Return the picture as Slack gets it, where signs and marks are not parted at the end of a line."""
    return picture.replace("● ", f"●{NO_BREAK}").replace("○ ", f"○{NO_BREAK}")


FIRST = {
    "---": "*● 0.5* — 1 — 1.5 — 2 — 2.5 — 3",
    "AAA": "0.5 — *● 1* — 1.5 — 2 — 2.5 — 3",
    "BBB": "0.5 — 1 — *● 1.5* — 2 — 2.5 — 3",
    "CCC": "0.5 — 1 — 1.5 — *● 2* — 2.5 — 3",
    "DDD": "0.5 — 1 — 1.5 — 2 — *● 2.5* — 3",
    "EEE": "0.5 — 1 — 1.5 — 2 — 2.5 — *● 3*",
}


async def takes(person: Person, *runs: str, family: str = "engineering") -> None:
    for letters in runs:
        await person.types(f"/rungs assess {family}")
        await person.answers(letters)


@pytest.mark.parametrize("letters", list(FIRST))
async def test_a_first_result_shows_its_tier_alone(ada: Person, letters: str) -> None:
    await takes(ada, letters)
    for text in await everywhere(ada):
        assert f"{scale(FIRST[letters])}{NO_BREAK * 2} {scale('_● now_')}" in text
        assert "○" not in text
        assert "last time" not in text


@pytest.mark.parametrize(
    ("before", "after", "picture", "key", "words"),
    [
        ("AAA", "CCC", "0.5 — ○ 1 — 1.5 — *● 2* — 2.5 — 3", "now, ○ last time", "tier 1"),
        ("DDD", "BBB", "0.5 — 1 — *● 1.5* — 2 — ○ 2.5 — 3", "now, ○ last time", "tier 2.5"),
        ("CCC", "BCC", "0.5 — 1 — 1.5 — *● 2* — 2.5 — 3", "now and last time", "as last time"),
    ],
)
async def test_a_later_one_shows_the_last_one_too(
    ada: Person, before: str, after: str, picture: str, key: str, words: str
) -> None:
    await takes(ada, before, after)
    for text in await everywhere(ada):
        assert f"{scale(picture)}{NO_BREAK * 2} {scale(f'_● {key}_')}" in text
        assert words in text


async def test_another_family_is_not_the_last_time(ada: Person) -> None:
    await takes(ada, "AAA")
    await takes(ada, "CCC", family="sales")
    for text in await everywhere(ada):
        assert scale("0.5 — 1 — 1.5 — *● 2* — 2.5 — 3") in text
        assert "last time" not in text


async def test_a_screen_reader_gets_words_and_no_signs(ada: Person) -> None:
    await takes(ada, "AAA", "CCC")
    result = ada.card
    await ada.types("/rungs me")
    for message in (result, ada.card):
        assert "tier 2, AI-Integrated" in message.text
        assert "tier 1" in message.text
        assert not [sign for sign in "●○" if sign in message.text]


async def test_a_ladder_has_its_own_scale(ada: Person) -> None:
    await takes_both(ada)
    picture = scale("Before Fluency — *● 1* — 2 — 3 — 4")
    assert picture in ada.reads()
    await ada.types("/rungs assess coding")
    await climbs(ada, HELD, HELD, MIXED)
    for text in await everywhere(ada):
        assert scale("Before Fluency — ○ 1 — *● 2* — 3 — 4") in text
