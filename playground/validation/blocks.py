"""Every block, and on which surface it may stand."""

from collections.abc import Mapping
from typing import Any

from playground.validation.charts import data_visualization
from playground.validation.elements import (
    image_element,
    image_fields,
    in_actions,
    in_context_actions,
    in_input,
    in_section,
    one_source,
    refuse_response_url,
)
from playground.validation.newer_blocks import NEWER
from playground.validation.report import Check, Report, Surface
from playground.validation.rich_text import rich_text
from playground.validation.tables import data_table, table
from playground.validation.texts import any_text, plain_text
from playground.validation.values import (
    Shape,
    boolean,
    by_type,
    list_of,
    string,
    utf16_length,
)

BLOCK_ID: Check = string(most=255)
_id: dict[str, Check] = {"block_id": BLOCK_ID}


def _text_or_fields(block: dict[str, Any], at: str, report: Report) -> None:
    if block.get("text") is None and block.get("fields") is None:
        report.refuse(at, "must have text or fields", code="missing_field")


def _distinct_actions(block: dict[str, Any], at: str, report: Report) -> None:
    elements = block.get("elements")
    if not isinstance(elements, list):
        return
    seen: set[str] = set()
    for n, element in enumerate(elements):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(action_id, str) and action_id in seen:
            pointer = f"{at}/elements/{n}/action_id"
            message = f"action_id {action_id} already exists in this block"
            report.refuse(pointer, message, code="duplicate_action_id")
        elif isinstance(action_id, str):
            seen.add(action_id)


def _count_markdown(block: dict[str, Any], at: str, report: Report) -> None:  # noqa: ARG001
    text = block.get("text")
    if isinstance(text, str):
        report.markdown_characters += utf16_length(text)
        report.characters += utf16_length(text)


def _input_fits(block: dict[str, Any], at: str, report: Report) -> None:
    element = block.get("element")
    if report.surface != "modal":
        refuse_response_url(element, f"{at}/element", report)
    is_file = isinstance(element, dict) and element.get("type") == "file_input"
    if is_file and block.get("dispatch_action"):
        message = "dispatch_action is not available for a file_input"
        report.refuse(f"{at}/dispatch_action", message, code="unsupported_field")


_context_element = by_type({"image": image_element, "plain_text": any_text(), "mrkdwn": any_text()})
BLOCKS: Mapping[str, Check] = {
    "section": Shape(
        {},
        {
            **_id,
            "text": any_text(3000),
            "fields": list_of(any_text(2000), least=1, most=10),
            "accessory": in_section,
            "expand": boolean,
        },
        also=_text_or_fields,
    ),
    "header": Shape({"text": plain_text(150)}, _id),
    "context": Shape({"elements": list_of(_context_element, least=1, most=10)}, _id),
    "divider": Shape({}, _id),
    "actions": Shape(
        {"elements": list_of(in_actions, least=1, most=25)}, _id, also=_distinct_actions
    ),
    "context_actions": Shape(
        {"elements": list_of(in_context_actions, least=1, most=5)}, _id, also=_distinct_actions
    ),
    "input": Shape(
        {"label": plain_text(2000), "element": in_input},
        {**_id, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
        also=_input_fits,
    ),
    "image": Shape(
        {"alt_text": string(most=2000)},
        {**_id, **image_fields, "title": plain_text(2000)},
        also=one_source,
    ),
    "rich_text": rich_text,
    "markdown": Shape({"text": string(least=1)}, _id, also=_count_markdown),
    "table": table,
    "data_table": data_table,
    "data_visualization": data_visualization,
    **NEWER,
}

NOT_IN: dict[Surface, frozenset[str]] = {
    "message": frozenset({"alert", "file"}),
    "modal": frozenset(
        {
            "card", "carousel", "container", "context_actions", "data_visualization",
            "file", "markdown", "plan", "table", "task_card",
        }
    ),
    "home": frozenset(
        {
            "alert", "container", "context_actions", "data_visualization", "file",
            "markdown", "plan", "task_card",
        }
    ),
}  # fmt: skip
_known = by_type(BLOCKS)


def check_block(value: Any, at: str, report: Report) -> None:
    """Check one block and that it may stand here."""
    _known(value, at, report)
    if not isinstance(value, dict):
        return
    kind = value.get("type")
    if isinstance(kind, str) and kind in NOT_IN[report.surface]:
        message = f"unsupported type: {kind} is not available in a {report.surface}"
        report.refuse(f"{at}/type", message, code="unsupported_surface")
    _distinct_block_id(value, at, report)


def _distinct_block_id(block: dict[str, Any], at: str, report: Report) -> None:
    block_id = block.get("block_id")
    # Slack does not keep the block_id of a markdown block.
    if not isinstance(block_id, str) or not block_id or block.get("type") == "markdown":
        return
    if block_id in report.block_ids:
        message = f"block_id {block_id} already exists"
        report.refuse(f"{at}/block_id", message, code="duplicate_block_id")
    report.block_ids.add(block_id)
