"""Every local date's occurrence, in every zone at every half hour, held against the clock on the wall."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from coaching.timing import Occurrence, Plan, first_occurrence, next_occurrence, spread_minutes
from tests.coaching.wall_clock import WallClock, shown

SHOWN = 20
"""At most this many examples of each fault are stored; all are counted."""

HALF_HOURS = range(48)
"""0 is midnight, 47 half past eleven in the evening."""

SEEDS = {
    minute: next(seed for seed in map(str, count()) if spread_minutes(seed, 60) == minute)
    for minute in (0, 30)
}
"""Receivers whose messages come at the full and at the half hour."""


@dataclass
class Findings:
    """How many local dates were checked, and what was wrong with them, as counts and as examples."""

    checked: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def note(self, fault: str, what: object) -> None:
        self.faults[fault] += 1
        if self.faults[fault] <= SHOWN:
            self.examples.append(f"{fault}: {what}")


def exhaustive(zones: Iterable[str], half_hours: Collection[int], years: range) -> Findings:
    """Plans for every weekday at each of these half hours: one occurrence per local date, at its minute.

    Faults are `missed`, `doubled`, `outside` (of the hour that was wanted) and `wrong` (another minute than
    the oracle's). Zones are independent of each other: give parts of them to several processes.
    """
    findings = Findings()
    for zone in zones:
        wall = WallClock(zone, years)
        for half_hour in half_hours:
            check(wall, half_hour, findings)
    return findings


def check(wall: WallClock, half_hour: int, findings: Findings) -> None:
    """All dates of one zone at one half hour."""
    found: dict[date, datetime] = {}
    for occurrence in occurrences(wall, half_hour):
        if occurrence.on in found:
            findings.note("doubled", (wall.zone.key, half_hour, occurrence))
        found[occurrence.on] = occurrence.due_at
    for day in wall.dates:
        findings.checked += 1
        if day not in found:
            findings.note("missed", (wall.zone.key, half_hour, day))
        else:
            compare(wall, day, half_hour, due_at=found[day], findings=findings)


def compare(
    wall: WallClock, day: date, half_hour: int, *, due_at: datetime, findings: Findings
) -> None:
    """One occurrence against the minute that the wall shows."""
    case = (wall.zone.key, half_hour, day, due_at)
    if due_at != wall.moment(day, half_hour * 30):
        findings.note("wrong", case)
    at = shown(due_at, wall.zone)
    wanted = datetime.combine(day, time(half_hour // 2, half_hour % 2 * 30))
    if wall.shows(wanted) and (at.date(), at.hour) != (day, wanted.hour):
        findings.note("outside", case)


def occurrences(wall: WallClock, half_hour: int) -> Iterator[Occurrence]:
    """What seven weekly plans, one for each weekday, give from the first date to the last."""
    begin = datetime.combine(wall.dates[0], time(), tzinfo=UTC) - timedelta(days=2)
    for weekday in range(7):
        plan = weekly(wall.zone, weekday, half_hour)
        occurrence = first_occurrence(plan, after=begin, not_before=wall.dates[0])
        while occurrence is not None and occurrence.on <= wall.dates[-1]:
            yield occurrence
            occurrence = next_occurrence(plan, occurrence_on=occurrence.on, now=occurrence.due_at)


def weekly(zone: ZoneInfo, weekday: int, half_hour: int) -> Plan:
    return Plan(
        rule="weekly",
        zone=zone.key,
        seed=SEEDS[half_hour % 2 * 30],
        weekday=weekday,
        hour=half_hour // 2,
        days_off=frozenset(),
    )
