"""One wrong element for every rule, with the place and the words of the refusal."""

from typing import Any

from tests.playground.people import (
    Block,
    actions,
    button,
    mrkdwn,
    option,
    options,
    plain,
    section,
)
from tests.playground.wrong_blocks import Wrong


def _with(element: Block) -> list[Block]:
    return [actions(element)]


def _radio(**more: Any) -> Block:
    return {"type": "radio_buttons", "options": options(2), **more}


def _select(**more: Any) -> Block:
    return {"type": "static_select", "placeholder": plain("Choose"), "options": options(2), **more}


def _confirm(**more: Any) -> Block:
    said = {"title": "Sure?", "text": "Really", "confirm": "Yes", "deny": "No"}
    return {name: plain(words) for name, words in said.items()} | more


def _conversations(**more: Any) -> Block:
    return {"type": "conversations_select", **more}


ELEMENTS: list[Wrong] = [
    ("no elements", [actions()], "/0/elements", "at least 1"),
    ("26 elements", [actions(*[button()] * 26)], "/0/elements", "no more than 25"),
    (
        "equal action_ids",
        [actions(button(action_id="a"), button(action_id="a"))],
        "/0/elements/1/action_id",
        "already exists",
    ),
    (
        "long action_id",
        _with(button(action_id="x" * 256)),
        "/0/elements/0/action_id",
        "less than 256",
    ),
    (
        "long label",
        _with(button("x" * 76)),
        "/0/elements/0/text/text",
        "must be less than 76 characters",
    ),
    (
        "label in mrkdwn",
        _with(button() | {"text": mrkdwn("x")}),
        "/0/elements/0/text/type",
        "must be plain_text",
    ),
    ("long value", _with(button(value="x" * 2001)), "/0/elements/0/value", "less than 2001"),
    ("value is a number", _with(button(value=1)), "/0/elements/0/value", "must provide a string"),
    ("long url", _with(button(url="x" * 3001)), "/0/elements/0/url", "less than 3001"),
    ("style", _with(button(style="default")), "/0/elements/0/style", "enum"),
    (
        "accessibility label",
        _with(button(accessibility_label="x" * 76)),
        "/0/elements/0/accessibility_label",
        "76",
    ),
    (
        "input in actions",
        _with({"type": "plain_text_input"}),
        "/0/elements/0/type",
        "unsupported type",
    ),
    (
        "number in a message",
        [
            {
                "type": "input",
                "label": plain("x"),
                "element": {"type": "number_input", "is_decimal_allowed": False},
            }
        ],
        "/0/element/type",
        "not available in a message",
    ),
    (
        "rich input in a message",
        [{"type": "input", "label": plain("x"), "element": {"type": "rich_text_input"}}],
        "/0/element/type",
        "not available in a message",
    ),
    (
        "button in input",
        [{"type": "input", "label": plain("x"), "element": button()}],
        "/0/element/type",
        "unsupported type",
    ),
    (
        "long input label",
        [{"type": "input", "label": plain("x" * 2001), "element": _radio()}],
        "/0/label/text",
        "2001",
    ),
    (
        "eleven choices",
        _with(_radio(options=options(11))),
        "/0/elements/0/options",
        "no more than 10",
    ),
    ("no choices", _with(_radio(options=[])), "/0/elements/0/options", "at least 1"),
    (
        "eleven boxes",
        _with({"type": "checkboxes", "options": options(11)}),
        "/0/elements/0/options",
        "no more than 10",
    ),
    (
        "long option",
        _with(_radio(options=[option("x" * 76)])),
        "/0/elements/0/options/0/text/text",
        "less than 76",
    ),
    (
        "long option value",
        _with(_radio(options=[option(value="x" * 151)])),
        "/0/elements/0/options/0/value",
        "151",
    ),
    (
        "long description",
        _with(_radio(options=[option(description=plain("x" * 76))])),
        "/0/elements/0/options/0/description/text",
        "less than 76",
    ),
    (
        "option url",
        _with(_radio(options=[option(url="https://x")])),
        "/0/elements/0/options/0",
        "url",
    ),
    (
        "formatted select",
        _with(_select(options=[option() | {"text": mrkdwn("x")}])),
        "/0/elements/0/options/0/text/type",
        "plain_text",
    ),
    (
        "unknown initial option",
        _with(_radio(initial_option=option("Else", "9"))),
        "/0/elements/0",
        "must match",
    ),
    (
        "101 options",
        _with(_select(options=options(101))),
        "/0/elements/0/options",
        "no more than 100",
    ),
    (
        "no options",
        _with({"type": "static_select"}),
        "/0/elements/0",
        "exactly one of options and option_groups",
    ),
    (
        "both lists",
        _with(_select(option_groups=[{"label": plain("x"), "options": options(1)}])),
        "/0/elements/0",
        "exactly one",
    ),
    (
        "long group",
        _with(
            {
                "type": "static_select",
                "option_groups": [{"label": plain("x" * 76), "options": options(1)}],
            }
        ),
        "/0/elements/0/option_groups/0/label/text",
        "less than 76",
    ),
    (
        "placeholder",
        _with(_select(placeholder=plain("x" * 151))),
        "/0/elements/0/placeholder/text",
        "less than 151",
    ),
    (
        "max items",
        _with({"type": "multi_users_select", "max_selected_items": 0}),
        "/0/elements/0/max_selected_items",
        "at least 1",
    ),
    (
        "response_url",
        [
            {
                "type": "input",
                "label": plain("x"),
                "element": {"type": "channels_select", "response_url_enabled": True},
            }
        ],
        "/0/element",
        "only available in input blocks of modals",
    ),
    (
        "overflow",
        _with({"type": "overflow", "options": options(6)}),
        "/0/elements/0/options",
        "no more than 5",
    ),
    (
        "date",
        _with({"type": "datepicker", "initial_date": "20 November"}),
        "/0/elements/0/initial_date",
        "YYYY-MM-DD",
    ),
    (
        "time",
        _with({"type": "timepicker", "initial_time": "9:00"}),
        "/0/elements/0/initial_time",
        "invalid format",
    ),
    (
        "time zone",
        _with({"type": "timepicker", "timezone": "Mars/Base"}),
        "/0/elements/0/timezone",
        "IANA",
    ),
    (
        "moment",
        _with({"type": "datetimepicker", "initial_date_time": 5}),
        "/0/elements/0/initial_date_time",
        "at least",
    ),
    (
        "text length",
        [
            {
                "type": "input",
                "label": plain("x"),
                "element": {"type": "plain_text_input", "max_length": 3001},
            }
        ],
        "/0/element/max_length",
        "at most 3000",
    ),
    (
        "confirm title",
        _with(button(confirm=_confirm(title=plain("x" * 101)))),
        "/0/elements/0/confirm/title/text",
        "101",
    ),
    (
        "confirm text",
        _with(button(confirm=_confirm(text=plain("x" * 301)))),
        "/0/elements/0/confirm/text/text",
        "301",
    ),
    (
        "confirm yes",
        _with(button(confirm=_confirm(confirm=plain("x" * 31)))),
        "/0/elements/0/confirm/confirm/text",
        "31",
    ),
    (
        "confirm no",
        _with(button(confirm=_confirm(deny=plain("x" * 31)))),
        "/0/elements/0/confirm/deny/text",
        "31",
    ),
    (
        "half a confirm",
        _with(button(confirm={"title": plain("x")})),
        "/0/elements/0/confirm",
        "missing required field: text",
    ),
    (
        "confirm without no",
        _with(button(confirm={name: plain("x") for name in ("title", "text", "confirm")})),
        "/0/elements/0/confirm",
        "missing required field: deny",
    ),
    (
        "empty filter",
        _with(_conversations(filter={})),
        "/0/elements/0/filter",
        "must have one of include, exclude_external_shared_channels and exclude_bot_users",
    ),
    (
        "filter of nothing",
        _with(_conversations(type="multi_conversations_select", filter={"include": None})),
        "/0/elements/0/filter",
        "must have one of",
    ),
    (
        "moment beside a section",
        [section(accessory={"type": "datetimepicker"})],
        "/0/accessory/type",
        "unsupported type: datetimepicker",
    ),
    (
        "response_url in a row",
        _with(_conversations(response_url_enabled=True)),
        "/0/elements/0",
        "only available in input blocks of modals",
    ),
    (
        "response_url beside a section",
        [section(accessory={"type": "channels_select", "response_url_enabled": True})],
        "/0/accessory",
        "only available in input blocks of modals",
    ),
    (
        "feedback",
        [{"type": "context_actions", "elements": [button()]}],
        "/0/elements/0/type",
        "unsupported type",
    ),
    (
        "icon",
        [
            {
                "type": "context_actions",
                "elements": [{"type": "icon_button", "icon": "star", "text": plain("x")}],
            }
        ],
        "/0/elements/0/icon",
        "enum",
    ),
]
