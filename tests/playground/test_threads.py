"""Threads and mentions: what people write in them, what the app hears, and what it posts there."""

import json
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground, running
from tests.playground.people import (
    ADA,
    GRACE,
    GROWTH,
    PRODUCT,
    Page,
    actions,
    button,
    client_of,
    error_of,
)
from tests.playground.request_url import RequestUrl, request_url

NO_COMMANDS = "/rungs is not supported in threads. Sorry!"


def heard(url: RequestUrl) -> list[dict[str, Any]]:
    """Return the events that the app got."""
    return [json.loads(one.body)["event"] for one in url.received]


async def test_a_reply_stands_in_its_thread(playground: Playground, slack: AsyncWebClient) -> None:
    root = await slack.chat_postMessage(channel=GROWTH, text="root")
    async with request_url(playground) as url:
        reply = await playground.message(GRACE, GROWTH, "mine", thread_ts=root["ts"])
        await slack.chat_postMessage(channel=GROWTH, text="the app's", thread_ts=reply.ts)
        await playground.quiet()
    events = heard(url)
    assert [(event["text"], event["thread_ts"]) for event in events] == [
        ("mine", root["ts"]),
        # A reply to a reply stands in the same thread.
        ("the app's", root["ts"]),
    ]
    assert events[0]["parent_user_id"] == playground.workspace.app.user_id
    (shown, *_) = (await slack.conversations_history(channel=GROWTH))["messages"]
    assert (shown["text"], shown["thread_ts"], shown["reply_count"]) == ("root", root["ts"], 2)
    found = (await slack.conversations_replies(channel=GROWTH, ts=root["ts"]))["messages"]
    assert [one["text"] for one in found] == ["root", "mine", "the app's"]
    assert await error_of(slack.conversations_replies(channel=GROWTH, ts="1.5")) == (
        "thread_not_found"
    )


async def test_a_reply_that_was_deleted_no_longer_counts(slack: AsyncWebClient) -> None:
    root = (await slack.chat_postMessage(channel=GROWTH, text="root"))["ts"]
    reply = await slack.chat_postMessage(channel=GROWTH, text="reply", thread_ts=root)
    await slack.chat_delete(channel=GROWTH, ts=reply["ts"])
    (shown, *_) = (await slack.conversations_history(channel=GROWTH))["messages"]
    assert "reply_count" not in shown
    assert len((await slack.conversations_replies(channel=GROWTH, ts=root))["messages"]) == 1


async def test_nobody_can_reply_to_what_is_not_there(page: Page, slack: AsyncWebClient) -> None:
    secret = await slack.chat_postEphemeral(channel=GROWTH, user=GRACE, text="for Grace")
    for ts in ("1.000001", secret["message_ts"]):
        answer = await page.post("message", user=GRACE, channel=GROWTH, text="x", thread_ts=ts)
        assert answer["status"] == 404


async def test_a_click_in_a_thread_names_the_thread(
    playground: Playground, slack: AsyncWebClient
) -> None:
    root = (await slack.chat_postMessage(channel=GROWTH, text="root"))["ts"]
    card = [actions(button(action_id="go"), block_id="row")]
    posted = await slack.chat_postMessage(channel=GROWTH, text="x", blocks=card, thread_ts=root)
    where = {"type": "message", "channel": GROWTH, "ts": posted["ts"]}
    async with request_url(playground) as url:
        await playground.act(GRACE, where, "row", "go")
    assert url.received[0].payload["container"]["thread_ts"] == root


async def test_an_answer_for_one_person_can_stand_in_a_thread(
    page: Page, slack: AsyncWebClient
) -> None:
    root = (await slack.chat_postMessage(channel=GROWTH, text="root"))["ts"]
    await slack.chat_postEphemeral(channel=GROWTH, user=GRACE, text="psst", thread_ts=root)
    messages = (await page.get("messages", user=GRACE, channel=GROWTH))["messages"]
    assert (messages[-1]["text"], messages[-1]["thread_ts"]) == ("psst", root)


async def test_slash_commands_do_not_work_in_threads(page: Page, slack: AsyncWebClient) -> None:
    root = await slack.chat_postMessage(channel=ADA, text="root")
    where = {"user": ADA, "channel": root["channel"], "thread_ts": root["ts"]}
    answer = await page.post("command", text="/rungs help", **where)
    assert (answer["ok"], answer["shown"]) == (False, NO_COMMANDS)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("@Rungs what is my level?", "<@U0RUNGS0BOT> what is my level?"),
        ("hey @rungs, hello", "hey <@U0RUNGS0BOT>, hello"),
        ("@Noah Berg and @grace: look", "<@U0NOAHBERG0> and <@U0GRACELEE0>: look"),
        ("write to a@rungs.example", "write to a@rungs.example"),
        ("@nobody <b>", "@nobody &lt;b&gt;"),
    ],
)
async def test_a_name_after_an_at_sign_is_a_mention(
    playground: Playground, typed: str, written: str
) -> None:
    assert (await playground.message(GRACE, GROWTH, typed)).text == written


def app_with(events: list[str], scopes: list[str]) -> dict[str, Any]:
    """Return a manifest with these events and scopes."""
    return {
        "features": {"app_home": {"messages_tab_enabled": True}},
        "oauth_config": {"scopes": {"bot": ["chat:write", *scopes]}},
        "settings": {"event_subscriptions": {"bot_events": events}},
    }


@pytest.mark.parametrize(
    ("events", "scopes", "names"),
    [
        (["app_mention"], ["app_mentions:read"], ["app_mention"]),
        (["app_mention"], [], []),
        ([], ["app_mentions:read"], []),
    ],
)
async def test_the_app_hears_of_its_mention_where_it_is(
    events: list[str], scopes: list[str], names: list[str]
) -> None:
    async with (
        running(Playground(manifest=app_with(events, scopes))) as playground,
        request_url(playground) as url,
    ):
        root = (await client_of(playground).chat_postMessage(channel=GROWTH, text="root"))["ts"]
        await playground.message(ADA, PRODUCT, "@Rungs, you are not here")
        await playground.message(ADA, playground.workspace.dm(ADA).id, "@Rungs, by ourselves")
        await playground.message(GRACE, GROWTH, "Nobody in particular")
        await playground.message(GRACE, GROWTH, "@Rungs hello", thread_ts=root)
    told = heard(url)
    assert [event["type"] for event in told] == names
    for event in told:
        assert (event["user"], event["channel"], event["thread_ts"]) == (GRACE, GROWTH, root)
        assert event["text"] == "<@U0RUNGS0BOT> hello"
        assert "channel_type" not in event
