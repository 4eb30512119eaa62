"""Blocks that Slack refuses, and the largest that it takes."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.people import (
    ADA,
    Block,
    actions,
    button,
    error_of,
    options,
    plain,
    refused,
    section,
)
from tests.playground.wrong_blocks import BLOCKS, TEXTS
from tests.playground.wrong_charts import CHARTS_AND_TABLES
from tests.playground.wrong_elements import ELEMENTS

ALL = TEXTS + BLOCKS + ELEMENTS + CHARTS_AND_TABLES


@pytest.mark.parametrize(
    ("blocks", "place", "words"), [w[1:] for w in ALL], ids=[w[0] for w in ALL]
)
async def test_a_wrong_block_is_refused_and_the_place_is_named(
    slack: AsyncWebClient, blocks: list[Block], place: str, words: str
) -> None:
    answer = await refused(slack.chat_postMessage(channel=ADA, text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    lines = answer["response_metadata"]["messages"]
    assert any(words in line and f"[json-pointer:/blocks{place}]" in line for line in lines), lines


async def test_the_largest_of_everything_is_taken(slack: AsyncWebClient) -> None:
    blocks = [
        section("x" * 3000, block_id="b" * 255),
        {"type": "section", "fields": [plain("x")] * 10},
        {"type": "header", "text": plain("x" * 150)},
        actions(*[button("x" * 75, value="v" * 2000, action_id=f"a{n}") for n in range(25)]),
        actions({"type": "radio_buttons", "options": options(10)}),
        actions({"type": "static_select", "options": options(100)}),
        {"type": "context", "elements": [plain("x")] * 10},
        {
            "type": "container",
            "title": plain("x" * 150),
            "has_header_divider": True,
            "child_blocks": [section()] * 10,
        },
    ]
    assert (await slack.chat_postMessage(channel=ADA, text="x", blocks=blocks))["ok"]


async def test_the_text_of_all_blocks_together_has_a_limit(slack: AsyncWebClient) -> None:
    fits = [section("x" * 2640)] * 5
    assert (await slack.chat_postMessage(channel=ADA, text="x", blocks=fits))["ok"]
    over = [*fits, section("x")]
    assert (
        await error_of(slack.chat_postMessage(channel=ADA, text="x", blocks=over))
        == "msg_blocks_too_long"
    )


async def test_several_problems_are_named_at_once(slack: AsyncWebClient) -> None:
    blocks = [section(""), actions(button("x" * 76))]
    answer = await refused(slack.chat_postMessage(channel=ADA, text="x", blocks=blocks))
    assert len(answer["response_metadata"]["messages"]) == 2
    assert len(answer["errors"]) == 2


@pytest.mark.parametrize("blocks", ["[", "{}", '"x"'])
async def test_blocks_that_are_no_list_are_refused(slack: AsyncWebClient, blocks: str) -> None:
    assert (
        await error_of(slack.chat_postMessage(channel=ADA, text="x", blocks=blocks))
        == "invalid_blocks_format"
    )


async def test_missing_ids_are_made_up(slack: AsyncWebClient) -> None:
    answer = await slack.chat_postMessage(channel=ADA, text="x", blocks=[actions(button())])
    block = answer["message"]["blocks"][0]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


async def test_slack_answers_whether_blocks_would_be_taken(slack: AsyncWebClient) -> None:
    assert (await slack.blocks_validate(blocks=[section()]))["ok"]
    answer = await refused(slack.blocks_validate(blocks=[section("")]))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"][0]["pointer"] == "/blocks/0/text/text"
