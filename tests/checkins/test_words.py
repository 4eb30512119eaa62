"""The words around a check-in: how often, how long ago, on which day."""

from datetime import date, timedelta

import pytest

from bot.slack.phrases import ago, cadence_words, day_words, days_words, hours_words

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "two days ago"),
        (6, "six days ago"),
        (7, "a week ago"),
        (10, "about a week ago"),
        (11, "about two weeks ago"),
        (14, "two weeks ago"),
        (28, "four weeks ago"),
        (84, "12 weeks ago"),
    ],
)
def test_how_long_ago(days: int, words: str) -> None:
    assert ago(TODAY - timedelta(days=days), today=TODAY) == words


def test_a_day_has_its_year_when_it_is_another_one() -> None:
    assert day_words(date(2026, 12, 1), today=TODAY) == "Tuesday 1 December"
    assert day_words(date(2027, 1, 4), today=TODAY) == "Monday 4 January 2027"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({5}, "Saturday"),
        ({5, 6}, "Saturday and Sunday"),
        ({4, 6, 5}, "Friday, Saturday and Sunday"),
    ],
)
def test_days_in_a_list(days: set[int], words: str) -> None:
    assert days_words(days) == words


@pytest.mark.parametrize(
    ("rule", "weekday", "words"),
    [
        ("weekly", 1, "every Tuesday"),
        ("fortnightly", 1, "every second Tuesday"),
        ("monthly", None, "every fourth week"),
        ("bimonthly", 3, "every eighth Thursday"),
    ],
)
def test_how_often(rule: str, weekday: int | None, words: str) -> None:
    assert cadence_words(rule, weekday) == words


def test_hours() -> None:
    assert hours_words(None) == "between 9:00 and 17:00"
    assert hours_words(10) == "between 10:00 and 11:00"
