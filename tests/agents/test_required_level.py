"""The questions about a project: letters, boxes, contradictions, and the result."""

import pytest

from coaching.required_level import TICKED, NeedQuestion, checklist_of
from tests.agents.register import (
    CHANNEL,
    Desk,
    answer_needs,
    click_next,
    ladder,
    need_at,
    need_words,
    next_with,
    ticked,
    ticks,
)
from tests.stage import Person, labels, shown

WORDS = need_words()
SINGLE = next(question for question in WORDS.questions if not question.multiple)


async def to_boxes(person: Person) -> NeedQuestion:
    """Answer up to the first card with boxes."""
    for question in WORDS.questions:
        if question.multiple:
            return question
        await person.clicks("A")
    raise AssertionError("No question has boxes.")


async def test_there_are_at_most_eight_cards_and_one_click_answers_where_one_is_true(
    desk: Desk,
) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    assert "The questions about the project are in your messages" in desk.told(desk.noah)
    assert f"{WORDS.title} · 1 of {len(WORDS.questions)}" in desk.noah.reads()
    assert len(WORDS.questions) <= 8
    assert SINGLE.text_about("") in desk.noah.reads()
    assert labels(desk.noah.card)[0] == ["A", "B", "C", "D"][: len(SINGLE.needs)]
    await desk.noah.clicks("A")
    assert f"2 of {len(WORDS.questions)}" in desk.noah.reads()


async def test_without_needs_the_first_level_is_enough(desk: Desk) -> None:
    noah = await desk.needs([])
    assert f"*This project needs {ladder().words.name_of(1)}.*" in noah.reads()
    assert "None of your answers call for more." in noah.reads()
    assert "Why this level" not in noah.reads()


@pytest.mark.parametrize("level", [2, 3, 4])
async def test_the_result_gives_reasons_and_alternatives(desk: Desk, level: int) -> None:
    need = WORDS.need(need_at(level))
    guide = ladder().level(level)
    assert need
    assert guide
    noah = await desk.needs([need.id], name="Order desk")
    told = noah.reads()
    assert f"*Order desk needs {ladder().words.name_of(level)}.*" in told
    assert f"• {need.text}: {need.because}" in told
    assert f'Without "{need.text}", {ladder().words.name_of(1)} would be enough.' in told
    assert f"*What stays with people at {guide.sign}*" in told
    for line in guide.cannot:
        assert line in told
    ticked = {need.id, *(q.needs[0].id for q in WORDS.questions if not q.multiple)}
    lines = [one for one in ladder().acceptance_lines if one.level <= level]
    asked = [one for one in lines if not one.needs or ticked.intersection(one.needs)]
    checklist = "\n".join(f"- [ ] {line.text}" for line in asked)
    assert "*Checklist for Order desk, to copy*" in told
    assert f"```\n{checklist}\n```" in told
    others = told.partition(f"*Also part of {guide.sign}, though no answer calls for it*\n")[2]
    for one in guide.acceptance_by_need:
        assert (f"• {one.text}" in others) == (need.id not in one.needs)


async def test_no_line_is_cut_where_the_answers_ask_for_all(desk: Desk) -> None:
    chosen: list[str] = []
    for question in WORDS.questions:
        every = [need.id for need in question.needs]
        chosen += every if question.multiple else every[-1:]
    noah = await desk.needs(chosen, name="Order desk")
    asked = checklist_of(WORDS, dict.fromkeys(chosen, TICKED), ladder().acceptance_lines).asked
    boxes = noah.reads().partition("*Checklist for Order desk, to copy*")[2]
    assert [line for line in asked if f"- [ ] {line}" not in boxes] == []


async def test_a_bank_on_one_server_is_not_asked_for_regions_or_99_99_percent(desk: Desk) -> None:
    noah = await desk.needs(["regulated", "one-server", "for-hours"], name="Order desk")
    assert "*Order desk needs L4 Production Engineer.*" in noah.reads()
    _, _, boxes = noah.reads().partition("*Checklist for Order desk, to copy*")
    asked, _, others = boxes.partition("*Also part of L4, though no answer calls for it*")
    assert "- [ ] A table maps each rule of the law" in asked
    assert "- [ ] A list of 10,000 records opens" in asked
    for word in ("region", "99.99%"):
        assert word not in asked
        assert word in others


async def test_the_project_is_named_in_its_questions(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need R&D *hub*", where=CHANNEL)
    for question in WORDS.questions:
        assert f"*{question.text_about('R&amp;D *hub*')}*" in desk.noah.reads()
        if question.multiple:
            await next_with(desk.noah, ["none"])
        else:
            await desk.noah.clicks("A")
    await desk.noah.clicks("Why this result")
    assert "Who uses R&amp;D *hub*?" in desk.noah.view_text
    await desk.noah.closes()
    await desk.needs([])
    assert "*Checklist for this project, to copy*" in desk.noah.reads()


async def test_dropping_one_of_two_deciding_needs_changes_nothing(desk: Desk) -> None:
    fours = [q.needs for q in WORDS.questions if any(need.level == 4 for need in q.needs)]
    chosen = [next(need.id for need in needs if need.level == 4) for needs in fours[:2]]
    noah = await desk.needs(chosen)
    assert "dropping any one of them changes nothing" in noah.reads()


async def test_the_same_answers_give_the_same_card(desk: Desk) -> None:
    cards = []
    for _ in range(2):
        noah = await desk.needs([need_at(3), need_at(2)], name="Order desk")
        cards.append(shown(noah.card))
    assert cards[0] == cards[1]


async def test_a_saved_project_says_how_to_continue(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need Order desk", where=CHANNEL)
    await desk.noah.clicks("A")
    assert f"{WORDS.title} Order desk · 2 of {len(WORDS.questions)}" in desk.noah.reads()
    await desk.noah.clicks("Finish later")
    assert "`/rungs agent need Order desk`" in desk.noah.reads()
    await desk.noah.types("/rungs agent need Order desk", where=CHANNEL)
    await desk.noah.clicks("Continue")
    assert f"2 of {len(WORDS.questions)}" in desk.noah.reads()


async def test_it_works_in_messages_and_is_not_shared(desk: Desk) -> None:
    await desk.noah.types("agent need")
    await answer_needs(desk.noah, [need_at(2)])
    assert ladder().words.name_of(2) in desk.noah.reads()
    assert labels(desk.noah.card)[-1] == ["Answer again", "Why this result"]


# Boxes


async def test_boxes_are_saved_at_once(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    await ticks(desk.noah, ["0", "2"])
    await desk.noah.clicks("Finish later")
    await desk.noah.clicks("Continue")
    assert question.text_about("") in desk.noah.reads()
    assert ticked(desk.noah.card) == ["0", "2"]
    await click_next(desk.noah)
    assert question.text_about("") not in desk.noah.reads()
    await desk.noah.clicks("Back")
    assert ticked(desk.noah.card) == ["0", "2"]


async def test_none_of_these_alone_is_an_answer(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    await next_with(desk.noah, ["none"])
    assert question.text_about("") not in desk.noah.reads()
    await desk.noah.clicks("Back")
    assert ticked(desk.noah.card) == ["none"]


async def test_none_together_with_others_asks_again_and_loses_nothing(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    await next_with(desk.noah, ["1", "none"])
    assert question.text_about("") in desk.noah.reads()
    assert f'"{WORDS.none_label}" along with something else' in desk.noah.reads()
    assert ticked(desk.noah.card) == ["1", "none"]
    await next_with(desk.noah, ["1"])
    assert question.text_about("") not in desk.noah.reads()


async def test_every_box_with_none_asks_again_too(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    every = [str(place) for place in range(len(question.needs))]
    await next_with(desk.noah, [*every, "none"])
    assert question.text_about("") in desk.noah.reads()
    assert "along with something else" in desk.noah.reads()


async def test_nothing_ticked_asks_again(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    await next_with(desk.noah, [])
    assert question.text_about("") in desk.noah.reads()
    assert f'Check everything that\'s true, or "{WORDS.none_label}"' in desk.noah.reads()


async def test_unticked_boxes_stay_unticked(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    await to_boxes(desk.noah)
    await ticks(desk.noah, ["0"])
    await ticks(desk.noah, [])
    await desk.noah.clicks("Finish later")
    await desk.noah.clicks("Continue")
    assert ticked(desk.noah.card) == []


# Contradictions


async def test_needs_that_contradict_are_named_with_a_way_back(desk: Desk) -> None:
    clash = WORDS.contradictions[0]
    noah = await desk.needs(clash.needs)
    texts = [need.text for need in map(WORDS.need, clash.needs) if need]
    told = noah.reads()
    assert f'"{texts[0]}" and "{texts[1]}" may not fit together. {clash.says}' in told
    await noah.clicks("Answer again")
    assert f"1 of {len(WORDS.questions)}" in noah.reads()
    await answer_needs(noah, [clash.needs[0]])
    assert "may not fit together" not in noah.reads()


async def test_the_next_card_shows_the_contradiction(desk: Desk) -> None:
    places = {n.id: at for at, q in enumerate(WORDS.questions) for n in q.needs}
    ends = [(max(places[need] for need in c.needs), c) for c in WORDS.contradictions]
    last, clash = min(ends, key=lambda end: end[0])
    assert last < len(WORDS.questions) - 1
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    for question in WORDS.questions[: last + 1]:
        wanted = [str(p) for p, need in enumerate(question.needs) if need.id in clash.needs]
        if question.multiple:
            await next_with(desk.noah, wanted or ["none"])
        else:
            await desk.noah.clicks("ABCDEF"[int(wanted[0]) if wanted else 0])
    assert "Back takes you to these answers" in desk.noah.reads()
