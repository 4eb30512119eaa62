"""Blocks of 2025 and 2026: cards, containers, alerts, plans, videos."""

from typing import Any

from playground.validation.elements import button, image_element
from playground.validation.report import Check, Report
from playground.validation.rich_text import rich_text
from playground.validation.texts import any_text, plain_text
from playground.validation.values import Shape, boolean, by_type, list_of, one_of, string

_id: dict[str, Check] = {"block_id": string(most=255)}
MOST_CARDS = 10


def _anything(value: Any, at: str, report: Report) -> None:
    """Accept what no source describes."""


def _card_has_something(card: dict[str, Any], at: str, report: Report) -> None:
    if all(card.get(key) is None for key in ("hero_image", "title", "actions", "body")):
        message = "must have one of hero_image, title, actions and body"
        report.refuse(at, message, code="missing_field")
    if card.get("icon") is not None and card.get("slack_icon") is not None:
        report.refuse(at, "must not have both icon and slack_icon", code="invalid_icon")


card = Shape(
    {},
    {
        **_id,
        "title": any_text(150),
        "subtitle": any_text(150),
        "body": any_text(200),
        "subtext": any_text(200),
        "hero_image": image_element,
        "icon": image_element,
        "slack_icon": _anything,
        "actions": list_of(by_type({"button": button}), least=1, most=3),
    },
    also=_card_has_something,
)
_task_fields: dict[str, Check] = {
    "task_id": string(least=1),
    "title": string(least=1),
    "status": one_of(("pending", "in_progress", "complete", "error")),
}
task_card = Shape(
    {key: _task_fields[key] for key in ("task_id", "title")},
    {
        **_id,
        "status": _task_fields["status"],
        "details": rich_text,
        "output": rich_text,
        "sources": _anything,
    },
)


def _distinct_tasks(plan: dict[str, Any], at: str, report: Report) -> None:
    tasks = plan.get("tasks")
    ids = (
        [t.get("task_id") for t in tasks if isinstance(t, dict)] if isinstance(tasks, list) else []
    )
    if len({str(one) for one in ids}) != len(ids):
        report.refuse(f"{at}/tasks", "task_id must be unique", code="duplicate_task_id")


def _container_fits(container: dict[str, Any], at: str, report: Report) -> None:
    if container.get("title") is None and container.get("rich_text_title") is None:
        report.refuse(at, "must have title or rich_text_title", code="missing_field")
    is_collapsible = container.get("is_collapsible") is True
    if container.get("has_header_divider") is True and is_collapsible:
        message = "must not be set when is_collapsible is true"
        report.refuse(f"{at}/has_header_divider", message, code="invalid_combination")
    if container.get("default_collapsed") is True and not is_collapsible:
        message = "needs is_collapsible to be true"
        report.refuse(f"{at}/default_collapsed", message, code="invalid_combination")


IN_CONTAINER = frozenset(
    {
        "actions", "context", "divider", "file", "header", "image",
        "input", "rich_text", "section", "table", "video",
    }
)  # fmt: skip


def _child(value: Any, at: str, report: Report) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in IN_CONTAINER:
        report.refuse(f"{at}/type", f"unsupported type: {kind}", code="unsupported_type")
        return
    # Containers hold blocks, so the two modules need each other.
    from playground.validation.blocks import check_block

    check_block(value, at, report)


def _needs_embedding(video: dict[str, Any], at: str, report: Report) -> None:  # noqa: ARG001
    report.scopes.add("links.embed:write")


NEWER: dict[str, Check] = {
    "card": card,
    "carousel": Shape(
        {"elements": list_of(by_type({"card": card}), least=1, most=MOST_CARDS)}, _id
    ),
    "container": Shape(
        {"child_blocks": list_of(_child, least=1, most=10)},
        {
            **_id,
            "title": plain_text(150),
            "rich_text_title": rich_text,
            "subtitle": any_text(150),
            "icon": image_element,
            "width": one_of(("narrow", "standard", "wide", "full")),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        also=_container_fits,
    ),
    "alert": Shape(
        {"text": any_text(200)},
        {**_id, "level": one_of(("default", "info", "warning", "error", "success"))},
    ),
    "task_card": task_card,
    "plan": Shape(
        {"title": string(least=1)},
        {**_id, "tasks": list_of(task_card, most=50)},
        also=_distinct_tasks,
    ),
    "file": Shape({"external_id": string(least=1), "source": one_of(("remote",))}, _id),
    "video": Shape(
        {
            "alt_text": string(least=1),
            "title": plain_text(199),
            "thumbnail_url": string(least=1),
            "video_url": string(least=1),
        },
        {
            **_id,
            "author_name": string(most=49),
            "description": plain_text(200),
            "provider_icon_url": string(),
            "provider_name": string(),
            "title_url": string(),
        },
        also=_needs_embedding,
    ),
}
