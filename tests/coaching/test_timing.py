"""When messages are due: hours, weekdays, rules and days off."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.timing import (
    WEEKS,
    Occurrence,
    Plan,
    Rule,
    first_occurrence,
    next_occurrence,
    next_slot,
    previous_date,
    weekday_of,
    working_days_later,
    zone_of,
)

RULES: tuple[Rule, ...] = get_args(Rule)
EVERY_DAY = frozenset(range(7))
MONDAY, TUESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 1, 3, 4, 5, 6
NOON = datetime(2027, 1, 6, 12, tzinfo=UTC)
"""A Wednesday."""

BERLIN = zone_of("Europe/Berlin")


def plan(
    rule: Rule = "weekly",
    *,
    weekday: int | None = THURSDAY,
    hour: int | None = 10,
    days_off: frozenset[int] = frozenset({SATURDAY, SUNDAY}),
    anchor: date | None = None,
    zone: str = "Europe/Berlin",
    seed: str = "T1:U1",
) -> Plan:
    return Plan(
        rule=rule,
        zone=zone,
        seed=seed,
        weekday=weekday,
        hour=hour,
        days_off=days_off,
        anchor=anchor,
    )


def first_on(a_plan: Plan, after: datetime = NOON, not_before: date | None = None) -> date:
    found = first_occurrence(a_plan, after=after, not_before=not_before)
    assert found is not None
    return found.on


def following_on(a_plan: Plan, on: date, now: datetime = NOON) -> date:
    found = next_occurrence(a_plan, occurrence_on=on, now=now)
    assert found is not None
    return found.on


def test_a_chosen_weekday_and_hour_are_kept() -> None:
    found = first_occurrence(plan(weekday=THURSDAY, hour=10), after=NOON)
    assert found is not None
    assert found.on == date(2027, 1, 7)
    assert found.due_at.astimezone(BERLIN).date() == date(2027, 1, 7)
    assert found.due_at.astimezone(BERLIN).hour == 10


def test_a_moment_is_only_followed_by_later_ones() -> None:
    due = first_occurrence(plan(), after=NOON)
    assert due is not None
    assert first_on(plan(), after=due.due_at - timedelta(seconds=1)) == due.on
    assert first_on(plan(), after=due.due_at) == due.on + timedelta(days=7)


@pytest.mark.parametrize(
    ("rule", "days"), [("weekly", 7), ("fortnightly", 14), ("monthly", 28), ("bimonthly", 56)]
)
def test_rules_of_whole_weeks(rule: Rule, days: int) -> None:
    thursday = date(2027, 1, 7)
    step = timedelta(days=days)
    assert first_on(plan(rule)) == thursday
    assert following_on(plan(rule), thursday) == thursday + step
    assert previous_date(plan(rule), thursday + step) == thursday
    anchored = plan(rule, anchor=date(2026, 12, 31))
    assert first_on(anchored) == date(2026, 12, 31) + step
    long_ago = plan(rule, anchor=thursday - 9 * step)
    assert first_on(long_ago) == thursday
    assert first_on(plan(rule, anchor=thursday + step)) == thursday + step


def test_quarterly_is_the_next_working_day_after_ninety_days() -> None:
    wednesday = date(2027, 1, 6)
    assert first_on(plan("quarterly")) == wednesday + timedelta(days=90)
    assert first_on(plan("quarterly", anchor=date(2027, 1, 3))) == date(2027, 4, 5)  # from Saturday
    assert following_on(plan("quarterly"), date(2027, 1, 4)) == date(2027, 4, 5)  # from Sunday
    assert following_on(plan("quarterly"), wednesday) == date(2027, 4, 6)
    assert previous_date(plan("quarterly"), date(2027, 4, 6)) == wednesday
    year_ago = plan("quarterly", anchor=date(2026, 1, 6))
    assert NOON.date() < first_on(year_ago) <= NOON.date() + timedelta(days=92)


def test_once_is_the_next_working_day_and_never_again() -> None:
    assert first_on(plan("once", weekday=None)) == date(2027, 1, 7)
    friday_evening = datetime(2027, 1, 8, 20, tzinfo=UTC)
    assert first_on(plan("once"), after=friday_evening) == date(2027, 1, 11)
    assert first_on(plan("once", anchor=date(2027, 1, 9))) == date(2027, 1, 11)
    assert next_occurrence(plan("once"), occurrence_on=date(2027, 1, 7), now=NOON) is None
    assert previous_date(plan("once"), date(2027, 1, 7)) is None


def test_not_before_puts_off_what_would_come_earlier() -> None:
    until = date(2027, 1, 15)  # a Friday
    assert first_on(plan("monthly"), not_before=until) == date(2027, 1, 21)
    assert first_on(plan("once"), not_before=until) == until
    assert first_on(plan("quarterly", anchor=date(2026, 10, 12)), not_before=until) == until
    assert first_on(plan("quarterly"), not_before=until) == date(2027, 4, 6)


def test_missed_occurrences_are_passed_over() -> None:
    due = date(2027, 1, 7)
    for days in range(80):
        now = NOON + timedelta(days=days)
        next_one = next_occurrence(plan(), occurrence_on=due, now=now)
        assert next_one is not None
        assert next_one.due_at > now
        assert next_one.on > due
        assert next_one.due_at <= max(now, NOON + timedelta(days=7)) + timedelta(days=7)


def test_after_a_change_of_weekday_the_next_comes_within_the_rhythm() -> None:
    thursday = date(2027, 1, 7)
    for weekday in range(5):
        moved = plan("fortnightly", weekday=weekday)
        assert following_on(moved, thursday).weekday() == weekday
        assert 8 <= (following_on(moved, thursday) - thursday).days <= 14


@pytest.mark.parametrize(
    ("weekday", "days_off", "comes"),
    [
        (THURSDAY, {SATURDAY, SUNDAY}, THURSDAY),
        (SATURDAY, {SATURDAY, SUNDAY}, MONDAY),
        (FRIDAY, {FRIDAY, SATURDAY}, SUNDAY),
        (TUESDAY, EVERY_DAY - {MONDAY}, MONDAY),
    ],
)
def test_a_weekday_that_is_off_moves_to_the_next_working_day(
    weekday: int, days_off: set[int], comes: int
) -> None:
    moved = plan(weekday=weekday, days_off=frozenset(days_off))
    assert weekday_of(moved) == comes
    assert first_on(moved).weekday() == comes


@pytest.mark.parametrize("rule", RULES)
def test_with_every_day_off_nothing_ever_comes(rule: Rule) -> None:
    never = plan(rule, days_off=EVERY_DAY)
    assert weekday_of(never) is None
    assert first_occurrence(never, after=NOON) is None
    assert first_occurrence(never, after=NOON, not_before=date(2027, 2, 1)) is None
    assert next_occurrence(never, occurrence_on=date(2027, 1, 7), now=NOON) is None
    assert previous_date(never, date(2027, 1, 7)) is None
    assert next_slot(NOON, BERLIN, days_off=EVERY_DAY) is None


def test_nothing_comes_before_the_anchor() -> None:
    thursday = date(2027, 1, 7)
    anchored = plan(anchor=thursday)
    assert previous_date(anchored, thursday) is None
    assert previous_date(anchored, thursday + timedelta(days=7)) == thursday


@pytest.mark.parametrize("wrong", [{"weekday": 7}, {"weekday": -1}, {"hour": 24}, {"hour": -1}])
def test_a_plan_without_sense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"Choose 0"):
        plan(**wrong)  # type: ignore[arg-type]


def test_working_days_are_counted_over_a_weekend() -> None:
    wednesday, friday = date(2027, 1, 6), date(2027, 1, 8)
    assert working_days_later(wednesday, 3) == date(2027, 1, 11)
    assert working_days_later(friday, 1) == date(2027, 1, 11)
    assert working_days_later(wednesday, 3, days_off=EVERY_DAY) == date(2027, 1, 9)


@given(
    rule=st.sampled_from(RULES),
    weekday=st.none() | st.integers(0, 6),
    hour=st.none() | st.integers(0, 23),
    days_off=st.frozensets(st.integers(0, 6), max_size=6),
    anchor=st.none() | st.dates(date(2024, 1, 1), date(2029, 1, 1)),
    after=st.datetimes(
        datetime.fromisoformat("2026-01-01"),
        datetime.fromisoformat("2028-12-31"),
        timezones=st.just(UTC),
    ),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Nuuk", "Pacific/Kiritimati"]),
    not_before=st.none() | st.dates(date(2026, 1, 1), date(2029, 6, 1)),
)
def test_every_plan_keeps_its_promises(
    *,
    rule: Rule,
    weekday: int | None,
    hour: int | None,
    days_off: frozenset[int],
    anchor: date | None,
    after: datetime,
    zone: str,
    not_before: date | None,
) -> None:
    any_plan = plan(rule, weekday=weekday, hour=hour, days_off=days_off, anchor=anchor, zone=zone)
    found = first_occurrence(any_plan, after=after, not_before=not_before)
    assert found is not None
    assert found.due_at > after
    assert found.on >= (not_before or found.on)
    assert found.on >= (anchor or found.on)
    is_right(any_plan, found)
    later = next_occurrence(any_plan, occurrence_on=found.on, now=found.due_at)
    assert (later is None) == (rule == "once")
    if later is not None:
        is_right(any_plan, later)
        assert later.due_at > found.due_at
        assert later.on > found.on
        before = previous_date(any_plan, later.on)
        assert before is not None
        assert before == found.on if rule in WEEKS else found.on <= before < later.on


def is_right(of: Plan, found: Occurrence) -> None:
    """On a working day and in its hour, or at the end of the gap that swallowed the minute."""
    at = found.due_at.astimezone(zone_of(of.zone))
    assert found.on.weekday() not in of.days_off
    if at.date() != found.on:
        assert (of.zone, of.hour, at.hour, at.minute) == ("America/Nuuk", 23, 0, 0)
    elif of.hour is None:
        assert at.hour in range(9, 17)
    else:
        assert at.hour == of.hour or (at.hour, at.minute) == (of.hour + 1, 0)
