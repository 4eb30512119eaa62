"""Which level a project needs: asked in messages, shared in the channel, held against the agents there."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from coaching.needs import NeedQuestion
from storage import projects
from storage.tables import Project
from tests.bot.register import (
    CHANNEL,
    Desk,
    answer_needs,
    at_desk,
    click_next,
    ladder,
    need_words,
    next_with,
    picks,
    ticked,
    ticks,
)
from tests.stage import BOTH, Person, buttons, labels, shown

WORDS = need_words()
SINGLE = next(question for question in WORDS.questions if not question.multiple)
MULTIPLE = next(question for question in WORDS.questions if question.multiple)


@pytest.fixture
async def desk(stage_url: str) -> AsyncIterator[Desk]:
    async with at_desk(stage_url) as desk:
        yield desk


async def kept(desk: Desk) -> list[Project]:
    async with desk.stage.database.read() as session:
        return await projects.of_channel(session, desk.workspace_id, CHANNEL)


def need_at(level: int) -> str:
    """The id of some need that takes this level."""
    return next(n.id for q in WORDS.questions for n in q.needs if n.level == level)


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
    assert SINGLE.text in desk.noah.reads()
    assert labels(desk.noah.card)[0] == ["A", "B", "C", "D"][: len(SINGLE.needs)]
    await desk.noah.clicks("A")
    assert f"2 of {len(WORDS.questions)}" in desk.noah.reads()


async def test_without_needs_the_first_level_does(desk: Desk) -> None:
    noah = await desk.needs([])
    assert f"*This project needs {ladder().words.name_of(1)}.*" in noah.reads()
    assert "No answer asks for more than that." in noah.reads()
    assert "Why this level" not in noah.reads()


@pytest.mark.parametrize("level", [2, 3, 4])
async def test_the_answer_says_why_and_what_then(desk: Desk, level: int) -> None:
    need = WORDS.need(need_at(level))
    guide = ladder().level(level)
    assert need
    assert guide
    noah = await desk.needs([need.id], name="Order desk")
    told = noah.reads()
    assert f"*Order desk needs {ladder().words.name_of(level)}.*" in told
    assert f"• {need.text}: {need.because}" in told
    assert f'Without "{need.text}", {ladder().words.name_of(1)} would do.' in told
    assert f"*What stays with people at {guide.sign}*" in told
    for line in guide.cannot:
        assert line in told
    checklist = "\n".join(f"- [ ] {line}" for line in guide.acceptance)
    assert f"```\n{checklist}\n```" in told


async def test_two_answers_at_the_level_change_nothing_alone(desk: Desk) -> None:
    fours = [q.needs for q in WORDS.questions if any(need.level == 4 for need in q.needs)]
    chosen = [next(need.id for need in needs if need.level == 4) for needs in fours[:2]]
    noah = await desk.needs(chosen)
    assert "leaving out one of them alone changes nothing" in noah.reads()


async def test_the_same_answers_give_the_same_card(desk: Desk) -> None:
    cards = []
    for _ in range(2):
        noah = await desk.needs([need_at(3), need_at(2)], name="Order desk")
        cards.append(shown(noah.card))
    assert cards[0] == cards[1]


async def test_it_works_in_messages_too_and_stays_there(desk: Desk) -> None:
    await desk.noah.types("agent need")
    await answer_needs(desk.noah, [need_at(2)])
    assert ladder().words.name_of(2) in desk.noah.reads()
    assert labels(desk.noah.card)[-1] == ["Answer again", "How this came about"]


# Boxes


async def test_boxes_are_kept_at_once(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    await ticks(desk.noah, ["0", "2"])
    await desk.noah.clicks("Finish later")
    await desk.noah.clicks("Continue")
    assert question.text in desk.noah.reads()
    assert ticked(desk.noah.card) == ["0", "2"]
    await click_next(desk.noah)
    assert question.text not in desk.noah.reads()
    await desk.noah.clicks("Back")
    assert ticked(desk.noah.card) == ["0", "2"]


async def test_none_of_these_alone_is_an_answer(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    await next_with(desk.noah, ["none"])
    assert question.text not in desk.noah.reads()
    await desk.noah.clicks("Back")
    assert ticked(desk.noah.card) == ["none"]


async def test_none_together_with_others_asks_again_and_loses_nothing(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    await next_with(desk.noah, ["1", "none"])
    assert question.text in desk.noah.reads()
    assert f'"{WORDS.none_label}" was ticked together with others' in desk.noah.reads()
    assert ticked(desk.noah.card) == ["1", "none"]
    await next_with(desk.noah, ["1"])
    assert question.text not in desk.noah.reads()


async def test_every_box_with_none_asks_again_too(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    every = [str(place) for place in range(len(question.needs))]
    await next_with(desk.noah, [*every, "none"])
    assert question.text in desk.noah.reads()
    assert "was ticked together with others" in desk.noah.reads()


async def test_nothing_ticked_asks_again(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    question = await to_boxes(desk.noah)
    await next_with(desk.noah, [])
    assert question.text in desk.noah.reads()
    assert f'Tick what is true, or "{WORDS.none_label}"' in desk.noah.reads()


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


async def test_the_next_card_says_so_already(desk: Desk) -> None:
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
    assert "Back leads to these answers" in desk.noah.reads()


# Sharing


async def test_sharing_takes_one_click_and_names_who_did(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    await noah.clicks("Share in the channel")
    post = desk.posts()[-1]
    name = ladder().words.name_of(3)
    assert f"<@{noah.id}> worked out which level *Order desk* needs: *{name}*" in shown(post)
    assert "- [ ] " in shown(post)
    assert f"Shared in <#{CHANNEL}> with your name" in desk.told(noah, noah.dm)
    (project,) = await kept(desk)
    assert (project.name, project.level, project.shared_by) == ("Order desk", 3, noah.id)


@BOTH
async def test_shared_twice_says_so_and_posts_once(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    card = noah.card
    share = next((card, b, e) for b, e in buttons(card) if e["text"]["text"].startswith("Share"))
    await asyncio.gather(*(noah.clicks_element(*share) for _ in range(3)))
    await desk.stage.settle()
    await noah.clicks_element(*share)
    await desk.stage.settle()
    assert len(desk.posts()) == 1
    assert f"This result is shared in <#{CHANNEL}> already" in desk.told(noah, noah.dm)
    assert len(await kept(desk)) == 1


async def test_a_new_result_of_the_same_name_takes_its_place(desk: Desk) -> None:
    for level in (3, 2):
        noah = await desk.needs([need_at(level)], name="Order desk")
        await noah.clicks("Share in the channel", on=noah.card)
    assert [project.level for project in await kept(desk)] == [2]
    assert len(desk.posts()) == 2


async def test_agents_stand_beside_it_and_fit_or_miss_something(desk: Desk) -> None:
    for name in ("Fitting", "Missing", "Ungraded"):
        await desk.adds(name=name)
    await desk.grades("CCCCCCC", name="Fitting")
    await desk.grades("CCBCC-C", name="Missing")
    noah = await desk.needs([need_at(3)], name="Order desk")
    words = ladder().words
    third = words.name_of(3)
    await noah.clicks("Compare with its agents")
    below = f"{words.criteria[2].topic}, {words.criteria[5].topic}"
    expected = [
        f"• *Fitting.* Fits *Order desk*, which needs {third}.",
        f"• *Missing.* For *Order desk*, which needs {third}, these are below it: {below}.",
        f"• *Ungraded.* For *Order desk*, which needs {third}, a grade is missing.",
    ]
    for line in expected:
        assert line in desk.told(noah, noah.dm)
    await noah.clicks("Share in the channel")
    for line in expected:
        assert line in shown(desk.posts()[-1])
    listed = await desk.says("", by="grace")
    assert f"*Order desk* needs {third}" in listed
    assert f"Fits *Order desk*, which needs {third}." in listed
    assert f"these are below it: {below}." in await desk.says("show Missing", by="grace")


async def test_who_left_the_channel_neither_shares_nor_compares(desk: Desk) -> None:
    await desk.adds()
    noah = await desk.needs([need_at(3)])
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(noah.id)
    for label in ("Share in the channel", "Compare with its agents"):
        await noah.clicks(label)
        assert "The agents of a channel are for the people in it" in desk.told(noah, noah.dm)
    assert len(desk.posts()) == 1
    assert await kept(desk) == []


async def test_guests_compare_and_do_not_share(desk: Desk) -> None:
    workspace = desk.stage.playground.workspace
    sam = desk.person("sam")
    workspace.conversations[CHANNEL].members.add(sam.id)
    await desk.needs([need_at(2)], by="sam")
    await sam.clicks("Compare with its agents")
    assert "No agents are listed in the channel yet" in desk.told(sam, sam.dm)
    await sam.clicks("Share in the channel")
    assert "Guests can read about the agents" in desk.told(sam, sam.dm)
    assert await kept(desk) == []


async def test_somebody_elses_result_is_not_shared(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)])
    share = next((b, dict(e)) for b, e in buttons(noah.card) if e["text"]["text"][:5] == "Share")
    await desk.grace.types("hello")
    await desk.grace.clicks_element(desk.grace.card, *share)
    await desk.stage.settle()
    assert await kept(desk) == []
    assert desk.posts() == []


async def test_a_post_that_fails_is_said_and_the_list_has_it(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    desk.stage.playground.faults.add("chat.postMessage", "restricted_action")
    await noah.clicks("Share in the channel")
    assert "could not be posted" in desk.told(noah, noah.dm)
    assert "*Order desk* needs" in await desk.says("")


async def test_two_projects_stand_beside_each_other(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need Order desk", where=CHANNEL)
    first: Any = desk.noah.card
    await desk.needs([need_at(2)], name="Price list")
    assert "Price list needs" in desk.noah.reads()
    await desk.noah.clicks("A", on=first)
    assert f"2 of {len(WORDS.questions)}" in shown(desk.noah.messages()[0])


async def test_a_project_is_taken_off_the_list(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    await noah.clicks("Share in the channel")
    await desk.says("", by="grace")
    await picks(desk.grace, "project", "Order desk")
    assert "Take *Order desk* off the list" in desk.told(desk.grace)
    await desk.grace.clicks("Take it off", where=CHANNEL)
    assert "*Order desk* is off the list" in desk.told(desk.grace)
    assert desk.posts()[-1].text.startswith(f"<@{desk.grace.id}> took *Order desk* off")
    assert "Order desk" not in await desk.says("")
    assert await kept(desk) == []


async def test_of_two_who_take_it_off_one_is_told_that_it_was_gone(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    await noah.clicks("Share in the channel")
    for person in (desk.noah, desk.grace):
        await desk.says("", by="noah" if person.id == desk.noah.id else "grace")
        await picks(person, "project", "Order desk")
    await desk.grace.clicks("Take it off", where=CHANNEL)
    posts = len(desk.posts())
    await desk.noah.clicks("Take it off", where=CHANNEL)
    assert "not on the list any more" in desk.told(desk.noah)
    assert len(desk.posts()) == posts


async def test_how_it_came_about_shows_the_answers_and_the_rule(desk: Desk) -> None:
    need = WORDS.need(need_at(3))
    noah = await desk.needs([need_at(3)])
    await noah.clicks("How this came about")
    assert need
    assert f"{need.text} ({ladder().words.name_of(3)})" in noah.view_text
    assert "by a table in the content" in noah.view_text
    assert WORDS.none_label in noah.view_text
