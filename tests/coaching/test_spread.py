"""Messages are spread over minutes and working days, and stay where they are."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from coaching.timing import WEEKEND, Plan, first_occurrence, spread_minutes, weekday_of

WEDNESDAY_NOON = datetime(2027, 1, 6, 12, tzinfo=UTC)


def plan(seed: str, *, hour: int | None = None, days_off: frozenset[int] = WEEKEND) -> Plan:
    return Plan(rule="weekly", zone="UTC", seed=seed, hour=hour, days_off=days_off)


def test_messages_without_a_chosen_hour_are_spread_evenly_over_the_working_day() -> None:
    minutes = Counter(spread_minutes(f"T1:U{n}", 480) for n in range(48_000))
    assert set(minutes) == set(range(480))
    assert max(minutes.values()) < 160
    assert min(minutes.values()) > 55


def test_a_chosen_hour_is_filled_evenly() -> None:
    starts = Counter(
        found.due_at.minute
        for n in range(6_000)
        if (found := first_occurrence(plan(f"T1:U{n}", hour=10), after=WEDNESDAY_NOON))
    )
    assert set(starts) == set(range(60))
    assert max(starts.values()) < 160


def test_working_days_share_the_members_evenly() -> None:
    days = Counter(weekday_of(plan(f"T1:U{n}")) for n in range(10_000))
    assert set(days) == set(range(5))
    assert all(1_850 < people < 2_150 for people in days.values())


def test_the_spread_stays_the_same() -> None:
    """Another hash would move everybody's hour at the next release."""
    minutes = [spread_minutes(seed, 480) for seed in ("T1:U1", "T1:U2", "T2:U1")]
    assert minutes == [255, 257, 419]
    assert [weekday_of(plan(f"T1:U{n}")) for n in range(6)] == [0, 3, 2, 2, 4, 3]


@given(seed=st.text(), gone=st.integers(0, 6))
def test_a_new_day_off_moves_only_those_who_lose_their_day(seed: str, gone: int) -> None:
    before = weekday_of(plan(seed))
    after = weekday_of(plan(seed, days_off=WEEKEND | {gone}))
    assert after == before if gone != before else after != before
