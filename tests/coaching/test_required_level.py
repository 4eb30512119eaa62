"""The level a project requires: the lowest that meets every need."""

import json

from hypothesis import given
from hypothesis import strategies as st

from coaching.assessment import previous_card, words_from_dict
from coaching.required_level import (
    LEFT_OUT,
    TICKED,
    AcceptanceLine,
    Needs,
    answers_to_question,
    checklist_of,
    required_level_of,
)
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


def checks(words: Needs) -> tuple[AcceptanceLine, ...]:
    """A line for every project at each level, and one for each need."""
    levels = sorted({need.level for q in words.questions for need in q.needs} | {1})
    every = [AcceptanceLine(level, f"Every project at {level}.") for level in levels]
    needs = [need for q in words.questions for need in q.needs]
    return (*every, *(AcceptanceLine(n.level, f"Asked by {n.id}.", (n.id,)) for n in needs))


@given(needs_answered())
def test_a_checklist_has_what_was_asked_for_and_what_every_project_has(answered: Answered) -> None:
    words, answers = answered
    level = required_level_of(words, answers).level
    found = checklist_of(words, answers, checks(words))
    ticked = {f"Asked by {item}." for item, is_ticked in answers.items() if is_ticked}
    assert {line for line in found.asked if line.startswith("Asked")} == ticked
    every = {line.text for line in checks(words) if not line.needs and line.level <= level}
    assert set(found.asked) - ticked == every
    left = {
        n.id for q in words.questions for n in q.needs if n.level == level and not answers[n.id]
    }
    assert set(found.others) == {f"Asked by {item}." for item in left}


def test_a_line_of_needs_that_a_table_does_not_have_is_for_every_project() -> None:
    words = needs((1, 2), (3,))
    lines = [
        AcceptanceLine(2, "Roles hold.", ("elsewhere",)),
        AcceptanceLine(2, "It is fast.", ("n0-1", "x")),
    ]
    assert checklist_of(words, {"n1-0": TICKED}, lines).asked == ("Roles hold.",)
    assert checklist_of(words, {"n0-1": TICKED}, lines).asked == ("Roles hold.", "It is fast.")


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
