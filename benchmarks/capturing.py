"""Takes down what ours does in one assessment: every call to Slack and every commit, in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.script import COMMIT, Script, Step
from benchmarks.visiting import LETTERS, LINE, button
from bot.monitoring import Monitor
from bot.serving import serving_http
from bot.starting import Access, Running, running
from bot.web import web_app
from content.loader import load_library
from content.wording import Wording
from playground.server import Playground
from playground.server import running as playing
from storage import schema
from storage.database import Database


async def captured(folder: Path) -> Script:
    """The script of a newcomer's whole assessment."""
    url = f"sqlite:///{folder / 'captured.db'}"
    await schema.upgrade(url)
    database = await Database.open(url)
    async with playing(Playground()) as slack:
        credentials = slack.credentials
        access = Access(credentials.bot_token, credentials.signing_secret, slack.api_url)
        async with running(
            access, database=database, library=load_library(), wording=Wording()
        ) as bot:
            script = await _listened(slack, bot)
    await database.close()
    return script


async def _listened(slack: Playground, bot: Running) -> Script:
    application = web_app(bot.app, Monitor(bot.deps))
    async with serving_http(application, port=0, host="127.0.0.1") as port:
        slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        with _taken_down(slack) as steps:
            return await _walk(slack, bot, steps)


async def _walk(slack: Playground, bot: Running, steps: list[Step]) -> Script:
    user = slack.workspace.add_people(1)[0].id
    channel = slack.workspace.dm(user)

    async def since(act: Any) -> list[Step]:
        steps.clear()
        await act
        await bot.flight.finish(within=30)
        await slack.quiet()
        return list(steps)

    command = await since(slack.command(user, channel.id, LINE))
    card = next(iter(channel.messages.values()))
    place = {"type": "message", "channel": card.channel, "ts": card.ts}
    clicks = {}
    for letter in LETTERS:
        block, element = button(card, letter)
        act = slack.act(user, place, block, element["action_id"])
        clicks[str(element["value"])] = await since(act)
    return Script(command, clicks)


@contextmanager
def _taken_down(slack: Playground) -> Iterator[list[Step]]:
    steps: list[Step] = []

    def wrote(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # Only transactions that write begin like this.
        if statement == "BEGIN IMMEDIATE":
            steps.append(Step(COMMIT, {}))

    def called() -> None:
        while len(seen) < len(slack.calls):
            call = slack.calls[len(seen)]
            seen.append(call)
            steps.append(Step(call.method, call.arguments))

    seen: list[Any] = list(slack.calls)
    slack.service.journal.listeners.append(called)
    event.listen(Engine, "before_cursor_execute", wrote)
    try:
        yield steps
    finally:
        event.remove(Engine, "before_cursor_execute", wrote)
