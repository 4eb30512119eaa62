"""A small real Bolt app: a command, a card, a button, a modal, a Home tab."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.listener import Listener
from playground.server import Playground
from tests.playground.people import actions, button, client_of, home, modal, section, text_input

Body = dict[str, Any]


class SmallApp:
    """The app, with a record of what it received."""

    def __init__(self, playground: Playground) -> None:
        self.heard: list[Body] = []
        self.bolt = AsyncApp(
            client=client_of(playground),
            signing_secret=playground.credentials.signing_secret,
            ignoring_self_events_enabled=False,
        )
        self.bolt.command("/rungs")(self.command)
        self.bolt.action("ask")(self.ask)
        self.bolt.view("answer")(self.answered)
        self.bolt.event("app_home_opened")(self.home_opened)
        self.bolt.event("message")(self.message)

    async def command(self, ack: Any, body: Body, client: Any) -> None:
        """Greet, then post a card."""
        await ack("Look at your messages.")
        self.heard.append(body)
        card = [
            section("Ready?"),
            actions(button("Ask", action_id="ask", value="7"), block_id="row"),
        ]
        await client.chat_postMessage(channel=body["user_id"], text="Ready?", blocks=card)

    async def ask(self, ack: Any, body: Body, client: Any) -> None:
        """Open a modal, then move the card on."""
        await ack()
        self.heard.append(body)
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal(text_input(), callback_id="answer")
        )
        await client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text="Asked.",
            blocks=[section("Asked.")],
        )

    async def answered(self, ack: Any, body: Body, client: Any) -> None:
        """Refuse a short answer, else show it on the Home tab."""
        self.heard.append(body)
        said = body["view"]["state"]["values"]["why"]["text"]["value"]
        if len(said) < 3:
            await ack(response_action="errors", errors={"why": "Say a little more."})
            return
        await ack()
        await client.views_publish(user_id=body["user"]["id"], view=home(section(said)))

    async def home_opened(self, body: Body) -> None:
        """Record who opened the Home tab."""
        self.heard.append(body)

    async def message(self, body: Body) -> None:
        """Record a message."""
        self.heard.append(body)

    def events(self, kind: str) -> list[Body]:
        """Return the inner events of one kind."""
        return [body["event"] for body in self.heard if body.get("event", {}).get("type") == kind]

    async def on_request(self, request: Request) -> Response:
        """Answer one HTTP request from Slack."""
        return await AsyncSlackRequestHandler(self.bolt).handle(request)


@asynccontextmanager
async def over_http(playground: Playground) -> AsyncIterator[SmallApp]:
    """Run the app behind a request URL."""
    app = SmallApp(playground)
    listener = Listener(
        Starlette(routes=[Route("/slack/events", app.on_request, methods=["POST"])])
    )
    address = await listener.start(0)
    playground.deliver_over_http(f"{address}/slack/events")
    try:
        yield app
    finally:
        await listener.stop()


@asynccontextmanager
async def over_socket(playground: Playground) -> AsyncIterator[SmallApp]:
    """Run the app on a WebSocket."""
    app = SmallApp(playground)
    handler = AsyncSocketModeHandler(app.bolt, playground.credentials.app_token, ping_interval=0.5)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await playground.sockets.until_connected()
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def second_socket(playground: Playground) -> SocketModeClient:
    """Open one more WebSocket that answers nothing."""
    client = SocketModeClient(
        app_token=playground.credentials.app_token, web_client=client_of(playground)
    )
    await client.connect()  # type: ignore[no-untyped-call]
    return client
