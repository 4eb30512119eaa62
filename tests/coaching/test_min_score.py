"""The lowest of several criteria: "not tried" counts as 0."""

import json

from hypothesis import given
from hypothesis import strategies as st

from coaching.assessment import words_from_dict
from coaching.min_score import NOT_TRIED, Criteria, min_standing
from tests.coaching.ladders import CRITERIA, criteria, criteria_answered

Answered = tuple[Criteria, dict[str, float]]


@given(criteria_answered(), st.data())
def test_a_better_criterion_never_lowers_the_level(answered: Answered, data: st.DataObject) -> None:
    words, answers = answered
    item = data.draw(st.sampled_from(sorted(answers)))
    better = float(data.draw(st.integers(int(answers[item]), len(words.levels))))
    assert min_standing(words, answers | {item: better}).level >= min_standing(words, answers).level


@given(criteria_answered())
def test_the_level_is_the_lowest_and_names_what_holds_it_back(answered: Answered) -> None:
    words, answers = answered
    found = min_standing(words, answers)
    assert found.level == min(answers.values())
    if found.level < len(words.levels):
        assert found.next_level == found.level + 1
        assert found.holding == tuple(i for i, level in answers.items() if level == found.level)
        lifted = answers | dict.fromkeys(found.holding, float(found.next_level))
        assert min_standing(words, lifted).level == found.next_level
    else:
        assert (found.next_level, found.holding) == (None, ())


@given(criteria_answered(), st.data())
def test_one_criterion_that_was_not_tried_leaves_no_level(
    answered: Answered, data: st.DataObject
) -> None:
    words, answers = answered
    item = data.draw(st.sampled_from(sorted(answers)))
    assert min_standing(words, answers | {item: NOT_TRIED}).level == 0
    without = {one: level for one, level in answers.items() if one != item}
    assert min_standing(words, without).level == 0, "an open answer counts as not tried"


def test_only_described_levels_count() -> None:
    words = criteria(count=2, levels=4)
    assert all(words.allows("c0", level) for level in range(5))
    assert not words.allows("c0", 5)
    assert not words.allows("c0", 2.5)
    assert not words.allows("c9", 1)
    assert words.name_of(2) == "L2 Boat 2"
    assert words.name_of(0) == "Before the first"


@given(CRITERIA)
def test_words_come_back_as_they_were_kept(words: Criteria) -> None:
    kept = words_from_dict(json.loads(words.to_json()))
    assert kept == words
    assert kept.digest == words.digest
