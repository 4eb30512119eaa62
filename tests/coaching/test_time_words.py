"""Words about time: until which day they mean, and which cannot be read."""

from datetime import date

import pytest

from coaching.time_words import VAGUELY, read_time

MONDAY = date(2026, 11, 30)
WEDNESDAY = date(2026, 12, 2)
SUNDAY = date(2026, 12, 6)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("for two weeks", "2026-12-14"),
        ("two weeks", "2026-12-14"),
        ("for a week", "2026-12-07"),
        ("for the next 3 days", "2026-12-03"),
        ("for 3 days", "2026-12-03"),
        ("for 10d", "2026-12-10"),
        ("for a couple of weeks", "2026-12-14"),
        ("for a few days", "2026-12-03"),
        ("for another fortnight", "2026-12-14"),
        ("for a month", "2026-12-30"),
        ("for three months", "2027-02-28"),
        ("for half a year", "2027-05-30"),
        ("for a year", "2027-11-30"),
        ("for an hour", "2026-12-01"),
        ("for today", "2026-12-01"),
        ("for the rest of the week", "2026-12-07"),
        ("for this month", "2026-12-01"),
        ("for next week", "2026-12-14"),
        ("for december", "2027-01-01"),
        ("over the weekend", "2026-12-07"),
        ("this week", "2026-12-07"),
        ("until tomorrow", "2026-12-01"),
        ("tomorrow", "2026-12-01"),
        ("until the day after tomorrow", "2026-12-02"),
        ("until monday", "2026-12-07"),
        ("till fri", "2026-12-04"),
        ("until next monday", "2026-12-07"),
        ("until next thursday", "2026-12-10"),
        ("through friday", "2026-12-05"),
        ("through the week", "2026-12-07"),
        ("for the month", "2026-12-01"),
        ("through the end of the month", "2026-12-01"),
        ("through the end of this year", "2027-01-01"),
        ("next week", "2026-12-07"),
        ("until next month", "2026-12-01"),
        ("until next quarter", "2027-01-01"),
        ("until the end of the week", "2026-12-07"),
        ("until the end of the year", "2027-01-01"),
        ("until the new year", "2027-01-01"),
        ("until december 8", "2026-12-08"),
        ("until tuesday december 8", "2026-12-08"),
        ("until december 8th", "2026-12-08"),
        ("until the 8th of december", "2026-12-08"),
        ("until 8 dec", "2026-12-08"),
        ("until december 8 2026", "2026-12-08"),
        ("until january 5", "2027-01-05"),
        ("until january", "2027-01-01"),
        ("until january 2027", "2027-01-01"),
        ("until the 15th", "2026-12-15"),
        ("until the 30th", "2026-12-30"),
        ("until 2026-12-08", "2026-12-08"),
        ("until 2027", "2027-01-01"),
        ("in two weeks", "2026-12-14"),
        ("two weeks from now", "2026-12-14"),
        ("on thursday", "2026-12-03"),
        ("after friday", "2026-12-05"),
    ],
)
def test_words_that_are_read_on_a_monday(said: str, until: str) -> None:
    time = read_time(said.split())
    assert time is not None
    assert time.until(MONDAY) == date.fromisoformat(until)


@pytest.mark.parametrize(
    ("said", "today", "until"),
    [
        ("until monday", WEDNESDAY, "2026-12-07"),
        ("until next monday", WEDNESDAY, "2026-12-07"),
        ("until monday", SUNDAY, "2026-12-07"),
        ("until wednesday", WEDNESDAY, "2026-12-09"),
        ("next week", SUNDAY, "2026-12-07"),
        ("for a month", date(2027, 1, 31), "2027-02-28"),
        ("until the 31st", date(2027, 2, 1), "2027-03-31"),
        ("until next month", date(2026, 12, 31), "2027-01-01"),
        ("until february 29", date(2027, 12, 1), "2028-02-29"),
        ("until december 8", date(2026, 12, 7), "2026-12-08"),
        ("for december", WEDNESDAY, "2027-01-01"),
        ("through december", date(2026, 12, 31), "2027-01-01"),
    ],
)
def test_the_same_words_on_other_days(said: str, today: date, until: str) -> None:
    time = read_time(said.split())
    assert time is not None
    assert time.until(today) == date.fromisoformat(until)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "until",
        "until the release",
        "until 12/8",
        "until 8.12.2026",
        "until 12",
        "for five",
        "for 0 days",
        "for ever",
        "until yesterday",
        "until christmas",
        "for the team",
        "a",
        "2",
        "until monday december",
    ],
)
def test_words_that_cannot_be_read(said: str) -> None:
    assert read_time(said.split()) is None


@pytest.mark.parametrize(
    "said",
    [
        "until november 20",
        "until february 30",
        "until 2026-11-30",
        "until 2020-01-01",
        "until 2025",
    ],
)
def test_a_day_that_is_over_or_on_no_calendar(said: str) -> None:
    time = read_time(said.split())
    assert time is not None
    assert time.until(MONDAY) is None


@pytest.mark.parametrize("said", ["for a while", "for now", "for a bit", "later", "for some time"])
def test_time_without_a_length(said: str) -> None:
    assert read_time(said.split()) is VAGUELY


def test_every_length_is_in_the_future_and_computable() -> None:
    for count in (1, 2, 999):
        for unit in ("hours", "days", "weeks", "fortnights", "months", "quarters", "years"):
            time = read_time(["for", str(count), unit])
            assert time is not None
            found = time.until(MONDAY)
            assert found is not None
            assert found > MONDAY
