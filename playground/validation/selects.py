"""Select menus: single and multiple, over options or over the workspace."""

from typing import Any

from playground.validation.objects import (
    ACTION_ID,
    PLACEHOLDER,
    confirm,
    conversation_filter,
    initial_options_exist,
    option_group,
    plain_option,
)
from playground.validation.report import Check, Report
from playground.validation.values import Shape, boolean, list_of, number, string

MOST_OPTIONS = 100
_base: dict[str, Check] = {
    "action_id": ACTION_ID,
    "confirm": confirm,
    "focus_on_load": boolean,
    "placeholder": PLACEHOLDER,
}
_static: dict[str, Check] = {
    **_base,
    "options": list_of(plain_option, least=1, most=MOST_OPTIONS),
    "option_groups": list_of(option_group, least=1, most=MOST_OPTIONS),
}
_several: dict[str, Check] = {"max_selected_items": number(least=1, whole=True)}
_external: dict[str, Check] = {**_base, "min_query_length": number(least=0, whole=True)}
_id = string(least=1)
_conversation: dict[str, Check] = {
    **_base,
    "default_to_current_conversation": boolean,
    "filter": conversation_filter,
}


def _one_list(element: dict[str, Any], at: str, report: Report) -> None:
    if (element.get("options") is None) == (element.get("option_groups") is None):
        message = "must have exactly one of options and option_groups"
        report.refuse(at, message, code="missing_options")
    initial_options_exist(element, at, report)


_response_url = {"response_url_enabled": boolean}

SINGLE_SELECTS: dict[str, Check] = {
    "static_select": Shape({}, {**_static, "initial_option": plain_option}, also=_one_list),
    "external_select": Shape({}, {**_external, "initial_option": plain_option}),
    "users_select": Shape({}, {**_base, "initial_user": _id}),
    "conversations_select": Shape(
        {}, {**_conversation, **_response_url, "initial_conversation": _id}
    ),
    "channels_select": Shape({}, {**_base, **_response_url, "initial_channel": _id}),
}
MULTI_SELECTS: dict[str, Check] = {
    "multi_static_select": Shape(
        {},
        {**_static, **_several, "initial_options": list_of(plain_option, least=1)},
        also=_one_list,
    ),
    "multi_external_select": Shape(
        {}, {**_external, **_several, "initial_options": list_of(plain_option, least=1)}
    ),
    "multi_users_select": Shape({}, {**_base, **_several, "initial_users": list_of(_id)}),
    "multi_conversations_select": Shape(
        {}, {**_conversation, **_several, "initial_conversations": list_of(_id)}
    ),
    "multi_channels_select": Shape({}, {**_base, **_several, "initial_channels": list_of(_id)}),
}
