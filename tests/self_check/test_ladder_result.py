"""The result of the AI-coding self-check: its text in each case, and its buttons."""

import re
from itertools import product

import pytest

from bot.assessments.ladder_views import LadderResultView, ladder_footer, ladder_text
from coaching.ladder_score import BEHAVIOR_CHOICES as NUMBERS
from coaching.ladder_score import ladder_standing
from content.library import MessageCatalog
from tests.self_check.ladder import CHOICES, HELD, LADDER, MIXED, RESULT, WORDS, climbs
from tests.self_check.test_result import title
from tests.stage import Person, labels, shown

RENDER = MessageCatalog().render
WORDS_ALLOWED = 80
TOP = len(WORDS.levels)


def result(given: list[tuple[float, ...]], last: int | None) -> LadderResultView:
    cards = zip(WORDS.levels, given, strict=False)
    answers = {
        behavior.id: level
        for at, levels in cards
        for behavior, level in zip(at.behaviors, levels, strict=True)
    }
    return LadderResultView("id", WORDS, answers, ladder_standing(WORDS, answers), last)


@pytest.mark.parametrize("held", range(TOP + 1))
@pytest.mark.parametrize("last", [None, *range(TOP + 1)])
def test_every_result_stays_short_and_tells_the_behavior_before_the_level(
    held: int, last: int | None
) -> None:
    full: list[tuple[float, ...]] = [(2.0,) * 4] * held
    ends = [[*full, levels] for levels in product(NUMBERS, repeat=4) if min(levels) < 2]
    for given in ends if held < TOP else [full]:
        told = result(given, last)
        text = ladder_text(RENDER, told)
        assert len(f"{text} {ladder_footer(RENDER, told)}".split()) <= WORDS_ALLOWED, text
        at = WORDS.level(held) or WORDS.before
        assert text.startswith(f"Your answers describe {at.describes.rstrip('.')}. "), text
        assert at.name in text.split(". ")[1]
        assert "None" not in text, text
        assert "  " not in text, text
        assert ("last time" in text) == (last is not None), text


async def test_no_level_held_is_stated_clearly(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, "0000")
    words = ada.reads()
    assert f"Your answers describe {WORDS.before.describes}." in words
    assert f"That's a clear answer, and it fits *{WORDS.before.name}*." in words
    topics = ", ".join(behavior.topic for behavior in WORDS.levels[0].behaviors)
    assert f"*To reach {WORDS.levels[0].name}:* {topics}." in words
    assert labels(ada.card)[-1] == ["Why this result", "See the next level"]


async def test_a_level_is_named_with_what_the_next_one_takes(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, HELD, MIXED)
    one, two = WORDS.levels[:2]
    words = ada.reads()
    assert f"Your answers describe {one.describes}. That fits *level 1, {one.name}*." in words
    missing = f"{two.behaviors[1].topic}, {two.behaviors[2].topic}"
    assert f"*To reach {two.name}:* {missing}." in words
    assert f"Next step, about {two.behaviors[1].topic}" in words
    assert title(ada) == LADDER.practices(two.behaviors[1].id).title
    assert labels(ada.card)[0] == ["I'll try it", "Show another", "Not for me"]
    reading = ["Why this result", "What this level means", "See the next level"]
    assert labels(ada.card)[-1] == reading
    assert "Self-check, eight answers. Nobody else in Slack can see it." in words


async def test_the_top_points_to_evidence(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, *[HELD] * TOP)
    words = ada.reads()
    assert f"That fits *level {TOP}, {WORDS.levels[-1].name}*." in words
    assert "The next step is evidence: something a colleague can check." in words
    assert "still takes" not in words
    assert title(ada) == LADDER.practices(WORDS.levels[0].behaviors[0].id).title
    assert "See the ladder" in labels(ada.card)[-1]


async def test_a_lower_result_is_worded_kindly(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, HELD, MIXED)
    await ada.types("/rungs assess coding")
    await climbs(ada, MIXED)
    words = ada.reads()
    assert f"That fits *{WORDS.before.name}*; last time, level 1, {WORDS.levels[0].name}." in words
    assert "stricter answers can explain the difference" in words
    await ada.clicks("Why this result")
    assert f"{CHOICES[0]} · not held yet · last time {CHOICES[2]} · changed" in ada.view_text
    assert f"{CHOICES[2]} · held · last time {CHOICES[2]}\n" in ada.view_text


async def test_an_unchanged_result_is_stated(ada: Person) -> None:
    for _ in range(2):
        await ada.types("/rungs assess coding")
        await climbs(ada, HELD, MIXED)
    assert f"level 1, {WORDS.levels[0].name}*, as last time." in ada.reads()
    assert "stricter answers" not in ada.reads()


async def test_one_click_shows_how_it_came_about(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, HELD, "3012")
    await ada.clicks("Why this result")
    words = ada.view_text
    one, two = WORDS.levels[:2]
    assert f"*{one.name}:* four of four held\n*{two.name}:* two of four held" in words
    for behavior, number in zip(two.behaviors, "3012", strict=True):
        held = "held" if number in "23" else "not held yet"
        assert f"{behavior.text}*\n{CHOICES[int(number)]} · {held}\n" in words
        assert all(f"• {example}" in words for example in behavior.evidence)
    assert 'You hold a behavior if you answered "On my own" or "I teach it".' in words
    assert "Nothing is averaged" in words
    assert f"about {two.behaviors[1].topic}, which you need for {two.name}." in words
    await ada.clicks_in_view(one.name)
    assert all(behavior.text in ada.view_text for behavior in one.behaviors)
    assert "Nothing is averaged" in ada.view_text


async def test_the_level_its_meaning_and_the_next_one_are_a_click_away(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, HELD, MIXED)
    one, two = WORDS.levels[:2]
    await ada.clicks("What this level means")
    assert f"Level 1: {one.name}" in ada.view_text
    assert f"*What it means for role and career*\n{one.role}" in ada.view_text
    await ada.closes()
    await ada.clicks("See the next level")
    assert two.objective in ada.view_text
    for behavior in two.behaviors:
        assert behavior.text in ada.view_text
        assert all(example in ada.view_text for example in behavior.evidence)
    await ada.clicks_in_view("The ladder")
    for level in WORDS.levels:
        assert f"*Level {level.level}: {level.name}.* {level.objective}" in ada.view_text
    for reference in LADDER.references:
        assert reference.source in ada.view_text


async def test_a_step_is_tried_and_done_on_the_card(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, MIXED)
    await ada.clicks("I'll try it")
    assert labels(ada.card)[0] == ["Done", "Show another", "Not for me"]
    await ada.clicks("Done")
    assert "*Done: " in ada.reads()
    await ada.clicks("Next step")
    assert title(ada) == LADDER.practices(WORDS.levels[0].behaviors[2].id).title
    assert RESULT in ada.reads()
    assert len(ada.messages()) == 1


async def test_steps_come_from_what_is_missing_then_from_the_weakest_that_is_held(
    ada: Person,
) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, "3222", "2010")
    first, second = WORDS.levels[0].behaviors, WORDS.levels[1].behaviors
    order = [*second[1:], *first[1:], second[0], first[0]]
    seen = [title(ada)]
    while len(seen) < len(order):
        await ada.clicks("Show another")
        seen.append(title(ada))
    assert seen == [LADDER.practices(behavior.id).title for behavior in order]
    await ada.clicks("Show another")
    assert "You have seen every step for these answers." in ada.reads()


async def test_a_refused_practice_is_replaced(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, MIXED)
    first = title(ada)
    await ada.clicks("Not for me")
    await ada.clicks("Next step")
    seen = {title(ada)}
    for _ in range(4):
        await ada.clicks("Show another")
        seen.add(title(ada))
    assert first not in seen
    assert len(seen) == 3


async def test_another_behavior_can_be_chosen(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, MIXED)
    third = WORDS.levels[0].behaviors[2]
    await ada.chooses(third.topic[:1].upper() + third.topic[1:])
    assert title(ada) == LADDER.practices(third.id).title


async def test_a_screen_reader_gets_the_same_words(ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, HELD, MIXED)
    assert f"That fits *level 1, {WORDS.levels[0].name}*" in ada.card.text
    assert "Done when" in ada.card.text
    assert not re.search(r"\bA\. ", shown(ada.card))
