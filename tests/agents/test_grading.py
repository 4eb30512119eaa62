"""Grading an agent card by card: the level, the profile, what holds it back."""

import pytest

from coaching.min_score import BELOW_FIRST
from storage.agents import grades
from tests.agents.register import CHANNEL, Desk, ladder, need_at
from tests.stage import labels, shown
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
        ["A", "B", "C", "D", "Less than A", "Not tried"],
        ["Add a link", "Finish later"],
    ]
    assert not any(f"L{level}" in card for level in range(1, 5))


async def test_the_lowest_criterion_is_the_level(desk: Desk) -> None:
    agent = await desk.adds()
    words = ladder().words
    await desk.grades("CCBBCCC")
    result = desk.noah.reads()
    holding = f"{words.criteria[2].topic} and {words.criteria[3].topic} at L2"
    assert "Graded: Scout" in result
    assert f"*{words.name_of(2)}.*" in result
    assert f"What's holding it back: {holding}." in result
    assert f"*To reach {words.name_of(3)}, try next*" in result
    third = words.criteria[2].at(3)
    assert third
    assert third.to_try in result
    (grade,) = await desk.kept(agent)
    assert (grade.level, grade.model, grade.graded_by) == (2, "M-1", desk.noah.id)
    assert list(grades.answers_of(grade).values()) == [3, 3, 2, 2, 3, 3, 3]
    assert desk.posts()[-1].text == (
        f"<@{desk.noah.id}> graded *Scout*: {words.name_of(2)}. What's holding it back: {holding}. "
        "`/rungs agent show Scout` has the details."
    )


async def told_everywhere(desk: Desk) -> dict[str, str]:
    """Return every place that shows the grade of Scout, after a project for L3 was shared."""
    result, line = desk.noah.reads(), desk.posts()[-1].text
    chart = chart_of(desk.noah.card)
    assert chart
    noah = await desk.needs([need_at(3)], name="Order desk")
    comparison = noah.reads()
    await noah.clicks("Share in the channel")
    shared = shown(desk.posts()[-1])
    places = {"result": result, "line": line, "comparison": comparison, "shared": shared}
    places |= {word: await desk.says(f"{word} Scout".strip()) for word in ("show", "history")}
    await desk.grades("AAAAAAA")
    return {
        **places,
        "chart": chart["title"],
        "list": await desk.says("list"),
        "path": await desk.says("show Scout"),
    }


async def test_a_level_with_a_criterion_not_tried_is_told_wherever_a_grade_is_shown(
    desk: Desk,
) -> None:
    await desk.adds()
    await desk.grades("BBBB-BB")
    assert "L2 on six of seven; testing not tried. Graded" in await desk.says("list")
    places = await told_everywhere(desk)
    held = "L2 on six of seven; testing not tried"
    for place in ("result", "line", "chart", "show", "history", "path"):
        assert held in places[place], place
        assert ladder().words.before.name not in places[place], place
    for place in ("comparison", "shared", "show"):
        assert (
            f"Doesn't fit *Order desk* yet, which needs L3 Architect: {held}." in places[place]
        ), place
    assert "It becomes L2 when all seven reach it." in places["result"]
    second = ladder().words.criteria[4].at(2)
    assert second
    assert (
        f"*To reach {ladder().words.name_of(2)}, try next*\n• *Testing.* {second.to_try}"
        in places["show"]
    )


async def test_one_criterion_below_the_others_is_told_beside_the_grade(desk: Desk) -> None:
    await desk.adds()
    await desk.grades("CCACCCC")
    grade = "L1 Builder (L3 on six of seven; performance at L1)"
    assert f"{grade}. Graded" in await desk.says("list")
    places = await told_everywhere(desk)
    for place in ("result", "line", "show", "history", "path"):
        assert grade in places[place], place
    assert places["chart"] == "L3 on six of seven; performance at L1"
    assert f"*To reach {ladder().words.name_of(2)}, try next*" in places["result"]
    for place in ("comparison", "shared", "show"):
        assert "needs L3 Architect: L3 on six of seven; performance at L1." in places[place], place


async def test_a_try_that_fell_short_is_told_apart_from_no_try(desk: Desk) -> None:
    agent = await desk.adds()
    await desk.grades("BBBB<BB")
    held = "L2 on six of seven; testing below L1"
    assert f"*{held}.*" in desk.noah.reads()
    assert "*Testing:* Tried, below L1" in desk.noah.reads()
    assert f"graded *Scout*: {held}." in desk.posts()[-1].text
    first = ladder().words.criteria[4].at(1)
    assert first
    assert f"*To reach {ladder().words.name_of(1)}, try next*\n• *Testing.* {first.to_try}" in (
        await desk.says("show Scout")
    )
    (grade,) = await desk.kept(agent)
    assert (grade.level, list(grades.answers_of(grade).values())[4]) == (0, BELOW_FIRST)


@pytest.mark.parametrize(
    ("letters", "grade"),
    [
        ("B------", "No level yet; one of seven tried"),
        ("-------", "No level yet; none of seven tried"),
        ("BBBB---", "L2 on four of seven; testing, documentation, and monitoring not tried"),
        ("<<BBBBB", "No level yet; functionality and security below L1"),
    ],
)
async def test_a_grade_without_a_level_says_what_was_tried(
    desk: Desk, letters: str, grade: str
) -> None:
    await desk.adds()
    await desk.grades(letters)
    assert f"*{grade}.*" in desk.noah.reads()
    assert f"graded *Scout*: {grade}." in desk.posts()[-1].text
    assert f"{grade}. Graded" in await desk.says("list")


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


async def test_at_the_top_nothing_holds_it_back(desk: Desk) -> None:
    await desk.adds()
    await desk.grades("DDDDDDD")
    assert "No criterion holds it back" in desk.noah.reads()
    assert "ask a colleague to find a case" in desk.noah.reads()
    assert "What's holding it back" not in desk.posts()[-1].text


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
