"""The floor under a whole assessment: the same requests, Slack calls and commits, with no logic.

Its calls and commits are those of ours, in their order, taken down by `capturing`. The connection to
Slack and the settings of the database are ours too; each commit writes one row.
"""

import asyncio
import os
import re
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.webhook.async_client import AsyncWebhookClient
from sqlalchemy import text

from benchmarks.bare import acknowledged, bare_app, serve
from benchmarks.script import CARD, COMMIT, DIRECT, RESPONSE, WHO, Script, Step, used
from bot.slack_client import SlackClients, connect
from storage.database.engine import Database

TABLE = text("CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, channel TEXT)")
ROW = text("INSERT INTO floor (channel) VALUES (:channel)")


class Floor:
    """Does the steps of a script for whoever asks."""

    def __init__(self, script: Script, *, slack: SlackClients, database: Database) -> None:
        self._script = script
        self._slack = slack
        self._database = database

    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The command: its steps, for the person and the conversation of the request."""
        await ack()
        mine = {WHO: body["user_id"], DIRECT: body["channel_id"]}
        await self._do(self._script.command, mine, body)

    async def click(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A click or a choice: the steps that belong to what was used."""
        await ack()
        container = body["container"]
        mine = {
            WHO: body["user"]["id"],
            DIRECT: container["channel_id"],
            CARD: container["message_ts"],
        }
        await self._do(self._script.clicks[used(body["actions"][0])], mine, body)

    async def _do(self, steps: list[Step], mine: dict[str, str], body: dict[str, Any]) -> None:
        for step in steps:
            own = step.with_names(mine).arguments
            if step.what == COMMIT:
                async with self._database.write() as session:
                    await session.execute(ROW, {"channel": mine[DIRECT]})
            elif step.what == RESPONSE:
                webhook = AsyncWebhookClient(body["response_url"], session=self._slack.session)
                await webhook.send(text=own["text"], blocks=own["blocks"])
            else:
                answer = await self._slack.once.api_call(step.what, json=own)
                if step.what == "conversations.open":
                    mine[DIRECT] = answer["channel"]["id"]


async def main() -> None:
    script = Script.load(Path(os.environ["FLOOR_SCRIPT"]))
    database = await Database.open(os.environ["DATABASE_URL"])
    slack = connect(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    async with database.write() as session:
        await session.execute(TABLE)
    floor = Floor(script, slack=slack, database=database)
    app = bare_app()
    app.command("/rungs")(floor.command)
    app.action(re.compile(""))(floor.click)
    app.event("message")(acknowledged)
    await serve(app)
    await slack.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
