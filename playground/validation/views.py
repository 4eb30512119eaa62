"""Modals and Home tabs."""

from typing import Any

from playground.validation.blocks import check_block
from playground.validation.report import Check, Report
from playground.validation.texts import plain_text
from playground.validation.values import Shape, boolean, list_of, string

MOST_BLOCKS = 100
_blocks = list_of(check_block, most=MOST_BLOCKS)
_both: dict[str, Check] = {
    "private_metadata": string(most=3000),
    "callback_id": string(most=255),
    "external_id": string(most=255),
}


def _submit_with_inputs(view: dict[str, Any], at: str, report: Report) -> None:
    blocks = view.get("blocks")
    listed = blocks if isinstance(blocks, list) else []
    inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in listed)
    if inputs and view.get("submit") is None:
        message = "missing required field: submit (the view has input blocks)"
        report.refuse(at, message, code="missing_field")


modal = Shape(
    {"title": plain_text(24), "blocks": _blocks},
    {
        **_both,
        "close": plain_text(24),
        "submit": plain_text(24),
        "submit_disabled": boolean,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
    also=_submit_with_inputs,
)
home = Shape({"blocks": _blocks}, _both)


def check_view(view: Any, *, expected: str | None = None, at: str = "/view") -> Report:
    """Return everything that Slack would refuse about a view."""
    kind = view.get("type") if isinstance(view, dict) else None
    report = Report("home" if kind == "home" else "modal")
    if kind not in ("modal", "home"):
        report.refuse(f"{at}/type", f"unsupported type: {kind}", code="unsupported_type")
        return report
    if expected is not None and kind != expected:
        report.refuse(f"{at}/type", f"must be {expected}", code="unsupported_type")
    shape = home if kind == "home" else modal
    shape(view, at, report)
    if report.focused > 1:
        message = "only one element may have focus_on_load"
        report.refuse(f"{at}/blocks", message, code="duplicate_focus")
    return report
