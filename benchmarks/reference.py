"""The apps that ours is compared with: one that only acknowledges, and the floor of a whole conversation.

The floor gets the same requests and makes the same Slack calls and commits as ours, with no logic: it replays
what assessments.recorded wrote down of ours. Its connection to Slack and its database settings are ours; each
commit writes one row.
"""

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot.slack.server import serving_http, stop_signal

COMMIT, RESPONSE = "commit", "response"
"""Two kinds of steps: a committed write, and an answer to the response URL. Others are Slack methods."""
USER, DIRECT, CARD, WINDOW = "{user}", "{direct}", "{card}", "{window}"
"""What stands for the member, their direct message with the app, the ts of the card there, and the modal."""
TRIGGER = "trigger_id"

Steps = list[tuple[str, dict[str, Any]]]
Script = list[Steps]
"""The steps after each request of a member, in the order of the requests."""


def replaced(arguments: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments with other names for ids."""
    named = arguments.items()
    return {key: names.get(it, it) if isinstance(it, str) else it for key, it in named}


async def acknowledged(ack: AsyncAck) -> None:
    await ack()


@asynccontextmanager
async def replaying(app: AsyncApp, script: Script) -> AsyncIterator[None]:
    """Let the app replay the script for every member; imports here what the other app does without."""
    from sqlalchemy import text

    from bot.slack.client import connect
    from bot.slack.middleware import InFlight
    from storage.database.engine import Database

    database, flight = await Database.open(os.environ["DATABASE_URL"]), InFlight()
    slack = connect(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    row = text("INSERT INTO floor (channel) VALUES (:channel)")
    async with database.write() as session:
        await session.execute(text("CREATE TABLE floor (id INTEGER PRIMARY KEY, channel TEXT)"))
    requests: Counter[str] = Counter()

    async def commit(channel: str) -> None:
        async with database.write() as session:
            await session.execute(row, {"channel": channel})

    async def take(ack: AsyncAck, body: dict[str, Any]) -> None:
        user = body.get("user_id") or body["user"]["id"]
        steps = script[requests[user]]
        requests[user] += 1
        await ack()
        flight.start(_replay(steps, user, body, slack, commit))

    app.command("/rungs")(take)
    app.action(re.compile(""))(take)
    app.view(re.compile(""))(take)
    app.event("message")(acknowledged)
    yield
    await flight.finish(within=30)
    await slack.close()
    await database.close()


async def _replay(
    steps: Steps, user: str, body: dict[str, Any], slack: Any, commit: Callable[[str], Any]
) -> None:
    card = body.get("container", {})
    direct = body.get("channel_id") or card.get("channel_id", "")
    names = {USER: user, DIRECT: direct, CARD: card.get("message_ts", "")}
    if view := body.get("view"):
        names[WINDOW] = view["root_view_id"]
    for what, arguments in steps:
        if what == COMMIT:
            await commit(names[DIRECT])
        elif what == RESPONSE:
            webhook = AsyncWebhookClient(body["response_url"], session=slack.session)
            await webhook.send(**replaced(arguments, names))
        else:
            given = replaced(arguments, names)
            if TRIGGER in given:
                given[TRIGGER] = body[TRIGGER]
            answer = await slack.once.api_call(what, json=given)
            if what == "conversations.open":
                names[DIRECT] = answer["channel"]["id"]
            elif what == "views.open":
                names.setdefault(WINDOW, answer["view"]["id"])


async def serve(app: AsyncApp) -> None:
    """Serve it on the same server as ours, without the guard of requests, until SIGTERM."""
    stop, handle = stop_signal(), AsyncSlackRequestHandler(app).handle
    routes = [Route("/slack/events", handle, methods=["POST"])]
    async with serving_http(Starlette(routes=routes), port=int(os.environ["PORT"])):
        await stop.asked()


async def main(script: Script | None) -> None:
    """Run the floor with this script; without one, acknowledge commands."""
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    if script:
        async with replaying(app, script):
            await serve(app)
    else:
        app.command("/rungs")(acknowledged)
        await serve(app)


if __name__ == "__main__":
    path = os.environ.get("FLOOR_SCRIPT")
    asyncio.run(main(json.loads(Path(path).read_text()) if path else None))
