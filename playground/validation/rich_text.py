"""Rich text: sections, lists, quotes and preformatted text."""

from typing import Any

from playground.validation.report import Check, Report
from playground.validation.values import (
    Shape,
    all_of,
    boolean,
    by_type,
    list_of,
    number,
    one_of,
    string,
    utf16_length,
)

_any_style = Shape(
    {},
    dict.fromkeys(
        (
            "bold", "italic", "strike", "code", "underline",
            "highlight", "client_highlight", "unlink",
        ),
        boolean,
    ),
)  # fmt: skip
_style: dict[str, Check] = {"style": _any_style}


def _counted(value: dict[str, Any], at: str, report: Report) -> None:  # noqa: ARG001
    text = value.get("text")
    if isinstance(text, str):
        report.characters += utf16_length(text)


_id = string(least=1)
PIECES: dict[str, Check] = {
    "text": Shape({"text": string(least=1)}, _style, also=_counted),
    "link": Shape(
        {"url": string(most=3000, least=1)},
        {**_style, "text": string(), "unsafe": boolean},
        also=_counted,
    ),
    "emoji": Shape({"name": _id}, {**_style, "unicode": string(), "skin_tone": number(whole=True)}),
    "user": Shape({"user_id": _id}, _style),
    "usergroup": Shape({"usergroup_id": _id}, _style),
    "channel": Shape({"channel_id": _id}, _style),
    "broadcast": Shape({"range": one_of(("here", "channel", "everyone"))}, _style),
    "color": Shape({"value": _id}),
    "date": Shape(
        {"timestamp": number(whole=True), "format": _id},
        {**_style, "url": string(), "fallback": string()},
    ),
}
_pieces = list_of(by_type(PIECES))
_border: dict[str, Check] = {"border": number(whole=True, least=0, most=1)}
_section = Shape({"elements": _pieces})
PARTS: dict[str, Check] = {
    "rich_text_section": _section,
    "rich_text_quote": Shape({"elements": _pieces}, _border),
    "rich_text_preformatted": Shape({"elements": _pieces}, {**_border, "language": string()}),
    "rich_text_list": Shape(
        {
            "style": one_of(("bullet", "ordered")),
            "elements": list_of(by_type({"rich_text_section": _section})),
        },
        {
            **_border,
            "indent": number(whole=True, least=0, most=8),
            "offset": number(whole=True, least=0),
        },
    ),
}


def _is_rich_text(value: Any, at: str, report: Report) -> None:
    if isinstance(value, dict) and value.get("type") != "rich_text":
        report.refuse(f"{at}/type", "must be rich_text", code="unsupported_type")


rich_text_fields: dict[str, Check] = {"elements": list_of(by_type(PARTS))}
rich_text = all_of(_is_rich_text, Shape(rich_text_fields, {"block_id": string(most=255)}))
