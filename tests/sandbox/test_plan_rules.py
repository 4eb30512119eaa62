"""The rules of sandboxes: what a plan needs, 12 weeks in 52, and what is due when."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.sandbox import (
    LIMIT,
    LONGEST_WORDS,
    WITHIN,
    ChosenRisk,
    PlanFacts,
    PlanProblem,
    Span,
    allowed_data,
    days_left,
    grantable,
    halfway,
    is_within_limit,
    next_week,
    plan_problems,
    week_of,
)
from tests.sandbox.lab import DAY, OFFER, PLAN, RISKS
from tests.storage.cast import minute

NOW = minute(0)


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({}, ()),
        ({"permissions": ()}, ()),
        ({"question": " "}, ("question",)),
        ({"tool": ""}, ("tool",)),
        ({"tool": "x" * 121}, ("long",)),
        ({"data": "customer"}, ("data", "permission_data")),
        ({"data": "personal"}, ("never_data", "permission_data")),
        ({"data": "public"}, ("permission_data",)),
        ({"data": "public", "permissions": ()}, ()),
        ({"data": "anything"}, ("data", "permission_data")),
        ({"affected": ""}, ("affected",)),
        ({"risks": ()}, ("risks",)),
        ({"risks": (ChosenRisk("cost", ""),)}, ("mitigation",)),
        ({"risks": (ChosenRisk("made-up", "Wait."),)}, ("risks",)),
        ({"risks": (ChosenRisk("cost", "A."), ChosenRisk("cost", "B."))}, ("risks",)),
        ({"undo": ""}, ("undo",)),
        ({"stop_when": ""}, ("stop_when",)),
        ({"stop_when": "x" * (LONGEST_WORDS + 1)}, ("long",)),
        ({"days": 0}, ("days",)),
        ({"days": 43}, ("days",)),
        ({"supervisor": ""}, ("supervisor",)),
        ({"permissions": ("agent", "made-up")}, ("permissions",)),
    ],
)
def test_what_is_wrong_with_a_plan_is_said(
    changed: dict[str, object], problems: tuple[PlanProblem, ...]
) -> None:
    assert plan_problems(replace(PLAN, **changed), OFFER, RISKS) == problems  # type: ignore[arg-type]


def test_an_empty_plan_names_all_that_is_missing() -> None:
    found = plan_problems(PlanFacts(), OFFER, RISKS)
    assert found == (
        *("question", "tool", "data", "affected", "risks", "undo", "stop_when", "days"),
        "supervisor",
    )


def test_personal_data_is_never_allowed_whatever_the_policy_says() -> None:
    offer = {**OFFER, "reads-everything": frozenset({"personal", "customer"})}
    assert allowed_data(offer) == ("public", "internal", "customer")
    assert grantable(offer, "personal") == ()
    assert grantable(offer, "internal") == ("agent", "editor")


def span(since: int, days: int) -> Span:
    return Span(NOW + since * DAY, NOW + (since + days) * DAY)


spans = st.builds(span, since=st.integers(-500, 40), days=st.integers(1, 84))


def most_in_a_window(every: list[Span]) -> timedelta:
    """The longest time within any 52 weeks, by counting the days of every window."""
    start = min(one.since for one in every) - WITHIN
    count = (max(one.until for one in every) - start).days
    days = [start + number * DAY for number in range(count + 1)]
    before = [0, *accumulate(sum(one.since <= day < one.until for one in every) for day in days)]
    width = WITHIN.days
    return max(before[at + width] - before[at] for at in range(len(days) - width + 1)) * DAY


@settings(max_examples=60, deadline=None)
@given(st.lists(spans, max_size=5), spans)
def test_twelve_weeks_in_any_fifty_two_as_counted_day_by_day(had: list[Span], new: Span) -> None:
    if had and most_in_a_window(had) > LIMIT:
        return
    assert is_within_limit(had, new) == (most_in_a_window([*had, new]) <= LIMIT)


def test_days_are_left_up_to_the_limit() -> None:
    assert days_left([], NOW) == 42
    assert days_left([span(-60, 42), span(-18, 16)], NOW) == 84 - 58
    assert days_left([span(-60, 42), span(-42, 42)], NOW) == 0
    # The first day of an old plan leaves the window for each day that a new one runs.
    assert days_left([span(-364, 84)], NOW) == 42
    assert days_left([span(-363, 84)], NOW) == 0


@pytest.mark.parametrize("days", [1, 3, 7, 10, 42])
def test_a_line_is_asked_for_each_week_before_the_end_and_a_look_in_the_middle(days: int) -> None:
    end = NOW + days * DAY
    due: list[datetime] = []
    at = next_week(NOW, end, NOW)
    while at is not None:
        due.append(at)
        at = next_week(NOW, end, at)
    assert due == [NOW + week * 7 * DAY for week in range(1, 6) if week * 7 < days]
    assert halfway(NOW, end) == (NOW + days * DAY / 2 if days >= 7 else None)


def test_a_week_has_seven_days() -> None:
    assert [week_of(NOW, NOW + days * DAY) for days in (-1, 0, 6.99, 7, 13.99, 14)] == [
        *(1, 1, 1, 2, 2, 3),
    ]
