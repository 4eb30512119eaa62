"""The level a project requires: the lowest that meets every need."""

import json

from hypothesis import given
from hypothesis import strategies as st

from coaching.assessment import previous_card, words_from_dict
from coaching.required_level import LEFT_OUT, TICKED, Needs, answers_to_question, required_level_of
from tests.coaching.ladders import NEEDS, needs, needs_answered

Answered = tuple[Needs, dict[str, float]]


def level_of(words: Needs, item: str) -> int:
    found = words.need(item)
    assert found is not None
    return found.level


@given(needs_answered())
def test_it_meets_every_need_and_nothing_simpler_does(answered: Answered) -> None:
    words, answers = answered
    wanted = [level_of(words, item) for item, ticked in answers.items() if ticked]
    assert required_level_of(words, answers).level == max([1, *wanted])


@given(needs_answered(), st.data())
def test_one_more_need_never_lowers_the_level(answered: Answered, data: st.DataObject) -> None:
    words, answers = answered
    item = data.draw(st.sampled_from(sorted(answers)))
    more = required_level_of(words, answers | {item: TICKED})
    assert more.level >= required_level_of(words, answers).level


@given(needs_answered())
def test_what_one_dropped_need_would_change_is_what_it_changes(answered: Answered) -> None:
    words, answers = answered
    found = required_level_of(words, answers)
    for item, ticked in answers.items():
        without = required_level_of(words, answers | {item: LEFT_OUT}).level
        assert found.without.get(item, found.level) == without
        assert (item in found.forced_by) == (
            bool(ticked) and found.level > 1 and level_of(words, item) == found.level
        )


@given(needs_answered())
def test_the_same_answers_in_any_order_lead_to_the_same(answered: Answered) -> None:
    words, answers = answered
    assert required_level_of(words, dict(reversed(answers.items()))) == required_level_of(
        words, answers
    )


def test_needs_that_contradict_are_named_and_the_higher_one_counts() -> None:
    words = needs((1, 2), (1, 3))
    found = required_level_of(words, {"n0-0": TICKED, "n1-1": TICKED})
    assert [one.needs for one in found.contradictions] == [("n0-0", "n1-1")]
    assert found.level == 3
    assert required_level_of(words, {"n0-0": TICKED, "n1-0": TICKED}).contradictions == ()


def test_a_question_is_kept_whole() -> None:
    words = needs((1, 2), (3,))
    given_so_far = answers_to_question(words.questions[0], {"n0-1"})
    assert given_so_far == {"n0-0": LEFT_OUT, "n0-1": TICKED}
    assert words.next_card(given_so_far) == words.cards[1]
    assert previous_card(words, given_so_far) == words.cards[0]
    assert not words.allows("n0-0", 2)
    assert not words.allows("n9-9", 1)


@given(NEEDS)
def test_words_come_back_as_they_were_kept(words: Needs) -> None:
    kept = words_from_dict(json.loads(words.to_json()))
    assert kept == words
    assert kept.digest == words.digest
