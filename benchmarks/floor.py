"""The floor of a whole conversation: the same requests, Slack calls and commits as ours, with no logic.

`recorded` plays one conversation with ours and writes down its calls and commits, in their order. The
app replays them. Its connection to Slack and its database settings are ours; each commit writes one row.
"""

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.webhook.async_client import AsyncWebhookClient
from sqlalchemy import text

from app import Running, listening
from benchmarks.bare_app import acknowledged, bare_app, serve
from benchmarks.conversations import Conversation, Members
from benchmarks.measurement import sql_listener
from benchmarks.workspace import access_to, coaching
from bot.metrics import Monitor
from bot.slack.client import connect
from bot.slack.http import web_app
from bot.slack.server import serving_http
from playground.scripts import Sees
from playground.server import Playground
from playground.server import running as playing
from playground.state.workspace import Change
from storage.database import schema
from storage.database.engine import Database

COMMIT, RESPONSE = "commit", "response"
"""Two kinds of steps: a committed write, and an answer to the response URL. Others are Slack methods."""
USER, DIRECT, CARD = "{user}", "{direct}", "{card}"
"""What stands for the member, their direct message with the app, and the ts of the card there."""

Steps = list[tuple[str, dict[str, Any]]]
Script = list[Steps]
"""The steps after each request of a member, in the order of the requests."""

TABLE = text("CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, channel TEXT)")
ROW = text("INSERT INTO floor (channel) VALUES (:channel)")


def _replaced(arguments: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    named = arguments.items()
    return {key: names.get(it, it) if isinstance(it, str) else it for key, it in named}


async def recorded(folder: Path, conversation: Conversation) -> Script:
    """Return what a new member's whole conversation makes ours do."""
    database = folder / "recorded.db"
    await schema.upgrade(f"sqlite:///{database}")
    async with (
        playing(Playground()) as slack,
        coaching(access_to(slack), database) as deps,
        listening(deps, access_to(slack)) as bot,
        serving_http(web_app(bot.app, Monitor(deps)), port=0, host="127.0.0.1") as port,
    ):
        slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        return await _played(slack, bot, conversation)


async def _played(slack: Playground, bot: Running, conversation: Conversation) -> Script:
    async def settled() -> None:
        await bot.flight.finish(within=30)
        await slack.quiet()

    members = Members(slack, conversation)
    await members.prepare()
    await settled()
    [user] = members.add(1)
    player, direct = members.player(user), slack.workspace.dm(user)
    names = {user: USER, direct.id: DIRECT}
    script: Script = []
    with _recording(slack) as steps:
        for act in conversation.acts:
            await player.do(act)
            await settled()
            if not isinstance(act, Sees):
                script.append([(what, _replaced(arguments, names)) for what, arguments in steps])
            names[next(iter(direct.messages))] = CARD
            steps.clear()
    return script


@contextmanager
def _recording(slack: Playground) -> Iterator[Steps]:
    steps: Steps = []

    def executed(statement: str) -> None:
        # Only transactions that write begin like this.
        if statement == "BEGIN IMMEDIATE":
            steps.append((COMMIT, {}))

    def called() -> None:
        call = slack.service.journal.entries[-1]
        if call.direction == "to_slack" and isinstance(call.payload, dict):
            steps.append((call.name, call.payload))

    def answered(change: Change) -> None:
        # The app answers a response URL with messages that only one person sees.
        place = slack.workspace.conversations.get(change.channel or "")
        newest = next(reversed(place.messages.values()), None) if place and change.user else None
        if newest and newest.only_for:
            steps.append((RESPONSE, {"text": newest.text, "blocks": newest.blocks}))

    slack.workspace.listeners.append(answered)
    slack.service.journal.listeners.append(called)
    with sql_listener(executed):
        yield steps


async def main(script: Script) -> None:
    """Replay the script for every member."""
    database = await Database.open(os.environ["DATABASE_URL"])
    slack = connect(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    async with database.write() as session:
        await session.execute(TABLE)
    requests: Counter[str] = Counter()

    async def take(ack: AsyncAck, body: dict[str, Any]) -> None:
        card = body.get("container", {})
        user = body.get("user_id") or body["user"]["id"]
        direct = body.get("channel_id") or card["channel_id"]
        steps = script[requests[user]]
        requests[user] += 1
        await ack()
        names = {USER: user, DIRECT: direct, CARD: card.get("message_ts", "")}
        for what, arguments in steps:
            if what == COMMIT:
                async with database.write() as session:
                    await session.execute(ROW, {"channel": names[DIRECT]})
            elif what == RESPONSE:
                webhook = AsyncWebhookClient(body["response_url"], session=slack.session)
                await webhook.send(**_replaced(arguments, names))
            else:
                answer = await slack.once.api_call(what, json=_replaced(arguments, names))
                if what == "conversations.open":
                    names[DIRECT] = answer["channel"]["id"]

    app = bare_app()
    app.command("/rungs")(take)
    app.action(re.compile(""))(take)
    app.event("message")(acknowledged)
    await serve(app)
    await slack.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(os.environ["FLOOR_SCRIPT"]).read_text())))
