"""Until when no messages are wanted, read from words such as "until Monday" or "for 3 days".

An expression is read without knowing the day; `until` then computes the date from the member's own today.
That date is the first on which messages may come again.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coaching.english import NUMBER_WORDS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
NUMBERS = {
    "a": 1,
    "an": 1,
    "couple": 2,
    "few": 3,
    **{word: number for number, word in enumerate(NUMBER_WORDS[1:], start=1)},
    "eleven": 11,
    "twelve": 12,
}
UNITS = {
    **dict.fromkeys(("sec", "second", "moment", "minute", "min", "hour", "hr", "h"), "hour"),
    **dict.fromkeys(("day", "d"), "day"),
    **dict.fromkeys(("week", "wk", "w"), "week"),
    "fortnight": "fortnight",
    **dict.fromkeys(("month", "mo"), "month"),
    "quarter": "quarter",
    **dict.fromkeys(("year", "yr"), "year"),
}
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
DAYS_IN = {"hour": 0, "day": 1, "week": 7, "fortnight": 14}

UNTIL = frozenset({"until", "till", "til", "before", "to"})
THROUGH = frozenset({"through", "thru", "after"})
FOR = frozenset({"for", "during", "over"})
AT = frozenset({"in", "on", "from", "by"})
OPENERS = UNTIL | THROUGH | FOR | AT
"""The words with which an expression of time may begin."""

NAMES_A_TIME = frozenset({"until", "till", "til", "through", "for"})
"""Of these, the words after which nothing but a time is expected."""

VAGUE = frozenset(
    {"a while", "some time", "a bit", "a little", "a little while", "now", "later", "the moment"}
)
"""What names no length of time; the usual pause is meant."""

LATER_TODAY = frozenset({"today", "tonight", "this morning", "this afternoon", "this evening"})
LONGEST_GUESS = timedelta(days=270)
"""A date without a year that is further ahead than this was in the past when it was written."""

_DAY = timedelta(days=1)
_NUMBER = re.compile(r"\d{1,3}")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_JOINED = re.compile(r"(\d{1,3})([a-z]+)")
_ISO = re.compile(r"(20\d\d)-(\d\d?)-(\d\d?)")
_YEAR = re.compile(r"20\d\d")
_WHOLE = re.compile(r"^(?:the (?:rest|end) of |all of )?(?:the |this )?")
"""What may stand before the name of a span without changing when it is over."""


@dataclass(frozen=True)
class TimeWords:
    """An expression of time: `until` computes the date, None where it names a day that is over or missing."""

    until: Callable[[date], date | None]


VAGUELY = TimeWords(lambda today: today)
"""Time was mentioned, but no length of it."""


def read_time(words: Sequence[str]) -> TimeWords | None:
    """Return what these words say about time; None where they cannot be read."""
    words = [part for word in words for part in _split(word)]
    opener = words[0] if words and words[0] in OPENERS else ""
    rest = words[1:] if opener else words
    if not rest:
        return None
    if " ".join(rest) in VAGUE and opener in (*FOR, ""):
        return VAGUELY
    if opener in FOR:
        return _length(rest) or _span(rest)
    if opener in THROUGH:
        return _span(rest) or _after(_point(rest))
    if opener == "in" and (length := _length(rest)):
        return length
    if not opener:
        return _length(rest) or _point(rest) or _span(rest)
    return _point(rest)


def _split(word: str) -> list[str]:
    """Return "2w" and "10days" as a number and a unit; another word as it is."""
    found = _JOINED.fullmatch(word)
    return [found[1], found[2]] if found and _unit(found[2]) else [word]


def _unit(word: str) -> str | None:
    return UNITS.get(word) or UNITS.get(word.removesuffix("s"))


def _number(word: str) -> int | None:
    return int(word) if _NUMBER.fullmatch(word) else NUMBERS.get(word)


def _length(words: Sequence[str]) -> TimeWords | None:
    """Return a length of time from now, such as "the next two weeks" or "half a year"."""
    if words and words[0] == "another":
        words = ["a", *words[1:]] if len(words) == 2 else words[1:]
    while words and words[0] in ("the", "next", "at", "least", "about", "around"):
        if words[0] == "next" and len(words) == 2 and _unit(words[1]):
            return None  # "next week" is a point in time
        words = words[1:]
    if len(words) > 2 and list(words[-2:]) in (["from", "now"], ["from", "today"]):
        words = words[:-2]
    words = [word for word in words if word not in ("of", "more", "full", "whole")]
    if list(words[:2]) == ["half", "a"] and list(words[2:]) == ["year"]:
        words = ["6", "months"]
    if len(words) == 3 and words[0] == "a" and words[1] in ("couple", "few"):
        words = words[1:]
    if len(words) != 2 or (unit := _unit(words[1])) is None:
        return None
    count = _number(words[0])
    return TimeWords(lambda today: _later(today, count, unit)) if count else None


def _later(today: date, count: int, unit: str) -> date:
    """Return the day so many units after today; an hour or a minute lasts until tomorrow."""
    if unit in MONTHS_IN:
        return _add_months(today, count * MONTHS_IN[unit])
    return today + max(count * DAYS_IN[unit], 1) * _DAY


def _span(words: Sequence[str]) -> TimeWords | None:
    """Return the day after a span that has a name: "this week", "next month", "December", "today"."""
    text = " ".join(words)
    if text not in LATER_TODAY:
        text = _WHOLE.sub("", text)
    if text in LATER_TODAY or text in ("day", "the day", "tomorrow"):
        days = 2 if text == "tomorrow" else 1
        return TimeWords(lambda today: today + days * _DAY)
    if text in ("weekend", "the weekend"):
        return TimeWords(_monday_after)
    if text in ("week", "month", "quarter", "year"):
        return TimeWords(lambda today: _start_of_next(today, text))
    if text in ("next week", "next month", "next quarter", "next year"):
        unit = text.removeprefix("next ")
        return TimeWords(lambda today: _start_of_next(_start_of_next(today, unit), unit))
    if month := _month(text):
        return TimeWords(
            lambda today: _add_months(_next_month_start(today, month, or_this=True), 1)
        )
    return None


def _after(point: TimeWords | None) -> TimeWords | None:
    """Return the day after a point in time, which "through" includes."""
    if point is None:
        return None

    def until(today: date) -> date | None:
        day = point.until(today)
        return day + _DAY if day else None

    return TimeWords(until)


def _point(words: Sequence[str]) -> TimeWords | None:
    """Return a day that has a name or a date: "Monday", "next week", "December 8", "2026-12-08"."""
    words = [word for word in words if word not in ("the", "of", "on", "this", "coming")]
    text = " ".join(words)
    if text in ("tomorrow", "tomorrow morning"):
        return TimeWords(lambda today: today + _DAY)
    if text == "day after tomorrow":
        return TimeWords(lambda today: today + 2 * _DAY)
    if text in ("end week", "end month", "end quarter", "end year"):
        unit = text.removeprefix("end ")
        return TimeWords(lambda today: _start_of_next(today, unit))
    if text in ("next week", "next month", "next quarter", "next year", "new year"):
        unit = text.split()[1]
        return TimeWords(lambda today: _start_of_next(today, unit))
    if text == "weekend":
        return TimeWords(lambda today: _next_weekday(today, 5))
    return _day_of_week(words) or _date(words)


def _day_of_week(words: Sequence[str]) -> TimeWords | None:
    """Return "Monday", or "next Monday" as that of the week after this one."""
    weekday = _weekday(words[-1]) if words else None
    if weekday is None or len(words) > 2 or (len(words) == 2 and words[0] != "next"):
        return None
    if len(words) == 1:
        return TimeWords(lambda today: _next_weekday(today, weekday))
    return TimeWords(lambda today: _monday_after(today) + weekday * _DAY)


def _weekday(word: str) -> int | None:
    return _place(word, WEEKDAYS)


def _month(word: str) -> int | None:
    place = _place(word, MONTHS)
    return None if place is None else place + 1


def _place(word: str, names: Sequence[str]) -> int | None:
    """Return the place of the name that this word is, or abbreviates with three letters or more."""
    if len(word) < 3:
        return None
    return next((at for at, name in enumerate(names) if name.startswith(word)), None)


def _date(words: Sequence[str]) -> TimeWords | None:
    """Return a date of the calendar; None for 12/8, which is read as two different days."""
    if not words:
        return None
    if len(words) == 1:
        return _date_of_one(words[0])
    year = int(words[-1]) if _YEAR.fullmatch(words[-1]) else None
    parts = words[:-1] if year else words
    if len(parts) == 3 and _weekday(parts[0]) is not None:
        parts = parts[1:]  # "Tuesday, December 8": the date alone counts
    if len(parts) > 2 or not parts:
        return None
    month = next((found for word in parts if (found := _month(word))), None)
    if month is None:
        return None
    others = [word for word in parts if not _month(word)]
    if not others:
        return TimeWords(lambda today: _on(today, year, month, 1))
    day = _ORDINAL.fullmatch(others[0])
    return TimeWords(lambda today: _on(today, year, month, int(day[1]))) if day else None


def _date_of_one(word: str) -> TimeWords | None:
    if found := _ISO.fullmatch(word):
        numbers = [int(part) for part in found.groups()]
        return TimeWords(lambda today: _on(today, *numbers))
    if month := _month(word):
        return TimeWords(lambda today: _next_month_start(today, month))
    if _YEAR.fullmatch(word):
        return TimeWords(lambda today: _on(today, int(word), 1, 1))
    ordinal = _ORDINAL.fullmatch(word)
    if ordinal and not word.isdecimal():
        return TimeWords(lambda today: _day_of_month(today, int(ordinal[1])))
    return None


def _on(today: date, year: int | None, month: int, day: int) -> date | None:
    """Return this date, without a year the next one; None when it is over, or is on no calendar."""
    for one in (year,) if year else (today.year, today.year + 1):
        if 1 <= month <= 12 and 1 <= day <= monthrange(one, month)[1]:
            found = date(one, month, day)
            is_near = year is not None or found - today <= LONGEST_GUESS
            if found > today and is_near:
                return found
    return None


def _day_of_month(today: date, day: int) -> date | None:
    """Return the next day with this number, in this month or one of the next two."""
    for months in range(3):
        start = _add_months(today.replace(day=1), months)
        if 1 <= day <= monthrange(start.year, start.month)[1] and start.replace(day=day) > today:
            return start.replace(day=day)
    return None


def _next_weekday(today: date, weekday: int) -> date:
    return today + ((weekday - today.weekday() - 1) % 7 + 1) * _DAY


def _monday_after(today: date) -> date:
    return _next_weekday(today, 0)


def _next_month_start(today: date, month: int, *, or_this: bool = False) -> date:
    """Return the first day of the next month with this number; with `or_this`, this month is one too."""
    start = date(today.year, month, 1)
    is_ahead = start > today or (or_this and month == today.month)
    return start if is_ahead else start.replace(year=today.year + 1)


def _start_of_next(today: date, unit: str) -> date:
    """Return the first day of the week, month, quarter or year after the one of this day."""
    if unit == "week":
        return _monday_after(today)
    if unit == "quarter":
        return _add_months(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3)
    return date(today.year + 1, 1, 1) if unit == "year" else _add_months(today.replace(day=1), 1)


def _add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a month that is shorter."""
    at = day.month - 1 + months
    year, month = day.year + at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
