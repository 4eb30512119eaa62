"""When the next message is due: plans in a member's or channel's local dates and hours, results in UTC.

Local times are converted with the zone's rules as they are when the function is called. In the hour that the
clock skips in spring, the next existing minute counts; in the hour that it repeats in autumn, the first of
the two.

How often check-ins come, and which form they have, also depends on how many were left unanswered. A member
who ignores them hears less: half as often after three in a row, not at all after five.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Rule = Literal["weekly", "fortnightly", "monthly", "bimonthly", "quarterly", "once"]
"""`monthly` is every four weeks, `bimonthly` every eight, `quarterly` the next working day after 90 days."""

WEEKS: dict[Rule, timedelta] = {
    "weekly": timedelta(weeks=1),
    "fortnightly": timedelta(weeks=2),
    "monthly": timedelta(weeks=4),
    "bimonthly": timedelta(weeks=8),
}
"""The distance between occurrences; the rules that are not listed count days."""

QUARTER = timedelta(days=90)

WORKING_HOURS = (9, 17)
"""The first hour is included, the second is not."""

WEEKEND = frozenset({5, 6})

OFFSET = re.compile(r"UTC([+-])(0\d|1[0-4]):([0-5]\d)")
LARGEST_OFFSET = 14 * 3600
"""In seconds; no place on earth is further from UTC."""

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_WEEK = 7


@dataclass(frozen=True)
class Occurrence:
    """One time that a message is due, in UTC, and the local date that it belongs to."""

    due_at: datetime
    on: date


@dataclass(frozen=True)
class Plan:
    """How often and at what time a message to one member or channel is due.

    `seed` identifies the receiver. It spreads messages over minutes, and over working days where no
    `weekday` (0 for Monday) was chosen. A weekday in `days_off` moves to the next working day. Only the rules
    of whole weeks use `weekday`; `quarterly` and `once` take the next working day. `anchor` is the date of an
    earlier occurrence, or the day on which the plan starts.
    """

    rule: Rule
    zone: str
    seed: str
    weekday: int | None = None
    hour: int | None = None
    days_off: frozenset[int] = WEEKEND
    anchor: date | None = None

    def __post_init__(self) -> None:
        if self.weekday is not None and self.weekday not in range(_WEEK):
            raise ValueError(f"Plan: 'weekday' is {self.weekday}. Choose 0 (Monday) to 6.")
        if self.hour is not None and self.hour not in range(24):
            raise ValueError(f"Plan: 'hour' is {self.hour}. Choose 0 to 23.")


def zone_of(name: str | None) -> tzinfo:
    """Return the zone of an IANA name or an offset such as UTC-08:00; UTC for no name or an unknown one."""
    return _known_zone(name or "UTC") or ZoneInfo("UTC")


def zone_name(name: str | None) -> str:
    """Return the name of the zone that `zone_of` returns."""
    return name if name and _known_zone(name) else "UTC"


def zone_from(name: object, offset: object) -> str | None:
    """Return a name for `zone_of` from what a profile says: the IANA name, or else the offset in seconds.

    None when it says neither. An offset has no daylight saving time, so it only holds until it changes.
    """
    if isinstance(name, str) and name and _known_zone(name):
        return name
    if isinstance(offset, bool) or not isinstance(offset, int) or abs(offset) > LARGEST_OFFSET:
        return None
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"UTC{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}" if offset else "UTC"


def _known_zone(name: str) -> tzinfo | None:
    if found := OFFSET.fullmatch(name):
        sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if sign == "-" else offset, name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name gives an OSError
        return None


def to_utc(local: datetime, zone: tzinfo) -> datetime:
    """Return the moment at which clocks in the zone show this local time, given without a zone."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while moment.astimezone(zone).replace(tzinfo=None) != local:
        local = local.replace(second=0, microsecond=0) + _MINUTE
        moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment


def local_date(moment: datetime, zone: tzinfo) -> date:
    """Return the date in the zone at this moment."""
    return moment.astimezone(zone).date()


def spread_minutes(seed: str, window_minutes: int) -> int:
    """Return a minute of the window: always the same for a seed, evenly spread over seeds."""
    return int.from_bytes(sha256(f"minute {seed}".encode()).digest()) % window_minutes


def weekday_of(plan: Plan) -> int | None:
    """Return the weekday on which a plan of whole weeks is due; None when every day is off.

    Without a chosen weekday each working day gets a number from the seed and the highest number is taken, so
    that a change of the days off moves only the receivers whose day became a day off.
    """
    working = [day for day in range(_WEEK) if day not in plan.days_off]
    if not working:
        return None
    chosen = plan.weekday
    if chosen is not None:
        return min(working, key=lambda day: (day - chosen) % _WEEK)
    lots = sha256(f"weekday {plan.seed}".encode()).digest()
    return max(working, key=lambda day: lots[4 * day : 4 * day + 4])


def first_occurrence(
    plan: Plan, *, after: datetime, not_before: date | None = None
) -> Occurrence | None:
    """Return the first occurrence strictly after a moment; None when every day is off.

    Rules of whole weeks count from the first fitting day at or after the anchor, `quarterly` from 90 days
    after it; without an anchor, from the day of `after`. An occurrence before the date `not_before` is moved
    to the first fitting day from then on. After an occurrence that took place use `next_occurrence`, which
    never returns the same date twice.
    """
    days = _fitting_days(plan)
    if not days:
        return None
    on = _begin(plan, days, local_date(after, zone_of(plan.zone)))
    found = _upcoming(plan, days, on=on, now=after)
    if not_before is not None and found.on < not_before:
        return _occurrence(plan, _fitting(not_before, days))
    return found


def next_occurrence(plan: Plan, *, occurrence_on: date, now: datetime) -> Occurrence | None:
    """Return the next occurrence after that date that is still to come, skipping those that were missed.

    Its date is always later than `occurrence_on`, also after a change of zone. None for `once`, and when
    every day is off.
    """
    days = _fitting_days(plan)
    if plan.rule == "once" or not days:
        return None
    return _upcoming(plan, days, on=_next(plan, days, occurrence_on), now=now)


def previous_date(plan: Plan, on: date) -> date | None:
    """Return the date of the occurrence before this one; None before the anchor and for `once`."""
    days = _fitting_days(plan)
    if plan.rule == "once" or not days:
        return None
    earlier = on - WEEKS.get(plan.rule, QUARTER)
    while earlier.weekday() not in days:
        earlier -= _DAY
    return None if plan.anchor is not None and earlier < plan.anchor else earlier


def working_days_later(day: date, count: int, *, days_off: Collection[int] = WEEKEND) -> date:
    """Return the date `count` working days after `day`; every day is a working day when all are off."""
    working = set(range(_WEEK)) - set(days_off) or set(range(_WEEK))
    for _ in range(count):
        day = _fitting(day + _DAY, working)
    return day


def next_slot(
    moment: datetime,
    zone: tzinfo,
    *,
    days_off: Collection[int] = WEEKEND,
    hours: tuple[int, int] = WORKING_HOURS,
    not_before: date | None = None,
) -> datetime | None:
    """Return the moment itself within working hours of a working day, else the start of the next ones.

    The slot is never before the local date `not_before`. None when every day is off.
    """
    start = max(local_date(moment, zone), not_before or date.min)
    # Two weeks and not one: where a zone leaves a date out, the only working day may be missing.
    mornings = (
        to_utc(datetime.combine(start + n * _DAY, time(hours[0])), zone) for n in range(2 * _WEEK)
    )
    for slot in (moment, *(morning for morning in mornings if morning > moment)):
        local = slot.astimezone(zone)
        is_working = local.weekday() not in days_off and hours[0] <= local.hour < hours[1]
        if is_working and local.date() >= start:
            return slot.astimezone(UTC)
    return None


def _fitting_days(plan: Plan) -> set[int]:
    """Return the weekdays on which the plan may be due; empty when every day is off."""
    if plan.rule in WEEKS:
        weekday = weekday_of(plan)
        return set() if weekday is None else {weekday}
    return set(range(_WEEK)) - plan.days_off


def _fitting(day: date, days: Collection[int]) -> date:
    while day.weekday() not in days:
        day += _DAY
    return day


def _begin(plan: Plan, days: Collection[int], today: date) -> date:
    """Return a date of the plan at or shortly before its first occurrence from today on."""
    start = plan.anchor or today
    if plan.rule == "once":
        return _fitting(max(start, today), days)
    if plan.rule == "quarterly":
        return _next(plan, days, start)
    on = _fitting(start, days)
    step = WEEKS[plan.rule]
    return on + max(0, (today - on) // step) * step


def _next(plan: Plan, days: Collection[int], on: date) -> date:
    """Return the plan's date after this one; after a change of weekday it is earlier rather than later."""
    if plan.rule == "once":
        return _fitting(on + _DAY, days)
    if plan.rule == "quarterly":
        return _fitting(on + QUARTER, days)
    return _fitting(on + WEEKS[plan.rule] - 6 * _DAY, days)


def _upcoming(plan: Plan, days: Collection[int], *, on: date, now: datetime) -> Occurrence:
    """Return the occurrence on this date if it is still to come, else the first later one that is."""
    found = _occurrence(plan, on)
    while found.due_at <= now:
        found = _occurrence(plan, _next(plan, days, found.on))
    return found


def _occurrence(plan: Plan, on: date) -> Occurrence:
    start, end = WORKING_HOURS if plan.hour is None else (plan.hour, plan.hour + 1)
    minutes = spread_minutes(plan.seed, (end - start) * 60)
    local = datetime.combine(on, time(start)) + minutes * _MINUTE
    return Occurrence(due_at=to_utc(local, zone_of(plan.zone)), on=on)


def seed_of(workspace_id: str, subject: str) -> str:
    """Return the seed of a member's or channel's plan."""
    return f"{workspace_id} {subject}"


Cadence = Literal["weekly", "fortnightly", "monthly", "off"]
"""How often a member has asked for check-ins."""

IGNORED_SLOWER = 3
"""After this many ignored check-ins in a row they come half as often."""

IGNORED_PAUSED = 5
"""After this many ignored check-ins in a row they are paused."""

_SLOWER: dict[Rule, Rule] = {
    "weekly": "fortnightly",
    "fortnightly": "monthly",
    "monthly": "bimonthly",
}


def effective_rule(cadence: Cadence, ignored: int) -> Rule | None:
    """Return the rule by which check-ins are planned; None when they are off or paused.

    `ignored` counts the unanswered ones before the check-in from which the next is planned. So the sixth,
    which says that check-ins are paused, is still planned, and none after it.
    """
    if cadence == "off" or ignored >= IGNORED_PAUSED:
        return None
    return _SLOWER[cadence] if ignored >= IGNORED_SLOWER else cadence


CheckinForm = Literal["ask", "offer", "slower", "pause"]

ASK: CheckinForm = "ask"
"""Asks how the step went that the member chose."""

OFFER: CheckinForm = "offer"
"""Offers a step to a member who is trying none, without mentioning the unanswered check-ins."""

SLOWER: CheckinForm = "slower"
"""Asks or offers, and says that check-ins now come half as often."""

PAUSE: CheckinForm = "pause"
"""Says that check-ins are paused, with a button to resume."""


def checkin_form(*, ignored_before: int, is_trying: bool) -> CheckinForm:
    """Return the form of the next check-in after this many unanswered ones.

    `is_trying` says that the member chose a step and has not said yet how it went.
    """
    if ignored_before >= IGNORED_PAUSED:
        return PAUSE
    if ignored_before == IGNORED_SLOWER:
        return SLOWER
    return ASK if is_trying else OFFER
