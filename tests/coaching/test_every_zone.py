"""Every zone against the clock on its wall: a part of what `tests/coaching/oracle.py` can check in full."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import TZPATH, available_timezones

import pytest

from coaching.timing import first_occurrence, next_slot
from tests.coaching.oracle import HALF_HOURS, Findings, compare, exhaustive, weekly
from tests.coaching.wall_clock import DAY, HOUR, WallClock, shown

YEARS = range(2026, 2029)


def different_zones() -> list[str]:
    """Return one name for each set of rules: many zones are other names for the same."""
    found: dict[bytes, str] = {}
    for zone in sorted(available_timezones()):
        places = (Path(folder, zone) for folder in TZPATH)
        file = next((place for place in places if place.is_file()), None)
        found.setdefault(file.read_bytes() if file else zone.encode(), zone)
    return list(found.values())


ZONES = different_zones()

UNUSUAL = (
    "Africa/Cairo",  # changes at midnight
    "Africa/Casablanca",  # changes around Ramadan
    "America/Nuuk",  # leaves out the last hour of a Saturday
    "Australia/Lord_Howe",  # changes by half an hour
    "Asia/Kathmandu",  # a quarter to the hour
    "Europe/Berlin",
    "Pacific/Kiritimati",  # 14 hours ahead
)


@pytest.mark.parametrize("zone", UNUSUAL)
def test_each_date_of_three_years_gets_one_message_at_its_minute(zone: str) -> None:
    findings = exhaustive([zone], range(0, 48, 5), YEARS)
    assert findings == Findings(checked=10 * 1096)


def test_each_date_of_a_year_gets_one_message_in_every_zone() -> None:
    """Zones take turns at the half hours."""
    for place, zone in enumerate(ZONES):
        findings = exhaustive([zone], [place % 48], range(2027, 2028))
        assert findings == Findings(checked=365), zone


@pytest.mark.parametrize("part", range(4))
def test_messages_come_at_their_minute_around_every_change_of_clocks(part: int) -> None:
    findings = Findings()
    for zone in ZONES[part::4]:
        wall = WallClock(zone, YEARS)
        for day in set(wall.dates) - set(wall.noons):
            check_date(wall, day, findings)
    assert findings.checked > 0
    assert findings.examples == []


def check_date(wall: WallClock, day: date, findings: Findings) -> None:
    """A message of each half hour on one date, and the morning that comes after it."""
    before = datetime.combine(day - 2 * DAY, time(), tzinfo=UTC)
    for half_hour in HALF_HOURS:
        plan = weekly(wall.zone, day.weekday(), half_hour)
        found = first_occurrence(plan, after=before, not_before=day)
        assert found is not None
        assert found.on == day
        compare(wall, day, half_hour, due_at=found.due_at, findings=findings)
        findings.checked += 1
    slot = next_slot(before + 2 * DAY, wall.zone, days_off=())
    assert slot is not None
    assert 9 <= shown(slot, wall.zone).hour < 17


def test_the_oracle_finds_a_wrong_minute_and_a_wrong_hour() -> None:
    wall, findings = WallClock("Europe/Berlin", YEARS), Findings()
    day = date(2027, 3, 28)
    right = datetime(
        2027, 3, 28, 1, tzinfo=UTC
    )  # half past two is left out: three o'clock comes next
    compare(wall, day, 5, due_at=right, findings=findings)
    assert findings == Findings()
    compare(wall, day, 5, due_at=right + timedelta(minutes=30), findings=findings)
    compare(wall, day, 7, due_at=right + 2 * HOUR, findings=findings)
    assert findings.faults == {"wrong": 2, "outside": 1}


def test_the_wall_knows_the_first_of_two_equal_hours() -> None:
    wall = WallClock("Europe/Berlin", YEARS)
    assert wall.moment(date(2026, 10, 25), 150) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert wall.moment(date(2026, 10, 25), 180) == datetime(2026, 10, 25, 2, tzinfo=UTC)
