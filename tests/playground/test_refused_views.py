"""Modals and Home tabs that Slack refuses."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground, running
from tests.playground.people import (
    ADA,
    GROWTH,
    Block,
    actions,
    client_of,
    error_of,
    home,
    modal,
    plain,
    refused,
    section,
    text_input,
)

_focused = {"type": "plain_text_input", "action_id": "a", "focus_on_load": True}
MODALS: list[tuple[str, Block, str, str]] = [
    ("title", modal(title=plain("x" * 25)), "/view/title/text", "less than 25"),
    ("submit", modal(submit=plain("x" * 25)), "/view/submit/text", "less than 25"),
    ("close", modal(close=plain("x" * 25)), "/view/close/text", "less than 25"),
    ("no title", modal(title=None), "/view", "missing required field: title"),
    ("no submit", modal(text_input(), submit=None), "/view", "missing required field: submit"),
    ("callback_id", modal(callback_id="x" * 256), "/view/callback_id", "less than 256"),
    ("private_metadata", modal(private_metadata="x" * 3001), "/view/private_metadata", "3001"),
    ("external_id", modal(external_id="x" * 256), "/view/external_id", "less than 256"),
    ("101 blocks", modal(*[section()] * 101), "/view/blocks", "no more than 100"),
    ("unknown key", modal(color="red"), "/view", "invalid additional property: color"),
    ("kind", modal(type="home"), "/view/type", "must be modal"),
    ("unknown kind", modal(type="page"), "/view/type", "unsupported type: page"),
    (
        "table",
        modal({"type": "table", "rows": [[]]}),
        "/view/blocks/0/type",
        "not available in a modal",
    ),
    (
        "container",
        modal({"type": "container", "title": plain("x"), "child_blocks": [section()]}),
        "/view/blocks/0/type",
        "not available in a modal",
    ),
    ("markdown", modal({"type": "markdown", "text": "x"}), "/view/blocks/0/type", "not available"),
    ("chart", modal({"type": "data_visualization"}), "/view/blocks/0/type", "not available"),
    ("card", modal({"type": "card", "body": plain("x")}), "/view/blocks/0/type", "not available"),
    (
        "alert",
        modal({"type": "alert", "text": plain("x" * 201)}),
        "/view/blocks/0/text/text",
        "201",
    ),
    (
        "alert level",
        modal({"type": "alert", "text": plain("x"), "level": "bad"}),
        "/view/blocks/0/level",
        "enum",
    ),
    (
        "focus",
        modal(text_input("a", element=_focused), text_input("b", element=_focused)),
        "/view/blocks",
        "only one",
    ),
    (
        "number",
        modal(text_input(element={"type": "number_input"})),
        "/view/blocks/0/element",
        "is_decimal_allowed",
    ),
    (
        "number value",
        modal(
            text_input(element={"type": "number_input", "is_decimal_allowed": True, "min_value": 1})
        ),
        "/view/blocks/0/element/min_value",
        "number in a string",
    ),
    (
        "lengths",
        modal(text_input(element={"type": "plain_text_input", "min_length": 5, "max_length": 4})),
        "/view/blocks/0/element",
        "must not exceed",
    ),
    (
        "files",
        modal(text_input(element={"type": "file_input", "max_files": 11})),
        "/view/blocks/0/element/max_files",
        "10",
    ),
    (
        "file that is sent at once",
        modal(text_input(element={"type": "file_input"}, dispatch_action=True)),
        "/view/blocks/0/dispatch_action",
        "not available for a file_input",
    ),
    (
        "response_url outside an input block",
        modal(actions({"type": "channels_select", "response_url_enabled": True})),
        "/view/blocks/0/elements/0",
        "only available in input blocks of modals",
    ),
    (
        "lines",
        modal(text_input(element={"type": "rich_text_input", "max_lines": 101})),
        "/view/blocks/0/element/max_lines",
        "100",
    ),
    (
        "dispatch",
        modal(
            text_input(
                element={
                    "type": "plain_text_input",
                    "dispatch_action_config": {"trigger_actions_on": ["x"]},
                }
            )
        ),
        "/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0",
        "enum",
    ),
]
HOMES: list[tuple[str, Block, str, str]] = [
    ("title", home(title=plain("x")), "/view", "invalid additional property: title"),
    ("kind", home(type="modal", title=plain("x")), "/view/type", "must be home"),
    (
        "alert",
        home({"type": "alert", "text": plain("x")}),
        "/view/blocks/0/type",
        "not available in a home",
    ),
    (
        "container",
        home({"type": "container", "title": plain("x"), "child_blocks": [section()]}),
        "/view/blocks/0/type",
        "not available in a home",
    ),
    (
        "moment",
        home(actions({"type": "datetimepicker"})),
        "/view/blocks/0/elements/0/type",
        "not available",
    ),
    ("101 blocks", home(*[section()] * 101), "/view/blocks", "no more than 100"),
]


ROW = [{"type": "raw_text", "text": "x"}]
TAKEN: list[tuple[str, Block]] = [
    ("table", home({"type": "table", "rows": [ROW]})),
    (
        "response_url",
        modal(text_input(element={"type": "channels_select", "response_url_enabled": True})),
    ),
    ("file", modal(text_input(element={"type": "file_input"}, dispatch_action=False))),
    ("moment", modal(actions({"type": "datetimepicker"}))),
    ("filter", modal(actions({"type": "conversations_select", "filter": {"include": ["im"]}}))),
]


@pytest.mark.parametrize("view", [t[1] for t in TAKEN], ids=[t[0] for t in TAKEN])
async def test_what_slack_takes_is_taken(slack: AsyncWebClient, view: Block) -> None:
    assert (await slack.blocks_validate(view=view))["ok"]


async def test_a_file_input_and_a_video_need_their_scopes() -> None:
    manifest = {
        "features": {"app_home": {"home_tab_enabled": True}},
        "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    }
    addresses = dict.fromkeys(("alt_text", "thumbnail_url", "video_url"), "x")
    video = {"type": "video", "title": plain("x"), **addresses}
    async with running(Playground(manifest=manifest)) as playground:
        slack = client_of(playground)
        post = slack.chat_postMessage(channel=GROWTH, text="x", blocks=[video])
        answer = await refused(post)
        assert (answer["error"], answer["needed"]) == ("missing_scope", "links.embed:write")
        view = modal(text_input(element={"type": "file_input"}))
        answer = await refused(slack.views_open(trigger_id="1.2.3", view=view))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "files:read")
        playground.service.granted = None
        assert (await slack.chat_postMessage(channel=GROWTH, text="x", blocks=[video]))["ok"]


def named(answer: dict[str, Any], place: str, words: str) -> bool:
    """Say whether the refusal names the place and the reason."""
    lines = answer["response_metadata"]["messages"]
    return any(words in line and f"[json-pointer:{place}]" in line for line in lines)


@pytest.mark.parametrize(
    ("view", "place", "words"), [w[1:] for w in MODALS], ids=[w[0] for w in MODALS]
)
async def test_a_wrong_modal_is_refused(
    slack: AsyncWebClient, view: Block, place: str, words: str
) -> None:
    answer = await refused(slack.views_open(trigger_id="1.2.3", view=view))
    assert answer["error"] == "invalid_arguments"
    assert named(answer, place, words), answer


@pytest.mark.parametrize(
    ("view", "place", "words"), [w[1:] for w in HOMES], ids=[w[0] for w in HOMES]
)
async def test_a_wrong_home_is_refused(
    slack: AsyncWebClient, view: Block, place: str, words: str
) -> None:
    answer = await refused(slack.views_publish(user_id=ADA, view=view))
    assert answer["error"] == "invalid_arguments"
    assert named(answer, place, words), answer


async def test_a_view_of_more_than_250_kilobytes_is_refused(slack: AsyncWebClient) -> None:
    # 100 blocks of 2,900 characters each break no other rule.
    view = home(*[section("x" * 2900)] * 100)
    assert await error_of(slack.views_publish(user_id=ADA, view=view)) == "view_too_large"
