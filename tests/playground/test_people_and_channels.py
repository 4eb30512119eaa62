"""Which events the app gets when people and channels change, and which it does not get."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from playground.errors import NotThere
from playground.server import Playground, running
from tests.playground.people import ADA, GRACE, GROWTH, KENJI, PRODUCT, client_of, error_of
from tests.playground.request_url import RequestUrl, request_url

EVENTS = [
    "user_change",
    "dnd_updated_user",
    "channel_archive",
    "channel_unarchive",
    "channel_left",
    "member_joined_channel",
    "member_left_channel",
]
READING = ["channels:read", "users:read", "dnd:read"]


def app_with(*, events: list[str], scopes: list[str]) -> dict[str, Any]:
    """Return a manifest."""
    return {
        "oauth_config": {"scopes": {"bot": ["chat:write", *scopes]}},
        "settings": {"event_subscriptions": {"bot_events": events}},
    }


@asynccontextmanager
async def workspace_with(
    *, events: list[str], scopes: list[str]
) -> AsyncIterator[tuple[Playground, RequestUrl]]:
    """Run a workspace with an app that hears these events."""
    manifest = app_with(events=events, scopes=scopes)
    async with running(Playground(manifest=manifest)) as playground, request_url(playground) as url:
        yield playground, url


def heard(url: RequestUrl) -> list[tuple[str, str | None]]:
    """Return the type of each event, and whom it is about."""
    events = [json.loads(one.body)["event"] for one in url.received]
    return [(event["type"], event.get("user")) for event in events]


async def everything(playground: Playground) -> None:
    """Let each thing happen once."""
    bot = playground.workspace.app.user_id
    await playground.move_to_zone(ADA, "Asia/Tokyo")
    await playground.set_quiet_hours(ADA, (100, 200))
    await playground.invite(KENJI, GROWTH, by=ADA)
    await playground.remove(KENJI, GROWTH, by=ADA)
    await playground.invite(bot, PRODUCT, by=ADA)
    await playground.remove(bot, PRODUCT, by=ADA)
    await playground.lifecycle("archive", channel=GROWTH, user=GRACE)
    await playground.lifecycle("unarchive", channel=GROWTH, user=GRACE)


async def test_a_subscribed_app_hears_of_each() -> None:
    async with workspace_with(events=EVENTS, scopes=READING) as (playground, url):
        bot = playground.workspace.app.user_id
        await everything(playground)
    told = heard(url)
    assert [kind for kind, _ in told] == [
        "user_change",
        "dnd_updated_user",
        "member_joined_channel",
        "member_left_channel",
        "member_joined_channel",
        "channel_left",
        "channel_archive",
        "channel_unarchive",
    ]
    assert told[1:5] == [
        ("dnd_updated_user", ADA),
        ("member_joined_channel", KENJI),
        ("member_left_channel", KENJI),
        ("member_joined_channel", bot),
    ]


@pytest.mark.parametrize(("events", "scopes"), [([], READING), (EVENTS, [])])
async def test_nothing_is_told_without_subscription_and_scope(
    events: list[str], scopes: list[str]
) -> None:
    async with workspace_with(events=events, scopes=scopes) as (playground, url):
        await everything(playground)
    assert heard(url) == []


async def test_comings_are_told_only_where_the_app_is() -> None:
    async with workspace_with(events=EVENTS, scopes=READING) as (playground, url):
        await playground.invite(GRACE, PRODUCT, by=ADA)
        await playground.remove(GRACE, PRODUCT, by=ADA)
        assert heard(url) == []


async def test_who_invited_whom_is_told() -> None:
    async with workspace_with(events=EVENTS, scopes=READING) as (playground, url):
        await playground.invite(KENJI, GROWTH, by=GRACE)
    event = json.loads(url.received[0].body)["event"]
    assert (event["inviter"], event["channel"], event["channel_type"]) == (GRACE, GROWTH, "C")


async def test_private_channels_need_their_own_scope() -> None:
    async with workspace_with(events=EVENTS, scopes=READING) as (playground, url):
        playground.workspace.conversations[GROWTH].private = True
        await playground.invite(KENJI, GROWTH, by=GRACE)
    assert heard(url) == []


async def test_the_app_is_invited_and_removed_by_hand(playground: Playground) -> None:
    slack = client_of(playground)
    assert await error_of(slack.chat_postMessage(channel=PRODUCT, text="x")) == "not_in_channel"
    async with request_url(playground):
        assert (await playground.command(ADA, PRODUCT, "/invite @Rungs")).ok
        assert (await slack.chat_postMessage(channel=PRODUCT, text="x"))["ok"]
        assert (await playground.command(ADA, PRODUCT, "/remove @rungs")).ok
        assert await error_of(slack.chat_postMessage(channel=PRODUCT, text="x")) == "not_in_channel"
        assert (await playground.command(ADA, PRODUCT, "/archive")).ok
    assert playground.workspace.conversations[PRODUCT].archived
    assert await error_of(slack.chat_postMessage(channel=PRODUCT, text="x")) == "is_archived"


async def test_slacks_own_commands_say_what_is_wrong(playground: Playground) -> None:
    dm = playground.workspace.dm(ADA).id
    nobody = await playground.command(ADA, PRODUCT, "/invite @nobody")
    assert nobody.shown == "Nobody here is called @nobody. Write @ and a name, such as @Rungs."
    outside = await playground.command(ADA, PRODUCT, "/remove @Rungs")
    assert "is not in a conversation" in (outside.shown or "")
    assert (await playground.command(ADA, dm, "/invite @Rungs")).shown == (
        "/invite works in channels only."
    )
    await playground.lifecycle("archive", channel=PRODUCT, user=ADA)
    archived = await playground.command(ADA, PRODUCT, "/invite @Rungs")
    assert "is archived" in (archived.shown or "")


async def test_everybody_in_the_channel_reads_who_came(playground: Playground) -> None:
    async with request_url(playground):
        await playground.command(ADA, PRODUCT, "/invite @Rungs")
    slack = client_of(playground)
    newest = (await slack.conversations_history(channel=PRODUCT, limit=1))["messages"][0]
    assert newest["subtype"] == "channel_join"
    assert newest["text"] == f"<@{playground.workspace.app.user_id}> has joined the channel"


Happening = Callable[[Playground], Awaitable[None]]


@pytest.mark.parametrize(
    "happening",
    [
        lambda p: p.lifecycle("explode"),
        lambda p: p.lifecycle("archive", channel="C0NOWHERE00"),
        lambda p: p.lifecycle("deactivate", user="U0NOBODY000"),
        lambda p: p.invite("U0NOBODY000", GROWTH, by=ADA),
        lambda p: p.set_quiet_hours("U0NOBODY000", None),
    ],
)
async def test_what_cannot_happen_is_refused(playground: Playground, happening: Happening) -> None:
    with pytest.raises(NotThere):
        await happening(playground)


async def test_a_zone_that_does_not_exist_is_refused(playground: Playground) -> None:
    with pytest.raises(LookupError):
        await playground.move_to_zone(ADA, "Mars/Olympus")
