"""Takes down what ours does in one assessment: every call to Slack and every commit, in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.courses import ENGINEERING, Course, found
from benchmarks.script import CARD, COMMIT, DIRECT, RESPONSE, WHO, Script, Step, used
from bot.monitoring import Monitor
from bot.serving import serving_http
from bot.starting import Access, Running, running
from bot.web import web_app
from content.loader import load_library
from content.message_catalog import MessageCatalog
from playground.server import Playground
from playground.server import running as playing
from playground.state.workspace import Change
from storage import schema
from storage.database import Database


async def captured(folder: Path, course: Course = ENGINEERING) -> Script:
    """The script of a newcomer's whole assessment."""
    url = f"sqlite:///{folder / 'captured.db'}"
    await schema.upgrade(url)
    database = await Database.open(url)
    async with playing(Playground()) as slack:
        credentials = slack.credentials
        access = Access(credentials.bot_token, credentials.signing_secret, slack.api_url)
        async with running(
            access, database=database, library=load_library(), messages=MessageCatalog()
        ) as bot:
            script = await _listened(slack, bot, course)
    await database.close()
    return script


async def _listened(slack: Playground, bot: Running, course: Course) -> Script:
    application = web_app(bot.app, Monitor(bot.deps))
    async with serving_http(application, port=0, host="127.0.0.1") as port:
        slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        await course.prepare(slack)
        await bot.flight.finish(within=30)
        await slack.quiet()
        with _taken_down(slack) as steps:
            return await _walk(slack, bot, steps, course)


async def _walk(slack: Playground, bot: Running, steps: list[Step], course: Course) -> Script:
    user = slack.workspace.add_people(1, channel=course.channel)[0].id
    direct = slack.workspace.dm(user)
    names = {user: WHO, direct.id: DIRECT}

    async def since(act: Any) -> list[Step]:
        steps.clear()
        await act
        await bot.flight.finish(within=30)
        await slack.quiet()
        return [step.with_names(names) for step in steps]

    place = course.channel or direct.id
    command = await since(slack.command(user, place, course.line))
    card = next(iter(direct.messages.values()))
    names[card.ts] = CARD
    where = {"type": "message", "channel": card.channel, "ts": card.ts}
    clicks, held = {}, {}
    for one in course.acts:
        use = found(card, one)
        if use.chosen:
            held[use.block_id] = {use.action_id: use.chosen}
        act = slack.act(
            user, where, use.block_id, use.action_id, chosen=use.chosen, state=dict(held)
        )
        key = used({**use.element, **(use.chosen or {})})
        clicks[key] = await since(act)
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

    def answered(change: Change) -> None:
        place = slack.workspace.conversations.get(change.channel or "")
        newest = next(reversed(place.messages.values()), None) if place and change.user else None
        if newest and newest.only_for:
            steps.append(Step(RESPONSE, {"text": newest.text, "blocks": newest.blocks}))

    seen: list[Any] = list(slack.calls)
    slack.workspace.listeners.append(answered)
    slack.service.journal.listeners.append(called)
    event.listen(Engine, "before_cursor_execute", wrote)
    try:
        yield steps
    finally:
        slack.workspace.listeners.remove(answered)
        event.remove(Engine, "before_cursor_execute", wrote)
