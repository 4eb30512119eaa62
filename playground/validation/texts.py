"""Text objects."""

from typing import Any

from playground.validation.report import Check, Report
from playground.validation.values import Shape, boolean, string, utf16_length

LONGEST_TEXT = 3000


def _counting(value: dict[str, Any], at: str, report: Report) -> None:  # noqa: ARG001
    text = value.get("text")
    if isinstance(text, str):
        report.characters += utf16_length(text)


def _plain(most: int) -> Shape:
    return Shape({"text": string(most=most, least=1)}, {"emoji": boolean}, also=_counting)


def _mrkdwn(most: int) -> Shape:
    return Shape({"text": string(most=most, least=1)}, {"verbatim": boolean}, also=_counting)


def plain_text(most: int = LONGEST_TEXT) -> Check:
    """Return a check for a text object that has to be plain text."""
    shape = _plain(most)

    def check(value: Any, at: str, report: Report) -> None:
        if isinstance(value, dict) and value.get("type") != "plain_text":
            report.refuse(f"{at}/type", "must be plain_text", code="invalid_text_type")
            return
        shape(value, at, report)

    return check


def any_text(most: int = LONGEST_TEXT) -> Check:
    """Return a check for a text object, plain or mrkdwn."""
    shapes = {"plain_text": _plain(most), "mrkdwn": _mrkdwn(most)}

    def check(value: Any, at: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        shape = shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            message = "must be a plain_text or mrkdwn object"
            report.refuse(at, message, code="invalid_text_type")
            return
        shape(value, at, report)

    return check
