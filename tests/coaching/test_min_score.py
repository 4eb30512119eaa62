"""The lowest of several criteria: "not tried" counts as 0."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.assessment import words_from_dict
from coaching.min_score import BELOW_FIRST, NOT_TRIED, Criteria, min_standing
from tests.coaching.ladders import CRITERIA, criteria, criteria_answered

Answered = tuple[Criteria, dict[str, float]]


@given(criteria_answered(), st.data())
def test_a_better_criterion_never_lowers_the_level(answered: Answered, data: st.DataObject) -> None:
    words, answers = answered
    item = data.draw(st.sampled_from(sorted(answers)))
    better = data.draw(st.sampled_from([*range(len(words.levels) + 1), BELOW_FIRST]))
    better = max(better, answers[item])
    assert min_standing(words, answers | {item: better}).level >= min_standing(words, answers).level


@given(criteria_answered())
def test_the_level_is_the_lowest_and_names_what_holds_it_back(answered: Answered) -> None:
    words, answers = answered
    found = min_standing(words, answers)
    assert found.level == int(min(answers.values()))
    if found.level < len(words.levels):
        assert found.next_level == found.level + 1
        at_it = tuple(i for i, level in answers.items() if int(level) == found.level)
        assert found.holding == at_it
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


@given(criteria_answered())
def test_a_partial_level_is_held_by_most_and_held_back_by_one_or_by_untried_ones(
    answered: Answered,
) -> None:
    words, answers = answered
    found = min_standing(words, answers)
    for level in range(found.level + 1, len(words.levels) + 1):
        missing = [item for item, reached in answers.items() if reached < level]
        is_partial = len(missing) * 2 < len(answers) and (
            len(missing) == 1 or all(answers[item] == NOT_TRIED for item in missing)
        )
        if found.partial and level == found.partial.level:
            assert is_partial
            assert found.partial.missing == tuple(missing)
        elif found.partial is None or level > found.partial.level:
            assert not is_partial


LETTERS = {"-": NOT_TRIED, "<": BELOW_FIRST, "1": 1, "2": 2, "3": 3}


@pytest.mark.parametrize(
    ("letters", "grade", "partial"),
    [
        ("222-222", 0, (2, 1)),
        ("2222---", 0, (2, 3)),
        ("222----", 0, None),
        ("222<222", 0, (2, 1)),
        ("222<22-", 0, None),
        ("332333-", 0, (2, 1)),
        ("3323333", 2, (3, 1)),
        ("3313333", 1, (3, 1)),
        ("3322333", 2, None),
        ("3333333", 3, None),
        ("-------", 0, None),
    ],
)
def test_what_holds_a_level_back(letters: str, grade: int, partial: tuple[int, int] | None) -> None:
    words = criteria(count=7, levels=3)
    answers = {f"c{n}": float(LETTERS[letter]) for n, letter in enumerate(letters)}
    found = min_standing(words, answers)
    assert found.level == grade
    assert (found.partial and (found.partial.level, len(found.partial.missing))) == partial


def test_only_described_levels_count() -> None:
    words = criteria(count=2, levels=4)
    assert all(words.allows("c0", level) for level in range(5))
    assert not words.allows("c0", 5)
    assert not words.allows("c0", 2.5)
    assert not words.allows("c9", 1)
    assert words.allows("c0", BELOW_FIRST)
    assert not replace(words, below_first="").allows("c0", BELOW_FIRST)
    assert words.name_of(2) == "L2 Boat 2"
    assert words.name_of(0) == "Before the first"


@given(CRITERIA)
def test_words_come_back_as_they_were_kept(words: Criteria) -> None:
    kept = words_from_dict(json.loads(words.to_json()))
    assert kept == words
    assert kept.digest == words.digest


def test_words_without_an_answer_below_the_first_level_keep_their_digest() -> None:
    words = replace(criteria(count=2, levels=2), below_first="")
    assert "below_first" not in json.loads(words.to_json())
    assert words_from_dict(json.loads(words.to_json())) == words
