"""Composition objects: options, confirmations and their kind."""

from typing import Any

from playground.validation.report import Check, Report
from playground.validation.texts import any_text, plain_text
from playground.validation.values import Shape, boolean, list_of, one_of, string

ACTION_ID = string(most=255, least=1)
PLACEHOLDER = plain_text(150)
LONGEST_URL = 3000
URL = string(most=LONGEST_URL, least=1)

confirm = Shape(
    {
        "title": plain_text(100),
        "text": any_text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
    },
    {"style": one_of(("primary", "danger"))},
)

dispatch_action_config = Shape(
    {
        "trigger_actions_on": list_of(
            one_of(("on_enter_pressed", "on_character_entered")), least=1, most=2
        )
    }
)

_filters: dict[str, Check] = {
    "include": list_of(one_of(("im", "mpim", "private", "public")), least=1),
    "exclude_external_shared_channels": boolean,
    "exclude_bot_users": boolean,
}


def _filters_something(value: dict[str, Any], at: str, report: Report) -> None:
    if all(value.get(key) is None for key in _filters):
        *first, last = _filters
        message = f"must have one of {', '.join(first)} and {last}"
        report.refuse(at, message, code="missing_field")


conversation_filter = Shape({}, _filters, also=_filters_something)


def option(*, formatted: bool = False, with_url: bool = False) -> Check:
    """Return a check for one option; radio buttons and checkboxes may format theirs."""
    text = any_text(75) if formatted else plain_text(75)
    optional: dict[str, Check] = {"description": text}
    if with_url:
        optional["url"] = URL
    return Shape({"text": text, "value": string(most=150, least=1)}, optional)


plain_option = option()
formatted_option = option(formatted=True)
overflow_option = option(with_url=True)

option_group = Shape({"label": plain_text(75), "options": list_of(plain_option, least=1, most=100)})


def options_of(element: dict[str, Any]) -> list[Any]:
    """Return every option of an element, out of its groups too."""
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        if isinstance(group, dict):
            options += group.get("options") or []
    return options


def initial_options_exist(element: dict[str, Any], at: str, report: Report) -> None:
    """Check that what is chosen at first can be chosen at all."""
    chosen = list(element.get("initial_options") or [])
    if element.get("initial_option") is not None:
        chosen.append(element["initial_option"])
    offered = options_of(element)
    if any(one not in offered for one in chosen):
        message = "initial option must match one of the options exactly"
        report.refuse(at, message, code="unknown_initial_option")
