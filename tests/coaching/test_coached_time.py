"""Months of a member's messages, while the member travels, the clock jumps and the service is down."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.timing import Plan
from tests.coaching.coached import EXPIRES_AFTER, Coached, Sent

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2027, 3, 1, tzinfo=UTC)
DURATION = 45
"""Days; the clocks of Europe and America change meanwhile."""

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "Asia/Tokyo",
    "Pacific/Niue",
    "Pacific/Apia",
)
WHEN = st.integers(0, DURATION * 24)
JOURNEYS = st.dictionaries(WHEN, st.sampled_from(ZONES), max_size=12)
"""The zones that a member moves to, by the hour of moving."""

EXAMPLES = settings(max_examples=100, deadline=None)


def coached(zone: str = "UTC", *, kinds: int = 4, hour: int | None = None) -> Coached:
    """A member with more kinds of weekly messages than the budget lets through."""
    plans = {
        f"kind-{n}": Plan("weekly", zone, seed=f"{n}", weekday=n, hour=hour) for n in range(kinds)
    }
    member = Coached(plans, zone)
    member.begin(START)
    return member


def spend(member: Coached, now: datetime) -> None:
    member.tick(now)
    member.send(now)


def assert_within_budget(sent: list[Sent]) -> None:
    days = [message.local.date() for message in sent]
    assert len(days) == len(set(days))
    for day in days:
        assert sum(day <= other < day + 7 * DAY for other in days) <= 2


def assert_in_their_time(sent: list[Sent]) -> None:
    for message in sent:
        assert 9 <= message.local.hour < 17
        assert message.local.weekday() < 5
        assert message.due.due_at <= message.at < message.due.due_at + EXPIRES_AFTER


def assert_each_once(sent: list[Sent]) -> None:
    occurrences = Counter((message.kind, message.due.on) for message in sent)
    assert set(occurrences.values()) <= {1}


@EXAMPLES
@given(journeys=JOURNEYS)
def test_a_traveller_gets_one_message_per_local_date_and_two_a_week(
    journeys: dict[int, str],
) -> None:
    member = coached()
    for hour in range(DURATION * 24):
        now = START + hour * HOUR
        if hour in journeys:
            member.move(journeys[hour], now)
        spend(member, now)
    assert_within_budget(member.sent)
    assert_in_their_time(member.sent)
    assert_each_once(member.sent)


def test_the_budget_is_used_by_a_member_who_stays_at_home() -> None:
    member = coached("Europe/Berlin")
    for hour in range(DURATION * 24):
        spend(member, START + hour * HOUR)
    assert len(member.sent) == 2 * 6 + 2  # six weeks, and the Monday and Tuesday of the seventh


@EXAMPLES
@given(
    jumps=st.dictionaries(WHEN, st.sampled_from([-1, 0, 1]), max_size=12),
    zone=st.sampled_from(ZONES),
    at=st.none() | st.integers(9, 16),
)
def test_a_clock_that_jumps_by_an_hour_neither_doubles_nor_loses(
    jumps: dict[int, int], zone: str, at: int | None
) -> None:
    member, skew = coached(zone, kinds=1, hour=at), 0
    for hour in range(DURATION * 24):
        skew = jumps.get(hour, skew)
        spend(member, START + (hour + skew) * HOUR)
    assert_each_once(member.sent)
    assert_within_budget(member.sent)
    assert_in_their_time(member.sent)
    assert len(member.sent) in {6, 7}  # one for each Monday; the last may still be to come


@EXAMPLES
@given(down=WHEN, hours=st.integers(72, 30 * 24), zone=st.sampled_from(ZONES))
def test_after_days_of_downtime_each_kind_catches_up_once_at_most(
    down: int, hours: int, zone: str
) -> None:
    member = coached(zone)
    up = down + hours
    for hour in (*range(down), *range(up, up + 8 * 24)):
        spend(member, START + hour * HOUR)
    missed = [one.kind for one in member.sent if down <= (one.due.due_at - START) / HOUR < up]
    assert len(missed) == len(set(missed))
    assert_each_once(member.sent)
    assert_within_budget(member.sent)
    assert_in_their_time(member.sent)


@pytest.mark.parametrize(("days", "messages"), [(2, 1), (3, 0)])
def test_a_message_is_caught_up_on_until_it_expires(days: int, messages: int) -> None:
    member = coached("Europe/Berlin", kinds=1, hour=9)  # due on the first day at nine
    spend(member, START + days * DAY + 12 * HOUR)
    assert [one.due.on for one in member.sent] == [START.date()] * messages
