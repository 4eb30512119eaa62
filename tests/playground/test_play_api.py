"""The page's interface: what it shows and refuses, and which changes it reports."""

import asyncio
import json

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground
from tests.playground.people import (
    ADA,
    GRACE,
    GROWTH,
    KENJI,
    PRODUCT,
    Page,
    actions,
    button,
    home,
    modal,
    text_input,
    until,
)
from tests.playground.request_url import request_url
from tests.playground.small_app import over_http

CARD = [actions(button(action_id="go", value="1"), block_id="row")]


async def test_what_ada_sees(playground: Playground, page: Page, slack: AsyncWebClient) -> None:
    await slack.chat_postMessage(channel=ADA, text="Hello", blocks=CARD)
    await slack.views_publish(user_id=ADA, view=home())
    state = await page.get("state", user=ADA)
    dm = state["conversations"][-1]
    assert [one["name"] for one in state["conversations"]] == ["product", "Rungs"]
    assert (dm["kind"], dm["unread"]) == ("dm", 1)
    assert (dm["notice"]["name"], dm["notice"]["text"]) == ("Rungs", "Hello")
    assert state["home"]["view"]["type"] == "home"
    assert state["app"]["transport"] is None
    assert state["commands"][0]["command"] == "/rungs"
    assert {
        "id",
        "name",
        "title",
        "tz",
        "locale",
        "guest",
        "deactivated",
        "avatar",
        "color",
    } <= set(state["people"][0])
    messages = await page.get("messages", user=ADA, channel=dm["id"])
    assert messages["messages"][0]["blocks"][0]["elements"][0]["action_id"] == "go"
    assert (await page.get("state", user=ADA))["conversations"][-1]["unread"] == 0


async def test_nobody_reads_what_is_not_theirs(
    playground: Playground, page: Page, slack: AsyncWebClient
) -> None:
    dm = playground.workspace.dm(ADA).id
    await slack.chat_postEphemeral(channel=GROWTH, user=GRACE, text="only Grace")
    assert (await page.get("messages", user=KENJI, channel=dm))["status"] == 404
    assert (await page.get("messages", user=KENJI, channel=GROWTH))["status"] == 404
    others = await page.get("messages", user="U0NOAHBERG0", channel=GROWTH)
    assert "only Grace" not in [message["text"] for message in others["messages"]]


async def test_a_click_and_a_form(playground: Playground, page: Page) -> None:
    dm = playground.workspace.dm(ADA).id
    async with over_http(playground):
        assert await page.post("command", user=ADA, channel=dm, text="/rungs") == {
            "ok": True,
            "status": 200,
        }
        await until(lambda: playground.calls_of("chat.postMessage"))
        card = next(
            m for m in (await page.get("messages", user=ADA, channel=dm))["messages"] if m["blocks"]
        )
        container = {"type": "message", "channel": dm, "ts": card["ts"]}
        click = {"user": ADA, "container": container, "block_id": "row", "action_id": "ask"}
        assert (await page.post("action", **click))["ok"]
        await until(lambda: playground.calls_of("chat.update"))
        # The card has moved on: the old button is gone, but can be replayed.
        assert (await page.post("action", **click))["status"] == 404
        assert (await page.post("action", **click, element=button(action_id="ask")))["ok"]
        view = (await page.get("state", user=ADA))["modals"][-1]
        said = {"why": {"text": {"value": "no"}}}
        wrong = await page.post("submit", user=ADA, view_id=view["id"], state=said)
        assert wrong["errors"] == {"why": "Say a little more."}
        assert (await page.post("close", user=ADA, view_id=view["id"]))["ok"]


async def test_an_option_that_is_not_offered_cannot_be_chosen(
    playground: Playground, page: Page, slack: AsyncWebClient
) -> None:
    radio = {
        "type": "radio_buttons",
        "action_id": "pick",
        "options": [{"text": {"type": "plain_text", "text": "One"}, "value": "1"}],
    }
    posted = await slack.chat_postMessage(
        channel=ADA, text="x", blocks=[actions(radio, block_id="row")]
    )
    container = {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    click = {"user": ADA, "container": container, "block_id": "row", "action_id": "pick"}
    other = {"text": {"type": "plain_text", "text": "Nine"}, "value": "9"}
    async with request_url(playground) as url:
        assert (await page.post("action", **click, value={"selected_option": other}))[
            "status"
        ] == 404
        assert (await page.post("action", **click, value={"selected_option": radio["options"][0]}))[
            "ok"
        ]
    payload = url.received[0].payload
    assert payload["actions"][0]["selected_option"]["value"] == "1"
    assert payload["state"]["values"]["row"]["pick"]["selected_option"]["value"] == "1"


async def test_failures_are_said(playground: Playground, page: Page) -> None:
    answer = await page.post("command", user=ADA, channel=PRODUCT, text="/rungs")
    assert answer["shown"] == '/rungs failed with the error "dispatch_failed"'
    assert (await page.post("message", user=ADA, channel=PRODUCT))[
        "error"
    ] == "'text' is missing. Send it as text."
    assert (await page.post("message", user="U0NOBODY000", channel=PRODUCT, text="x"))[
        "status"
    ] == 404
    assert (await page.post("clock", advance=-5))["status"] == 400
    assert (await page.post("lifecycle", event="explode"))["status"] == 404
    assert (await page.post("faults", method="*", kind="slow", times=0))["status"] == 400


async def test_deactivated_people_do_nothing(playground: Playground, page: Page) -> None:
    await page.post("lifecycle", event="deactivate", user=ADA)
    assert (await page.post("message", user=ADA, channel=PRODUCT, text="x"))["status"] == 404
    await page.post("lifecycle", event="reactivate", user=ADA)
    assert (await page.post("message", user=ADA, channel=PRODUCT, text="x"))["ok"]


async def test_changes_are_told_to_those_they_concern(
    playground: Playground, slack: AsyncWebClient
) -> None:
    dm = playground.workspace.dm(ADA).id
    address = f"{playground.address}/play/changes"
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, params={"user": ADA}) as ada,
        session.get(address, params={"user": KENJI}) as kenji,
    ):
        await asyncio.gather(ada.content.readline(), kenji.content.readline())
        await slack.chat_postMessage(channel=dm, text="x")
        await slack.chat_postMessage(channel=KENJI, text="x")
        assert dm in await told(ada)
        assert dm not in await told(kenji)


async def told(stream: aiohttp.ClientResponse) -> set[str]:
    """Return the channels of the message changes that came first."""
    channels: set[str] = set()
    async with asyncio.timeout(5):
        while not channels:
            line = (await stream.content.readline()).decode()
            if line.startswith("data: "):
                change = json.loads(line.removeprefix("data: "))
                if change["what"] == "messages":
                    channels.add(change["channel"])
    return channels


async def test_the_log_shows_both_directions_without_secrets(
    playground: Playground, page: Page, slack: AsyncWebClient
) -> None:
    async with over_http(playground):
        await page.post("command", user=ADA, channel=PRODUCT, text="/rungs")
        await until(lambda: playground.calls_of("chat.postMessage"))
    await slack.apps_connections_open(app_token="xapp-playground")
    log = (await page.get("log"))["entries"]
    assert {entry["direction"] for entry in log} == {"to_slack", "to_app"}
    raw = json.dumps(log)
    for secret in (
        "xoxb-",
        "xapp-",
        "playground-secret",
        "playground-verification",
        "/respond/",
        "/socket/",
    ):
        assert secret not in raw
    assert [entry["n"] for entry in log] == sorted(entry["n"] for entry in log)
    assert (await page.get("log", after=str(log[-1]["n"])))["entries"] == []


async def test_clock_faults_and_starting_over(
    playground: Playground, page: Page, slack: AsyncWebClient
) -> None:
    before = (await page.get("state"))["now"]
    assert (await page.post("clock", advance=604_800))["now"] >= before + 604_800
    assert (
        await page.post("faults", method="auth.test", kind="ratelimited", times=1, retry_after=2)
    )["ok"]
    await slack.chat_postMessage(channel=ADA, text="x")
    assert (await page.post("reset"))["ok"]
    assert (await slack.auth_test())["ok"]
    state = await page.get("state", user=ADA)
    found = await page.get("messages", user=ADA, channel=state["conversations"][-1]["id"])
    assert found["messages"] == []
    await slack.chat_postMessage(channel=ADA, text="after the reset")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rungs.example"},
        {"Host": "127.0.0.1.example:80"},
        {"Origin": "https://rungs.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
    ],
)
async def test_websites_cannot_drive_the_playground(
    playground: Playground, headers: dict[str, str]
) -> None:
    body = {"user": ADA, "channel": PRODUCT, "text": "x"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(f"{playground.address}/play/message", json=body) as answer:
            assert answer.status == 403
        async with session.post(f"{playground.api_url}chat.postMessage", json=body) as answer:
            assert answer.status == 403


async def test_the_page_itself_may(playground: Playground) -> None:
    headers = {"Origin": playground.address}
    body = {"user": ADA, "channel": PRODUCT, "text": "x"}
    play = f"{playground.address}/play/message"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(play, json=body) as answer,
    ):
        assert answer.status == 200


async def test_downloads_are_saved_and_never_shown(
    playground: Playground, slack: AsyncWebClient
) -> None:
    dm = playground.workspace.dm(ADA).id
    await slack.files_upload_v2(channel=dm, content="<script>", filename='a"b.html')
    file = next(iter(playground.workspace.files.values()))
    address = f"{playground.address}/files/{file.id}/{file.name}"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert await answer.text() == "<script>"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.content_type == "application/octet-stream"


async def test_a_modal_belongs_to_one_person(
    playground: Playground, page: Page, slack: AsyncWebClient
) -> None:
    trigger = playground.service.triggers.issue(ADA, now=playground.clock.now())
    opened = await slack.views_open(trigger_id=trigger, view=modal(text_input()))
    assert (await page.post("submit", user=KENJI, view_id=opened["view"]["id"], state={}))[
        "status"
    ] == 404
