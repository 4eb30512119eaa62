"""A ladder of behaviors: nothing is averaged, and a level needs all levels below it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from coaching.assessment import previous_card, words_from_dict
from coaching.ladder_score import (
    BEHAVIOR_CHOICES,
    NOT_YET,
    ON_MY_OWN,
    TEACHING,
    WITH_HELP,
    Ladder,
    is_behavior_held,
    ladder_standing,
)
from tests.coaching.ladders import LADDERS, ladder, ladder_answered

Answered = tuple[Ladder, dict[str, float]]


@given(ladder_answered(), st.data())
def test_a_better_answer_never_lowers_the_level(answered: Answered, data: st.DataObject) -> None:
    words, answers = answered
    item = data.draw(st.sampled_from(sorted(answers)))
    better = data.draw(st.sampled_from([one for one in BEHAVIOR_CHOICES if one >= answers[item]]))
    assert (
        ladder_standing(words, answers | {item: better}).level
        >= ladder_standing(words, answers).level
    )


@given(ladder_answered())
def test_a_level_is_held_with_every_level_below_it(answered: Answered) -> None:
    words, answers = answered
    level = ladder_standing(words, answers).level
    for one in words.levels:
        if one.level <= level:
            assert all(answers[b.id] >= ON_MY_OWN for b in one.behaviors)
        elif one.level == level + 1:
            assert any(answers[b.id] < ON_MY_OWN for b in one.behaviors)


@given(ladder_answered())
def test_what_is_missing_is_all_that_the_next_level_takes(answered: Answered) -> None:
    words, answers = answered
    before = ladder_standing(words, answers)
    assert (before.next_level is None) == (before.missing == ())
    after = ladder_standing(words, answers | dict.fromkeys(before.missing, ON_MY_OWN))
    if before.missing:
        assert after.level > before.level
        for spared in before.missing:
            rest = dict.fromkeys(set(before.missing) - {spared}, ON_MY_OWN)
            assert ladder_standing(words, answers | rest).level == before.level


@given(ladder_answered())
def test_the_conversation_stops_where_the_result_is_known(answered: Answered) -> None:
    words, truth = answered
    given_so_far: dict[str, float] = {}
    asked = []
    while card := words.next_card(given_so_far):
        assert all(is_behavior_held(given_so_far, item) for item in given_so_far), (
            "it went on too far"
        )
        asked.append(card)
        given_so_far |= {item: truth[item] for item in card.items}
    assert ladder_standing(words, given_so_far) == ladder_standing(words, truth)
    assert previous_card(words, given_so_far) == asked[-1]


def test_one_behavior_with_help_holds_a_whole_level_back() -> None:
    words = ladder(2, 2, 2)
    answers = dict.fromkeys((item for card in words.cards for item in card.items), TEACHING)
    found = ladder_standing(words, answers | {"b2-1": WITH_HELP})
    assert (found.level, found.next_level, found.missing) == (1, 2, ("b2-1",))


def test_nothing_held_is_the_place_before_the_first() -> None:
    words = ladder(2, 1)
    found = ladder_standing(words, {"b1-0": ON_MY_OWN, "b1-1": NOT_YET, "b2-0": TEACHING})
    assert (found.level, words.name_of(found.level)) == (0, "Before the first")


def test_only_the_four_answers_to_known_behaviors_count() -> None:
    words = ladder(1)
    assert all(words.allows("b1-0", choice) for choice in BEHAVIOR_CHOICES)
    assert not words.allows("b1-0", 4)
    assert not words.allows("b1-0", 1.5)
    assert not words.allows("b9-0", 1)


@given(LADDERS)
def test_words_come_back_as_they_were_kept(words: Ladder) -> None:
    kept = words_from_dict(json.loads(words.to_json()))
    assert kept == words
    assert kept.digest == words.digest
