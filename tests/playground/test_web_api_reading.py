"""auth.test, conversations.*, users.*, files.*: what the app can find out."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.sample import COLLEAGUES
from playground.server import Playground, running
from tests.playground.people import ADA, GROWTH, GUEST, KENJI, PRODUCT, client_of, error_of, refused

MANIFEST = {
    "display_information": {"name": "Rungs"},
    "features": {"app_home": {"home_tab_enabled": False, "messages_tab_enabled": False}},
    "oauth_config": {"scopes": {"bot": ["chat:write", "users:read"]}},
}


async def test_who_the_token_belongs_to(playground: Playground, slack: AsyncWebClient) -> None:
    answer = await slack.auth_test()
    assert answer["bot_id"] == playground.workspace.app.bot_id
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("xoxb-other", "invalid_auth"),
        ("xapp-playground", "not_allowed_token_type"),
        ("", "not_authed"),
    ],
)
async def test_wrong_tokens(playground: Playground, token: str, error: str) -> None:
    assert await error_of(client_of(playground, token).auth_test()) == error


async def test_sockets_need_the_app_token(playground: Playground, slack: AsyncWebClient) -> None:
    assert (
        await error_of(slack.apps_connections_open(app_token="xoxb-playground"))
        == "not_allowed_token_type"
    )
    opened = await slack.apps_connections_open(app_token="xapp-playground")
    assert opened["url"].startswith("ws://127.0.0.1:")


async def test_unknown_methods(slack: AsyncWebClient) -> None:
    assert await error_of(slack.api_call("chat.shout")) == "unknown_method"


async def test_scopes_and_tabs_come_from_the_manifest() -> None:
    async with running(Playground(manifest=MANIFEST)) as playground:
        slack = client_of(playground)
        answer = await refused(slack.conversations_open(users=ADA))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "im:write")
        assert answer["provided"] == "chat:write,users:read"
        assert (
            await error_of(slack.chat_postMessage(channel=ADA, text="x")) == "messages_tab_disabled"
        )
        view = {"type": "home", "blocks": []}
        assert await error_of(slack.views_publish(user_id=ADA, view=view)) == "not_enabled"


@pytest.mark.parametrize(
    ("event", "error"),
    [("app_uninstalled", "account_inactive"), ("tokens_revoked", "token_revoked")],
)
async def test_the_end_of_the_app(
    playground: Playground, slack: AsyncWebClient, event: str, error: str
) -> None:
    await playground.lifecycle(event)
    assert await error_of(slack.auth_test()) == error


async def test_history_is_newest_first_and_comes_in_pages(slack: AsyncWebClient) -> None:
    sent = [(await slack.chat_postMessage(channel=ADA, text=str(n)))["ts"] for n in range(5)]
    dm = (await slack.conversations_open(users=ADA))["channel"]["id"]
    first = await slack.conversations_history(channel=dm, limit=3)
    rest = await slack.conversations_history(
        channel=dm, limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    found = [message["ts"] for message in [*first["messages"], *rest["messages"]]]
    assert found == sent[::-1]
    assert (first["has_more"], rest["has_more"]) == (True, False)


async def test_history_between_two_moments(slack: AsyncWebClient) -> None:
    sent = [(await slack.chat_postMessage(channel=ADA, text=str(n)))["ts"] for n in range(4)]
    dm = (await slack.conversations_open(users=ADA))["channel"]["id"]
    inside = await slack.conversations_history(channel=dm, oldest=sent[0], latest=sent[3])
    assert [message["ts"] for message in inside["messages"]] == [sent[2], sent[1]]
    around = await slack.conversations_history(
        channel=dm, oldest=sent[1], latest=sent[2], inclusive=True
    )
    assert [message["ts"] for message in around["messages"]] == [sent[2], sent[1]]


async def test_history_shows_metadata_only_when_asked(slack: AsyncWebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": "7"}}
    dm = (await slack.chat_postMessage(channel=ADA, text="x", metadata=metadata))["channel"]
    without = await slack.conversations_history(channel=dm)
    assert "metadata" not in without["messages"][0]
    asked = await slack.conversations_history(channel=dm, include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == metadata


async def test_replies_stand_in_their_thread(slack: AsyncWebClient) -> None:
    parent = await slack.chat_postMessage(channel=GROWTH, text="parent")
    await slack.chat_postMessage(channel=GROWTH, text="reply", thread_ts=parent["ts"])
    found = await slack.conversations_history(channel=GROWTH, limit=1)
    assert found["messages"][0]["text"] == "parent"


async def test_the_app_reads_only_where_it_is(slack: AsyncWebClient) -> None:
    assert await error_of(slack.conversations_history(channel=PRODUCT)) == "not_in_channel"
    mine = await slack.users_conversations()
    assert [channel["id"] for channel in mine["channels"]] == [GROWTH]
    everything = await slack.conversations_list()
    assert {channel["id"] for channel in everything["channels"]} == {GROWTH, PRODUCT}


async def test_members_leave_out_the_deactivated(
    playground: Playground, slack: AsyncWebClient
) -> None:
    before = (await slack.conversations_members(channel=PRODUCT))["members"]
    await playground.lifecycle("deactivate", user=KENJI)
    after = (await slack.conversations_members(channel=PRODUCT))["members"]
    assert set(before) - set(after) == {KENJI}


async def test_a_person_and_a_guest_of_whom_little_is_known(slack: AsyncWebClient) -> None:
    ada = (await slack.users_info(user=ADA, include_locale=True))["user"]
    assert (ada["tz"], ada["tz_offset"], ada["locale"]) == ("Africa/Lagos", 3600, "en-GB")
    guest = (await slack.users_info(user=GUEST, include_locale=True))["user"]
    assert guest["is_ultra_restricted"]
    assert not {"tz", "tz_offset", "locale"} & set(guest)
    assert await error_of(slack.users_info(user="U0NOBODY000")) == "user_not_found"


async def test_the_cast_covers_zones_and_languages() -> None:
    assert len(COLLEAGUES) == 11
    assert len({one.tz for one in COLLEAGUES}) == 11
    assert len({one.locale for one in COLLEAGUES}) >= 8


async def test_a_crowd_is_made_quickly(playground: Playground, slack: AsyncWebClient) -> None:
    crowd = playground.workspace.add_people(1000, channel=GROWTH)
    assert len({person.id for person in crowd}) == 1000
    assert (await slack.users_info(user=crowd[-1].id))["ok"]
    first = await slack.conversations_members(channel=GROWTH, limit=900)
    assert first["response_metadata"]["next_cursor"]


async def test_a_file_goes_up_and_comes_down(playground: Playground, slack: AsyncWebClient) -> None:
    dm = playground.workspace.dm(ADA).id
    shared = await slack.files_upload_v2(
        channel=dm,
        content='{"a": 1}',
        filename="export.json",
        title="Export",
        initial_comment="Yours",
    )
    file = (await slack.files_info(file=shared["file"]["id"]))["file"]
    assert (file["name"], file["title"], file["size"]) == ("export.json", "Export", 8)
    newest = (await slack.conversations_history(channel=dm, limit=1))["messages"][0]
    assert (newest["text"], newest["files"][0]["id"]) == ("Yours", file["id"])
    author = (newest["subtype"], newest["user"], newest.get("bot_id"))
    assert author == ("file_share", playground.workspace.app.user_id, None)


async def test_a_file_that_never_arrived_is_not_shared(slack: AsyncWebClient) -> None:
    announced = await slack.files_getUploadURLExternal(filename="x.json", length=8)
    call = slack.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    assert await error_of(call) == "file_not_found"
