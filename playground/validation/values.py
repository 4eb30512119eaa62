"""Checks for plain values, lists and objects, from which all others are made."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from playground.validation.report import Check, Report


def utf16_length(text: str) -> int:
    """Count as Slack's clients do; code points outside the basic plane count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def string(*, most: int | None = None, least: int = 0, pattern: str | None = None) -> Check:
    """Return a check for a string and its length."""
    shape = None if pattern is None else re.compile(pattern)

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.refuse(at, "must provide a string", code="invalid_type", constraint="string")
            return
        length = utf16_length(value)
        if most is not None and length > most:
            message = f"must be less than {most + 1} characters"
            report.refuse(at, message, code="too_long", constraint=most)
        if length < least:
            message = f"must be more than {least - 1} characters"
            report.refuse(at, message, code="too_short", constraint=least)
        if shape is not None and shape.fullmatch(value) is None:
            report.refuse(at, "invalid format", code="invalid_format", constraint=pattern)

    return check


def boolean(value: Any, at: str, report: Report) -> None:
    """Check for true or false."""
    if not isinstance(value, bool):
        report.refuse(at, "must provide a boolean", code="invalid_type", constraint="boolean")


def number(*, least: float | None = None, whole: bool = False, most: float | None = None) -> Check:
    """Return a check for a number and its range."""

    def check(value: Any, at: str, report: Report) -> None:
        kinds = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            what = "integer" if whole else "number"
            report.refuse(at, f"must provide a {what}", code="invalid_type", constraint=what)
            return
        if least is not None and value < least:
            report.refuse(at, f"must be at least {least}", code="too_small", constraint=str(least))
        if most is not None and value > most:
            report.refuse(at, f"must be at most {most}", code="too_large", constraint=str(most))

    return check


def one_of(choices: Collection[object]) -> Check:
    """Return a check for one of a few values."""

    def check(value: Any, at: str, report: Report) -> None:
        if isinstance(value, list | dict) or value not in choices:
            allowed = ", ".join(sorted(map(str, choices)))
            message = f"must be a valid enum value: {allowed}"
            report.refuse(at, message, code="invalid_enum", constraint=allowed)

    return check


def list_of(check_item: Check, *, most: int | None = None, least: int = 0) -> Check:
    """Return a check for a list, its length and each item."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.refuse(at, "must be an array", code="invalid_type", constraint="array")
            return
        if most is not None and len(value) > most:
            message = f"no more than {most} items allowed"
            report.refuse(at, message, code="too_many_items", constraint=most)
        if len(value) < least:
            message = f"must have at least {least} items"
            report.refuse(at, message, code="too_few_items", constraint=least)
        for n, item in enumerate(value):
            check_item(item, f"{at}/{n}", report)

    return check


class Shape:
    """A check for an object: which keys it must and may have, and what they hold."""

    def __init__(
        self,
        required: Mapping[str, Check] | None = None,
        optional: Mapping[str, Check] | None = None,
        also: Callable[[dict[str, Any], str, Report], None] | None = None,
    ) -> None:
        self._required = required or {}
        self._fields = {**self._required, **(optional or {})}
        self._also = also

    def __call__(self, value: Any, at: str, report: Report) -> None:
        """Note what is missing, unknown or wrong."""
        if not isinstance(value, dict):
            report.refuse(at, "must be an object", code="invalid_type", constraint="object")
            return
        self._check_fields(value, at, report)
        if self._also is not None:
            self._also(value, at, report)

    def _check_fields(self, value: dict[str, Any], at: str, report: Report) -> None:
        for key in self._required:
            if value.get(key) is None:
                report.refuse(at, f"missing required field: {key}", code="missing_field")
        for key, item in value.items():
            check = self._fields.get(key)
            if check is None:
                if key != "type":
                    message = f"invalid additional property: {key}"
                    report.refuse(at, message, code="unknown_field")
            elif item is not None:
                check(item, f"{at}/{key}", report)


def by_type(shapes: Mapping[str, Check]) -> Check:
    """Return a check that picks the shape by the object's `type`."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.refuse(at, "must be an object", code="invalid_type", constraint="object")
            return
        kind = value.get("type")
        if kind is None:
            report.refuse(at, "missing required field: type", code="missing_field")
        elif not isinstance(kind, str) or (shape := shapes.get(kind)) is None:
            report.refuse(f"{at}/type", f"unsupported type: {kind}", code="unsupported_type")
        else:
            shape(value, at, report)

    return check


def all_of(*checks: Check) -> Check:
    """Return a check that makes several in turn."""

    def check(value: Any, at: str, report: Report) -> None:
        for one in checks:
            one(value, at, report)

    return check
