"""Date and time pickers."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from playground.validation.objects import ACTION_ID, PLACEHOLDER, confirm
from playground.validation.report import Check, Report
from playground.validation.values import Shape, boolean, number, string

FIRST_TEN_DIGITS = 1_000_000_000
LAST_TEN_DIGITS = 9_999_999_999


def _real_date(value: Any, at: str, report: Report) -> None:
    try:
        date.fromisoformat(value)
        well_formed = len(value) == len("2026-01-31")
    except (TypeError, ValueError):
        well_formed = False
    if not well_formed:
        report.refuse(at, "must be a date in the format YYYY-MM-DD", code="invalid_date")


def _time_zone(value: Any, at: str, report: Report) -> None:
    try:
        ZoneInfo(value)
    except (TypeError, ValueError, OSError, LookupError):
        report.refuse(at, "must be an IANA time zone", code="invalid_timezone")


_base: dict[str, Check] = {"action_id": ACTION_ID, "confirm": confirm, "focus_on_load": boolean}

PICKERS: dict[str, Check] = {
    "datepicker": Shape({}, {**_base, "placeholder": PLACEHOLDER, "initial_date": _real_date}),
    "timepicker": Shape(
        {},
        {
            **_base,
            "placeholder": PLACEHOLDER,
            "initial_time": string(pattern=r"([01]\d|2[0-3]):[0-5]\d"),
            "timezone": _time_zone,
        },
    ),
    "datetimepicker": Shape(
        {},
        {
            **_base,
            "initial_date_time": number(whole=True, least=FIRST_TEN_DIGITS, most=LAST_TEN_DIGITS),
        },
    ),
}
