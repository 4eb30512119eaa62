"""The words around a check-in: how often, how long ago, on which day."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.slack.phrases import (
    MemberClock,
    ago,
    cadence_words,
    channel_moment,
    day_words,
    days_words,
    hours_words,
    wait_words,
)

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
    assert day_words(date(2026, 12, 1), today=TODAY) == "Tuesday, December 1"
    assert day_words(date(2027, 1, 4), today=TODAY) == "Monday, January 4, 2027"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Vienna", "Tuesday, December 8, around 10:00"),
        ("America/Los_Angeles", "Tuesday, December 8, around 1:00"),
        ("Asia/Kathmandu", "Tuesday, December 8, around 14:30"),
        (None, "Tuesday, December 8, around 9:00 UTC"),
    ],
)
def test_a_moment_stands_in_the_zone_of_the_member(zone: str | None, words: str) -> None:
    clock = MemberClock(datetime(2026, 11, 20, 12, tzinfo=UTC), zone)
    assert clock.around(datetime(2026, 12, 8, 8, 53, tzinfo=UTC)) == words
    assert clock.day(datetime(2026, 12, 8, 8, 53, tzinfo=UTC)) == "Tuesday, December 8"


def test_the_date_is_the_one_where_the_member_is() -> None:
    clock = MemberClock(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Asia/Tokyo")
    assert clock.today == date(2027, 1, 1)
    assert clock.day(clock.now) == "Friday, January 1"
    midnight = datetime(2026, 12, 31, 14, 50, tzinfo=UTC)
    assert clock.around(midnight) == "Friday, January 1, around 0:00"


@pytest.mark.parametrize(
    ("zone", "end"),
    [("Europe/Vienna", "10:00"), ("Africa/Lagos", "10:00 your time"), (None, "9:00 UTC")],
)
def test_beside_hours_of_another_zone_the_time_says_whose_it_is(zone: str | None, end: str) -> None:
    moment = datetime(2026, 12, 8, 8, 53, tzinfo=UTC)
    told = MemberClock(moment, zone).around(moment, beside_zone="Europe/Vienna")
    assert told == f"Tuesday, December 8, around {end}"


def test_in_a_channel_slack_writes_the_moment_in_each_reader_s_zone() -> None:
    told = channel_moment(datetime(2026, 12, 8, 8, 53, tzinfo=UTC))
    assert told == (
        "<!date^1796720400^{date_long}, around {time} your time|"
        "Tuesday, December 8, 2026, around 9:00 UTC>"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "in a minute"), (300, "in about five minutes"), (9000, "in about two hours")],
)
def test_how_long_to_wait(seconds: float, words: str) -> None:
    assert wait_words(seconds) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({5}, "Saturday"),
        ({5, 6}, "Saturday and Sunday"),
        ({4, 6, 5}, "Friday, Saturday, and Sunday"),
    ],
)
def test_days_in_a_list(days: set[int], words: str) -> None:
    assert days_words(days) == words


@pytest.mark.parametrize(
    ("rule", "weekday", "words"),
    [
        ("weekly", 1, "every Tuesday"),
        ("fortnightly", 1, "every other Tuesday"),
        ("monthly", None, "every four weeks"),
        ("bimonthly", 3, "every eighth Thursday"),
    ],
)
def test_how_often(rule: str, weekday: int | None, words: str) -> None:
    assert cadence_words(rule, weekday) == words


def test_hours() -> None:
    assert hours_words(None) == "between 9:00 and 17:00"
    assert hours_words(10) == "between 10:00 and 11:00"


def test_slack_writes_dates_in_channels_alone() -> None:
    """Where one person reads, the date is written out in their zone."""
    code = {path.as_posix(): path.read_text() for path in Path("bot").rglob("*.py")}
    assert [path for path, text in code.items() if "<!date" in text] == ["bot/slack/phrases.py"]
    posted = {path for path, text in code.items() if "channel_moment(" in text}
    assert posted == {"bot/slack/phrases.py", "bot/features/team_digest/views.py"}
