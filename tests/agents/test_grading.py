"""Grading an agent card by card: the level, the profile, what holds it back."""

import pytest

from storage.agents import grades
from tests.agents.register import CHANNEL, Desk, ladder
from tests.stage import labels
from tests.team_digest.channel import chart_of

SEVEN = "CCCCCCC"


async def test_a_card_has_the_question_and_four_descriptions_without_levels(desk: Desk) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent grade scout", where=CHANNEL)
    assert "The grading is in your messages with Rungs" in desk.told(desk.noah)
    card, criterion = desk.noah.reads(), ladder().words.criteria[0]
    assert "Scout · 1 of 7" in card
    assert criterion.question in card
    for letter, one in zip("ABCD", criterion.levels, strict=True):
        assert f"*{letter}.* {one.describes}" in card
    assert labels(desk.noah.card) == [
        ["A", "B", "C", "D", "Not tried"],
        ["Add a link", "Finish later"],
    ]
    assert not any(f"L{level}" in card for level in range(1, 5))


async def test_the_lowest_criterion_is_the_level(desk: Desk) -> None:
    agent = await desk.adds()
    words = ladder().words
    await desk.grades("CCBCCCC")
    result = desk.noah.reads()
    assert "Graded: Scout" in result
    assert f"*{words.name_of(2)}.*" in result
    assert f"What holds it back: {words.criteria[2].topic}." in result
    assert f"*To climb to {words.name_of(3)}, try next*" in result
    third = words.criteria[2].at(3)
    assert third
    assert third.to_try in result
    (grade,) = await desk.kept(agent)
    assert (grade.level, grade.model, grade.graded_by) == (2, "M-1", desk.noah.id)
    assert list(grades.answers_of(grade).values()) == [3, 3, 2, 3, 3, 3, 3]
    assert desk.posts()[-1].text == (
        f"<@{desk.noah.id}> graded *Scout*: {words.name_of(2)}. Lowest: {words.criteria[2].topic}. "
        "`/rungs agent show Scout` has the details."
    )


async def test_the_profile_is_a_chart_and_the_same_in_words(desk: Desk) -> None:
    await desk.adds()
    await desk.grades("DCB-CCC")
    card = desk.noah.card
    chart = chart_of(card)
    assert chart
    (series,) = chart["chart"]["series"]
    assert [point["value"] for point in series["data"]] == [4, 3, 2, 0, 3, 3, 3]
    for criterion in ladder().words.criteria:
        assert f"*{criterion.name}:*" in card.text
    assert f"*{ladder().words.criteria[3].name}:* Not tried" in card.text


async def test_a_chart_below_the_top_of_the_scale_shows_it_too(desk: Desk) -> None:
    await desk.adds()
    await desk.grades("CCCCCCC")
    chart = chart_of(desk.noah.card)
    assert chart
    (series,) = chart["chart"]["series"]
    assert [point["value"] for point in series["data"]] == [3] * 7 + [4]
    assert series["data"][-1]["label"] == "Top of the scale"


async def test_not_tried_counts_as_no_level(desk: Desk) -> None:
    agent = await desk.adds()
    await desk.grades("CC-CCCC")
    assert f"*{ladder().words.before.name}.*" in desk.noah.reads()
    assert f"Not tried yet: {ladder().words.criteria[2].topic}" in desk.noah.reads()
    (grade,) = await desk.kept(agent)
    assert grade.level == 0


async def test_at_the_top_nothing_holds_it_back(desk: Desk) -> None:
    await desk.adds()
    await desk.grades("DDDDDDD")
    assert "No criterion holds it back" in desk.noah.reads()
    assert "ask a colleague to find a case" in desk.noah.reads()
    assert "Lowest:" not in desk.posts()[-1].text


@pytest.mark.parametrize("fault", ["invalid_blocks", "invalid_blocks_format"])
async def test_without_a_chart_the_words_are_shown(desk: Desk, fault: str) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, SEVEN[:-1])
    desk.stage.playground.faults.add("chat.update", fault)
    await desk.noah.clicks("C")
    assert chart_of(desk.noah.card) is None
    assert "Graded: Scout" in desk.noah.reads()
    assert len(await desk.kept(agent)) == 1
