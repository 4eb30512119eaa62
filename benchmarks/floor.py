"""The floor of a whole conversation: the same requests, Slack calls and commits as ours, with no logic.

It replays what assessments.recorded wrote down of ours. Its connection to Slack and its database settings
are ours; each commit writes one row.
"""

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.webhook.async_client import AsyncWebhookClient
from sqlalchemy import text

from benchmarks.bare_app import acknowledged, bare_app, serve
from bot.slack.client import connect
from bot.slack.middleware import InFlight
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


def replaced(arguments: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments with other names for ids."""
    named = arguments.items()
    return {key: names.get(it, it) if isinstance(it, str) else it for key, it in named}


async def main(script: Script) -> None:
    """Replay the script for every member."""
    database, flight = await Database.open(os.environ["DATABASE_URL"]), InFlight()
    slack = connect(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    async with database.write() as session:
        await session.execute(TABLE)
    requests: Counter[str] = Counter()

    async def take(ack: AsyncAck, body: dict[str, Any]) -> None:
        user = body.get("user_id") or body["user"]["id"]
        steps = script[requests[user]]
        requests[user] += 1
        await ack()
        flight.start(replay(user, body, steps))

    async def replay(user: str, body: dict[str, Any], steps: Steps) -> None:
        card = body.get("container", {})
        direct = body.get("channel_id") or card["channel_id"]
        names = {USER: user, DIRECT: direct, CARD: card.get("message_ts", "")}
        for what, arguments in steps:
            if what == COMMIT:
                async with database.write() as session:
                    await session.execute(ROW, {"channel": names[DIRECT]})
            elif what == RESPONSE:
                webhook = AsyncWebhookClient(body["response_url"], session=slack.session)
                await webhook.send(**replaced(arguments, names))
            else:
                answer = await slack.once.api_call(what, json=replaced(arguments, names))
                if what == "conversations.open":
                    names[DIRECT] = answer["channel"]["id"]

    app = bare_app()
    app.command("/rungs")(take)
    app.action(re.compile(""))(take)
    app.event("message")(acknowledged)
    await serve(app)
    await flight.finish(within=30)
    await slack.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(os.environ["FLOOR_SCRIPT"]).read_text())))
