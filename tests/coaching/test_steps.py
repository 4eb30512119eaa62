"""Which step comes next."""

from collections.abc import Collection
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.mean_score import TIERS
from coaching.steps import StepContent, next_step, smaller_step, steps_by_lowest_answer


def step(
    name: str,
    *,
    question: str | None = "start",
    at: float = 1,
    family: str | None = "sales",
    lesson: int | None = None,
) -> StepContent:
    return StepContent(
        id=name,
        family=family,
        question=question,
        from_tier=at,
        title="Save one prompt",
        minutes=5,
        when="When a draft works, save its prompt.",
        why="The next draft starts there.",
        done_when="one prompt is saved",
        data="none",
        reviewed="2026-11-20",
        series="Spotting" if lesson else None,
        lesson=lesson,
        lessons=len(LESSONS_AT) if lesson else None,
    )


LESSONS_AT = (1, 1, 1.5, 1.5)
"""Where each lesson of the series begins."""

STEPS = [step(f"{q}-{at:g}", question=q, at=at) for q in ("start", "fix", "share") for at in TIERS]
STEPS += [step(f"any-{at:g}", question=None, at=at, family=None) for at in TIERS]
STEPS += [
    step(f"lesson-{number}", question=None, at=at, family=None, lesson=number)
    for number, at in enumerate(LESSONS_AT, start=1)
]
STEPS += [step("of-design", family="design")]


def names(
    answers: dict[str, float], focus: str | None = None, done: Collection[str] = ()
) -> list[str]:
    found = steps_by_lowest_answer(STEPS, family="sales", answers=answers, focus=focus, done=done)
    return [t.id for t in found]


def test_the_lowest_answer_comes_first_with_its_own_half_step() -> None:
    assert names({"start": 2, "fix": 1, "share": 1.5})[:3] == ["fix-1", "lesson-1", "any-1"]


def test_equal_answers_keep_the_order_of_the_questions() -> None:
    assert names({"start": 2, "fix": 2, "share": 2})[0] == "start-2"


def test_the_member_may_choose_another_question() -> None:
    assert names({"start": 1, "fix": 1, "share": 2}, focus="share")[0] == "share-2"


def test_every_standing_has_a_step_of_its_own_half_step() -> None:
    for levels in product(TIERS, repeat=3):
        answers = dict(zip(("start", "fix", "share"), levels, strict=True))
        first = steps_by_lowest_answer(STEPS, family="sales", answers=answers)[0]
        lowest = min(answers, key=answers.__getitem__)
        assert (first.from_tier, first.question) == (min(levels), lowest), levels


def test_steps_of_other_families_never_come() -> None:
    assert "of-design" not in names({"start": 1, "fix": 1, "share": 1})


def test_a_step_that_was_used_does_not_come_back_before_the_others() -> None:
    choices = [step("one"), step("two"), step("three")]
    assert next_step(choices, used=["one", "two"], shown=["one", "two"]) == choices[2]


def test_when_all_are_used_the_oldest_comes_back() -> None:
    choices = [step("one"), step("two")]
    assert next_step(choices, used=["two", "one"], shown=["two", "one"]) == choices[1]


def test_show_another_goes_round() -> None:
    choices = [step("one"), step("two"), step("three")]
    shown: list[str] = []
    for _ in range(6):
        found = next_step(choices, used=[], shown=shown)
        assert found is not None
        shown.append(found.id)
    assert shown == ["one", "two", "three", "one", "two", "three"]


def test_without_steps_there_is_none() -> None:
    assert next_step([], used=[], shown=[]) is None


NAMES = st.lists(st.sampled_from(["one", "two", "three", "four"]), max_size=12)


@given(used=NAMES, shown=NAMES)
def test_a_used_step_comes_only_when_nothing_else_is_left(
    used: list[str], shown: list[str]
) -> None:
    choices = [step(name) for name in ("one", "two", "three", "four")]
    found = next_step(choices, used=used, shown=shown)
    assert found is not None
    assert found.id not in used or {t.id for t in choices} <= set(used)


LEVELS = st.fixed_dictionaries({q: st.sampled_from(TIERS) for q in ("start", "fix", "share")})
LESSONS = [f"lesson-{number}" for number in range(1, len(LESSONS_AT) + 1)]


@given(answers=LEVELS, done=st.sets(st.sampled_from(LESSONS)))
def test_a_series_offers_its_first_unfinished_lesson_and_no_other(
    answers: dict[str, float], done: set[str]
) -> None:
    offered = [name for name in names(answers, done=done) if name in LESSONS]
    in_range = any(1 <= level < 2 for level in answers.values())
    unfinished = [name for name in LESSONS if name not in done]
    assert offered == (unfinished[:1] if in_range else [])


@given(answers=LEVELS, done=st.sets(st.sampled_from(LESSONS)))
def test_a_lesson_stands_between_the_own_steps_and_the_general_ones(
    answers: dict[str, float], done: set[str]
) -> None:
    found = names(answers, done=done)
    lesson = next((name for name in found if name in LESSONS), None)
    if lesson is None:
        return
    question = min((q for q in answers if 1 <= answers[q] < 2), key=lambda q: answers[q])
    place, level = found.index(lesson), answers[question]
    assert found[place - 1] == f"{question}-{level:g}"
    assert found[place + 1] == f"any-{level:g}"


@given(level=st.sampled_from([1, 1.5]))
def test_a_series_is_walked_in_order_by_who_does_every_step(level: float) -> None:
    done: list[str] = []
    while left := set(LESSONS) - set(done):
        choices = steps_by_lowest_answer(STEPS, family="sales", answers={"start": level}, done=done)
        found = next_step(choices, used=done, shown=done)
        assert found is not None
        done.append(found.id)
        assert len(done) < 20, left
    assert [name for name in done if name in LESSONS] == LESSONS


def test_a_refused_lesson_waits_for_everything_else() -> None:
    choices = steps_by_lowest_answer(STEPS, family="sales", answers={"start": 1})
    refused = ["lesson-1"]
    while len(set(refused)) < len(choices):
        found = next_step(choices, used=refused, shown=refused)
        assert found is not None
        assert found.id != "lesson-1"
        refused.append(found.id)
    assert next_step(choices, used=refused, shown=refused) == choices[1]


def in_minutes(name: str, minutes: int, **more: Any) -> StepContent:
    return replace(step(name, **more), minutes=minutes)


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([in_minutes("less", 8), in_minutes("least", 5)], "least"),
        ([in_minutes("below", 5, at=0.5), in_minutes("here", 8)], "here"),
        ([in_minutes("below", 5, at=0.5)], "below"),
        ([in_minutes("as long", 10)], None),
        ([in_minutes("above", 5, at=1.5)], None),
        ([in_minutes("other question", 5, question="check")], None),
        ([in_minutes("other family", 5, family="design")], None),
        ([in_minutes("used", 5)], None),
    ],
)
def test_a_smaller_step_for_the_same_question(others: list[StepContent], found: str | None) -> None:
    smallest = smaller_step(others, in_minutes("big", 10), used=["used"])
    assert (smallest.id if smallest else None) == found


def test_nothing_far_below_is_offered_as_smaller() -> None:
    assert smaller_step([in_minutes("low", 5, at=1)], in_minutes("top", 10, at=3)) is None


def test_a_lesson_has_no_smaller_version() -> None:
    lesson = in_minutes("lesson", 10, question=None, lesson=1)
    assert smaller_step([in_minutes("other", 5, question=None)], lesson) is None
