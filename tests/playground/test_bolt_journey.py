"""A real Bolt app in the playground, over HTTP and over Socket Mode."""

import pytest

from playground.server import Playground
from tests.playground.people import ADA, until
from tests.playground.small_app import over_http, over_socket


@pytest.mark.parametrize("connect", [over_http, over_socket], ids=["http", "socket"])
async def test_command_card_button_modal_home(playground: Playground, connect: type) -> None:
    dm = playground.workspace.dm(ADA)
    async with connect(playground) as app:
        assert (await playground.command(ADA, dm.id, "/rungs assess")).ok
        await until(lambda: playground.calls_of("chat.postMessage"))
        card = next(m for m in dm.messages.values() if m.blocks)
        assert {m.text for m in dm.visible_to(ADA)} == {"Look at your messages.", "Ready?"}

        container = {"type": "message", "channel": dm.id, "ts": card.ts}
        assert (await playground.act(ADA, container, "row", "ask")).ok
        await until(lambda: playground.calls_of("chat.update"))
        assert card.text == "Asked."

        view = playground.workspace.modal_stack(ADA)[-1]
        empty = await playground.submit(ADA, view.id, {})
        assert (empty.acked, set(empty.errors)) == (False, {"why"})
        short = await playground.submit(ADA, view.id, {"why": {"text": {"value": "no"}}})
        assert short.errors == {"why": "Say a little more."}
        done = await playground.submit(ADA, view.id, {"why": {"text": {"value": "To learn"}}})
        assert done.ok
        assert playground.workspace.modal_stack(ADA) == []

        await until(lambda: playground.workspace.homes)
        await playground.open_home(ADA)
        await until(lambda: app.events("app_home_opened"))
        shown = app.events("app_home_opened")[0]["view"]
        assert shown["blocks"][0]["text"]["text"] == "To learn"


@pytest.mark.parametrize("connect", [over_http, over_socket], ids=["http", "socket"])
async def test_payloads_carry_what_slack_says(playground: Playground, connect: type) -> None:
    dm = playground.workspace.dm(ADA)
    async with connect(playground) as app:
        await playground.command(ADA, dm.id, "/rungs  assess engineering ")
        await until(lambda: playground.calls_of("chat.postMessage"))
        card = next(m for m in dm.messages.values() if m.blocks)
        await playground.act(
            ADA, {"type": "message", "channel": dm.id, "ts": card.ts}, "row", "ask"
        )
        await until(lambda: playground.calls_of("chat.update"))
    command, click = (body for body in app.heard if "event" not in body)
    assert (command["command"], command["text"]) == ("/rungs", "assess engineering")
    assert (command["channel_id"], command["channel_name"]) == (dm.id, "directmessage")
    assert {
        "response_url",
        "trigger_id",
        "team_id",
        "team_domain",
        "user_name",
        "api_app_id",
    } <= set(command)
    action = click["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("ask", "row", "7")
    assert click["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": dm.id,
        "is_ephemeral": False,
    }
    assert click["message"]["bot_id"] == playground.workspace.app.bot_id


async def test_the_app_hears_messages_and_itself(playground: Playground) -> None:
    dm = playground.workspace.dm(ADA)
    async with over_http(playground) as app:
        await playground.message(ADA, dm.id, "a < b & c")
        await app.bolt.client.chat_postMessage(channel=dm.id, text="Hello")
        await playground.quiet()
        await until(lambda: len(app.events("message")) == 2)
    said = {event["text"]: event for event in app.events("message")}
    assert said["a &lt; b &amp; c"]["user"] == ADA
    assert said["Hello"]["bot_id"] == playground.workspace.app.bot_id
    assert all(event["channel_type"] == "im" for event in said.values())


async def test_the_view_comes_with_home_only_once_published(playground: Playground) -> None:
    async with over_http(playground) as app:
        await playground.open_home(ADA)
        await playground.open_home(ADA, "messages")
        await until(lambda: len(app.events("app_home_opened")) == 2)
    assert all("view" not in event for event in app.events("app_home_opened"))
    assert {event["tab"] for event in app.events("app_home_opened")} == {"home", "messages"}
