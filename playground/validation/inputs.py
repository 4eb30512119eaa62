"""Fields that people type into, and files they hand over."""

from decimal import Decimal, InvalidOperation
from typing import Any

from playground.validation.objects import ACTION_ID, PLACEHOLDER, dispatch_action_config
from playground.validation.report import Check, Report
from playground.validation.rich_text import rich_text
from playground.validation.values import Shape, boolean, list_of, number, string, utf16_length

MOST_TYPED = 3000
_base: dict[str, Check] = {
    "action_id": ACTION_ID,
    "dispatch_action_config": dispatch_action_config,
    "focus_on_load": boolean,
    "placeholder": PLACEHOLDER,
}


def _lengths_fit(element: dict[str, Any], at: str, report: Report) -> None:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        report.refuse(at, "min_length must not exceed max_length", code="invalid_range")
    initial = element.get("initial_value")
    if isinstance(initial, str) and isinstance(most, int) and utf16_length(initial) > most:
        message = f"must be less than {most + 1} characters"
        report.refuse(f"{at}/initial_value", message, code="too_long", constraint=most)


def _number_string(value: Any, at: str, report: Report) -> None:
    try:
        if not isinstance(value, str):
            raise InvalidOperation
        Decimal(value)
    except InvalidOperation:
        report.refuse(at, "must be a number in a string", code="invalid_number")


def _needs_reading(element: dict[str, Any], at: str, report: Report) -> None:  # noqa: ARG001
    report.scopes.add("files:read")


INPUTS: dict[str, Check] = {
    "plain_text_input": Shape(
        {},
        {
            **_base,
            "initial_value": string(most=MOST_TYPED),
            "multiline": boolean,
            "min_length": number(whole=True, least=0, most=MOST_TYPED),
            "max_length": number(whole=True, least=1, most=MOST_TYPED),
        },
        also=_lengths_fit,
    ),
    "url_text_input": Shape({}, {**_base, "initial_value": string()}),
    "email_text_input": Shape({}, {**_base, "initial_value": string()}),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        {
            **_base,
            "initial_value": _number_string,
            "min_value": _number_string,
            "max_value": _number_string,
        },
    ),
    "rich_text_input": Shape(
        {},
        {
            **_base,
            "initial_value": rich_text,
            "min_lines": number(whole=True, least=1, most=100),
            "max_lines": number(whole=True, least=1, most=100),
        },
    ),
    "file_input": Shape(
        {},
        {
            "action_id": ACTION_ID,
            "filetypes": list_of(string(least=1)),
            "max_files": number(whole=True, least=1, most=10),
        },
        also=_needs_reading,
    ),
}
