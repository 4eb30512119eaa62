"""Local time, dates and working hours of a zone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coaching.timing import local_date, next_slot, to_utc, zone_from, zone_name, zone_of

FRIDAY = 4
BERLIN = zone_of("Europe/Berlin")


@pytest.mark.parametrize(
    "name", [None, "", "Nowhere/City", "Europe", "../passwd", "a\0b", "x" * 5000, "\udc00"]
)
def test_an_unknown_zone_counts_as_utc(name: str | None) -> None:
    assert zone_of(name) is zone_of("UTC")


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Berlin", "2027-01-07 09:00", "2027-01-07 08:00"),
        ("Europe/Berlin", "2027-03-28 01:59", "2027-03-28 00:59"),
        ("Europe/Berlin", "2027-03-28 02:00", "2027-03-28 01:00"),
        ("Europe/Berlin", "2027-03-28 02:59", "2027-03-28 01:00"),
        ("Europe/Berlin", "2026-10-25 02:00", "2026-10-25 00:00"),
        ("Europe/Berlin", "2026-10-25 02:59", "2026-10-25 00:59"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30"),
        ("America/Nuuk", "2027-03-27 23:30", "2027-03-28 01:00"),
        ("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 10:00"),  # a date that was left out
    ],
)
def test_local_time_becomes_utc(zone: str, local: str, utc: str) -> None:
    moment = datetime.fromisoformat(f"{utc}+00:00")
    assert to_utc(datetime.fromisoformat(local), zone_of(zone)) == moment


def test_seconds_inside_the_gap_give_the_next_minute() -> None:
    assert to_utc(datetime.fromisoformat("2027-03-28 02:30:15"), BERLIN) == datetime(
        2027, 3, 28, 1, tzinfo=UTC
    )


def test_the_local_date_is_the_zones() -> None:
    assert local_date(datetime(2027, 1, 6, 23, 30, tzinfo=UTC), BERLIN) == date(2027, 1, 7)


@pytest.mark.parametrize(
    ("moment", "slot"),
    [
        ("2027-01-06 08:59:59", "2027-01-06 09:00"),
        ("2027-01-06 09:00:00", "2027-01-06 09:00"),
        ("2027-01-06 16:59:59", "2027-01-06 16:59:59"),
        ("2027-01-06 17:00:00", "2027-01-07 09:00"),
        ("2027-01-08 18:00:00", "2027-01-11 09:00"),
        ("2027-01-09 11:00:00", "2027-01-11 09:00"),
    ],
)
def test_the_next_slot_lies_in_working_hours(moment: str, slot: str) -> None:
    found = next_slot(to_utc(datetime.fromisoformat(moment), BERLIN), BERLIN)
    assert found == to_utc(datetime.fromisoformat(slot), BERLIN)


def test_the_next_slot_waits_for_a_date() -> None:
    found = next_slot(datetime(2027, 1, 6, 12, tzinfo=UTC), BERLIN, not_before=date(2027, 1, 9))
    assert found == datetime(2027, 1, 11, 8, tzinfo=UTC)


def test_a_date_that_a_zone_left_out_has_no_slot() -> None:
    apia = zone_of("Pacific/Apia")
    only_fridays = frozenset(range(7)) - {FRIDAY}
    found = next_slot(datetime(2011, 12, 29, tzinfo=UTC), apia, days_off=only_fridays)
    assert found is not None
    assert found.astimezone(apia).date() == date(2012, 1, 6)


@pytest.mark.parametrize(
    ("name", "offset", "expected"),
    [
        ("Europe/Berlin", 3600, "Europe/Berlin"),
        ("US/Pacific-New", -28_800, "UTC-08:00"),
        (None, 20_700, "UTC+05:45"),
        ("", -9_000, "UTC-02:30"),
        ("America", 50_400, "UTC+14:00"),
        ("../etc", 0, "UTC"),
        ("Mars/Base", None, None),
        ("Mars/Base", True, None),
        ("Mars/Base", 90_000, None),
        ("Mars/Base", "3600", None),
        (7, 3600, "UTC+01:00"),
        (None, None, None),
    ],
)
def test_the_zone_of_a_profile(name: object, offset: object, expected: str | None) -> None:
    found = zone_from(name, offset)
    assert found == expected
    assert zone_name(found) == (expected or "UTC")
    if found and found != name:
        noon = datetime(2026, 7, 1, 12, tzinfo=zone_of(found))
        assert noon.utcoffset() == timedelta(seconds=int(str(offset)))
        assert to_utc(datetime(2026, 7, 1, 12), zone_of(found)) == noon  # noqa: DTZ001


def test_an_unknown_name_is_never_shown_as_the_zone_used() -> None:
    assert zone_name("US/Pacific-New") == zone_name("UTC+15:00") == zone_name(None) == "UTC"
