"""chat.*: where the app may post, and what the call does."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground
from playground.web_api.content import BLOCKS_ONLY
from tests.playground.people import ADA, GRACE, GROWTH, PRODUCT, error_of, section


async def test_posting_to_a_person_opens_the_direct_message(
    playground: Playground, slack: AsyncWebClient
) -> None:
    answer = await slack.chat_postMessage(channel=ADA, text="Hello")
    assert answer["channel"] == playground.workspace.dm(ADA).id
    assert answer["channel"].startswith("D")
    assert answer["message"]["bot_id"] == playground.workspace.app.bot_id


async def test_timestamps_are_unique_and_increase(slack: AsyncWebClient) -> None:
    stamps = [(await slack.chat_postMessage(channel=ADA, text="x"))["ts"] for _ in range(20)]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        (PRODUCT, "not_in_channel"),
        ("C0NOWHERE00", "channel_not_found"),
        ("U0NOBODY000", "channel_not_found"),
    ],
)
async def test_posting_where_the_app_may_not(
    slack: AsyncWebClient, channel: str, error: str
) -> None:
    assert await error_of(slack.chat_postMessage(channel=channel, text="x")) == error


async def test_posting_to_an_archived_channel(
    playground: Playground, slack: AsyncWebClient
) -> None:
    ts = (await slack.chat_postMessage(channel=GROWTH, text="x"))["ts"]
    playground.workspace.conversations[GROWTH].archived = True
    assert await error_of(slack.chat_postMessage(channel=GROWTH, text="x")) == "is_archived"
    assert await error_of(slack.chat_update(channel=GROWTH, ts=ts, text="y")) == "is_inactive"


async def test_a_deactivated_person_still_has_their_old_direct_message(
    playground: Playground, slack: AsyncWebClient
) -> None:
    dm = playground.workspace.dm(ADA).id
    for user in (ADA, GRACE):
        await playground.lifecycle("deactivate", user=user)
    assert (await slack.chat_postMessage(channel=dm, text="x"))["ok"]
    assert await error_of(slack.conversations_open(users=ADA)) == "user_disabled"
    assert await error_of(slack.chat_postMessage(channel=GRACE, text="x")) == "channel_not_found"


@pytest.mark.filterwarnings("ignore:The top-level")
async def test_a_message_without_content_is_refused(slack: AsyncWebClient) -> None:
    assert await error_of(slack.chat_postMessage(channel=ADA, text="")) == "no_text"


@pytest.mark.filterwarnings("ignore:The top-level")
async def test_blocks_alone_get_a_text_from_slack(slack: AsyncWebClient) -> None:
    answer = await slack.chat_postMessage(channel=ADA, text="", blocks=[section()])
    assert answer["message"]["text"] == BLOCKS_ONLY


async def test_markdown_goes_with_nothing_else(slack: AsyncWebClient) -> None:
    assert (await slack.chat_postMessage(channel=ADA, markdown_text="*x*"))["ok"]
    both = slack.api_call(
        "chat.postMessage", json={"channel": ADA, "text": "x", "markdown_text": "y"}
    )
    assert await error_of(both) == "markdown_text_conflict"


async def test_a_hundred_and_one_attachments(slack: AsyncWebClient) -> None:
    many = [{"text": "x"}] * 101
    error = await error_of(slack.chat_postMessage(channel=ADA, text="x", attachments=many))
    assert error == "too_many_attachments"


async def test_text_without_blocks_takes_the_blocks_away(slack: AsyncWebClient) -> None:
    posted = await slack.chat_postMessage(channel=ADA, text="x", blocks=[section()])
    changed = await slack.chat_update(channel=posted["channel"], ts=posted["ts"], text="y")
    assert "blocks" not in changed["message"]
    assert changed["text"] == "y"


async def test_updates_need_a_conversation_and_a_message_of_ones_own(
    playground: Playground, slack: AsyncWebClient
) -> None:
    posted = await slack.chat_postMessage(channel=ADA, text="x")
    dm, ts = posted["channel"], posted["ts"]
    theirs = (await playground.message(ADA, dm, "hello")).ts
    assert await error_of(slack.chat_update(channel=ADA, ts=ts, text="y")) == "channel_not_found"
    assert await error_of(slack.chat_update(channel=dm, ts="1.1", text="y")) == "message_not_found"
    assert (
        await error_of(slack.chat_update(channel=dm, ts=theirs, text="y")) == "cant_update_message"
    )
    assert await error_of(slack.chat_delete(channel=dm, ts=theirs)) == "cant_delete_message"


async def test_long_texts_are_cut_when_posted_and_refused_when_updated(
    slack: AsyncWebClient,
) -> None:
    posted = await slack.chat_postMessage(channel=ADA, text="x" * 40_001)
    dm, ts = posted["channel"], posted["ts"]
    assert len(posted["message"]["text"]) == 40_000
    assert (await slack.chat_update(channel=dm, ts=ts, text="x" * 4000))["ok"]
    assert await error_of(slack.chat_update(channel=dm, ts=ts, text="x" * 4001)) == "msg_too_long"


async def test_metadata_is_kept_until_it_is_taken_away(slack: AsyncWebClient) -> None:
    metadata = {
        "event_type": "card",
        "event_payload": {"id": 7, "of": {"a": True}, "list": [{"b": "c"}]},
    }
    posted = await slack.chat_postMessage(channel=ADA, text="x", metadata=metadata)
    dm, ts = posted["channel"], posted["ts"]
    kept = await slack.chat_update(channel=dm, ts=ts, text="y")
    assert kept["message"]["metadata"] == metadata
    gone = await slack.chat_update(channel=dm, ts=ts, text="y", metadata={})
    assert "metadata" not in gone["message"]


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("[", "invalid_metadata_format"),
        ({"event_type": "card"}, "invalid_metadata_format"),
        ({"event_type": "Card", "event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": "card", "event_payload": []}, "invalid_metadata_format"),
        ({"event_type": "card", "event_payload": {"a": None}}, "invalid_metadata_schema"),
        ({"event_type": "card", "event_payload": {"a": ["b"]}}, "invalid_metadata_schema"),
        (
            {"event_type": "card", "event_payload": {"a": {"b": {"c": 1}}}},
            "invalid_metadata_schema",
        ),
        ({"event_type": "card", "event_payload": {"a": "x" * 20_000}}, "metadata_too_large"),
    ],
)
async def test_wrong_metadata_is_refused(
    slack: AsyncWebClient, metadata: object, error: str
) -> None:
    call = slack.api_call(
        "chat.postMessage", json={"channel": ADA, "text": "x", "metadata": metadata}
    )
    assert await error_of(call) == error


async def test_a_whisper_is_not_stored(playground: Playground, slack: AsyncWebClient) -> None:
    answer = await slack.chat_postEphemeral(channel=GROWTH, user=GRACE, text="Just you")
    stored = await slack.conversations_history(channel=GROWTH)
    assert answer["message_ts"] not in [message["ts"] for message in stored["messages"]]
    change = slack.chat_update(channel=GROWTH, ts=answer["message_ts"], text="y")
    assert await error_of(change) == "message_not_found"
    assert (
        await error_of(slack.chat_postEphemeral(channel=GROWTH, user=ADA, text="x"))
        == "user_not_in_channel"
    )
