"""Buttons, choices and overflow menus, and which element may stand where."""

from typing import Any

from playground.validation.inputs import INPUTS
from playground.validation.objects import (
    ACTION_ID,
    URL,
    confirm,
    formatted_option,
    initial_options_exist,
    overflow_option,
)
from playground.validation.pickers import PICKERS
from playground.validation.report import Check, Report, Surface
from playground.validation.selects import MULTI_SELECTS, SINGLE_SELECTS
from playground.validation.texts import plain_text
from playground.validation.values import Shape, all_of, boolean, by_type, list_of, one_of, string

MOST_CHOICES = 10
image_fields: dict[str, Check] = {
    "image_url": URL,
    "slack_file": Shape({}, {"id": string(least=1), "url": URL}),
}


def one_source(image: dict[str, Any], at: str, report: Report) -> None:
    """Check that an image has exactly one source."""
    if (image.get("image_url") is None) == (image.get("slack_file") is None):
        message = "must have exactly one of image_url and slack_file"
        report.refuse(at, message, code="invalid_image")
    file = image.get("slack_file")
    if isinstance(file, dict) and (file.get("id") is None) == (file.get("url") is None):
        report.refuse(
            f"{at}/slack_file", "must have exactly one of id and url", code="invalid_image"
        )


button = Shape(
    {"text": plain_text(75)},
    {
        "action_id": ACTION_ID,
        "url": URL,
        "value": string(most=2000),
        "style": one_of(("primary", "danger")),
        "confirm": confirm,
        "accessibility_label": string(most=75),
    },
)
image_element = Shape({"alt_text": string(most=2000)}, image_fields, also=one_source)
overflow = Shape(
    {"options": list_of(overflow_option, least=1, most=5)},
    {"action_id": ACTION_ID, "confirm": confirm},
)
_choice: dict[str, Check] = {"action_id": ACTION_ID, "confirm": confirm, "focus_on_load": boolean}
radio_buttons = Shape(
    {"options": list_of(formatted_option, least=1, most=MOST_CHOICES)},
    {**_choice, "initial_option": formatted_option},
    also=initial_options_exist,
)
checkboxes = Shape(
    {"options": list_of(formatted_option, least=1, most=MOST_CHOICES)},
    {**_choice, "initial_options": list_of(formatted_option, least=1)},
    also=initial_options_exist,
)
workflow_button = Shape(
    {"text": plain_text(75), "workflow": Shape({"trigger": lambda *_: None})},
    {
        "action_id": ACTION_ID,
        "style": one_of(("primary", "danger")),
        "accessibility_label": string(most=75),
    },
)
_feedback = Shape(
    {"text": plain_text(75), "value": string(most=2000)},
    {"accessibility_label": string(most=75)},
)
feedback_buttons = Shape(
    {"positive_button": _feedback, "negative_button": _feedback}, {"action_id": ACTION_ID}
)
icon_button = Shape(
    {"icon": one_of(("trash",)), "text": plain_text(75)},
    {
        "action_id": ACTION_ID,
        "value": string(most=2000),
        "confirm": confirm,
        "accessibility_label": string(most=75),
        "visible_to_user_ids": list_of(string(least=1), most=10),
    },
)

CHOICES: dict[str, Check] = {"radio_buttons": radio_buttons, "checkboxes": checkboxes}
CLICKS: dict[str, Check] = {
    "button": button,
    "overflow": overflow,
    "workflow_button": workflow_button,
}
MESSAGE_ONLY = frozenset({"feedback_buttons", "icon_button", "workflow_button"})
MODAL_ONLY = frozenset({"url_text_input", "number_input", "email_text_input", "file_input"})
SURFACES: dict[str, frozenset[Surface]] = {
    **dict.fromkeys(MESSAGE_ONLY, frozenset[Surface]({"message"})),
    **dict.fromkeys(MODAL_ONLY, frozenset[Surface]({"modal"})),
    "datetimepicker": frozenset[Surface]({"modal", "message"}),
    "rich_text_input": frozenset[Surface]({"modal", "home"}),
}


def refuse_response_url(value: Any, at: str, report: Report) -> None:
    """Check that an element asks for no response URL where none is handed out."""
    if isinstance(value, dict) and value.get("response_url_enabled"):
        message = "response_url_enabled is only available in input blocks of modals"
        report.refuse(at, message, code="unsupported_surface")


def placed(check: Check) -> Check:
    """Return the check, and one that the element may stand on this surface."""

    def both(value: Any, at: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        allowed = SURFACES.get(kind) if isinstance(kind, str) else None
        if allowed is not None and report.surface not in allowed:
            message = f"unsupported type: {kind} is not available in a {report.surface}"
            report.refuse(f"{at}/type", message, code="unsupported_surface")
        if isinstance(value, dict) and value.get("focus_on_load") is True:
            report.focused += 1
        check(value, at, report)

    return both


_choices: dict[str, Check] = {**CHOICES, **SINGLE_SELECTS, **MULTI_SELECTS, **PICKERS}
_actions: dict[str, Check] = {**CLICKS, **_choices}
_beside = {kind: check for kind, check in _actions.items() if kind != "datetimepicker"}
in_section = all_of(placed(by_type({**_beside, "image": image_element})), refuse_response_url)
in_actions = all_of(placed(by_type(_actions)), refuse_response_url)
in_input = placed(by_type({**_choices, **INPUTS}))
in_context_actions = placed(
    by_type({"feedback_buttons": feedback_buttons, "icon_button": icon_button})
)
