"""Whole conversations: against the floor, in a crowd, among a million members, and their memory."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from app import listening
from benchmarks import seed
from benchmarks.conversations import ENGINEERING, Conversation, Members, all_completed
from benchmarks.floor import CARD, COMMIT, DIRECT, RESPONSE, USER, Script, Steps, replaced
from benchmarks.measurement import Figures, Measure, in_turns, memory_mb, sql_listener, summary
from benchmarks.table import Sizes
from benchmarks.workspace import (
    BARE,
    FLOOR,
    OURS,
    access_to,
    coaching,
    installed,
    require,
    workspace,
)
from bot.metrics import Monitor
from bot.slack.http import web_app
from bot.slack.server import serving_http
from playground.scripts import Sees
from playground.server import Playground
from playground.server import running as playing
from playground.state.workspace import Change
from storage.database import schema

NEW_IDS = "1"
"""Ids begin with the time in hex: those of seeded rows with 0, new ones with 1."""


async def whole(folder: Path, sizes: Sizes, *, of: Conversation) -> list[Figures]:
    """Milliseconds of a whole conversation; the floor does the same calls and commits with no logic."""
    script, saved = await recorded(folder / "recorded.db", of), folder / "script.json"
    saved.write_text(json.dumps(script))
    count = sizes.in_a_row if of is ENGINEERING else sizes.of_a_kind

    async def measure(members: Members) -> Figures:
        return (median(await members.one_by_one(count)) * 1000,)

    async with (
        installed(OURS, folder / "ours.db") as ours,
        installed(FLOOR, folder / "floor.db", FLOOR_SCRIPT=str(saved)) as floor,
    ):
        of_ours, of_floor = Members(ours.slack, of), Members(floor.slack, of)
        await of_ours.prepare()
        turns = await in_turns(sizes.rounds, partial(measure, of_ours), partial(measure, of_floor))
    all_completed(ours.database, of_ours.finished, of)
    commits = sum(what == COMMIT for steps in script for what, _ in steps)
    require(floor.database, f"{len(of_floor.finished) * commits} commits", "commits")
    return summary(turns)


async def crowd(folder: Path, sizes: Sizes) -> list[Figures]:
    """Assessments per second with many members at once; the reference is the same app with one at a time."""
    async with installed(OURS, folder / "ours.db") as side:
        members = Members(side.slack)

        async def at_once() -> Figures:
            people = members.add(sizes.in_a_crowd)
            return (await members.at_once(people, at_once=sizes.at_once),)

        async def in_a_row() -> Figures:
            return (1 / median(await members.one_by_one(sizes.in_a_row)),)

        turns = await in_turns(sizes.rounds, at_once, in_a_row)
    all_completed(side.database, members.finished)
    return summary(turns)


async def growth(folder: Path, sizes: Sizes) -> list[Figures]:
    """Assessments per second of members who come back, in a large and in a small database."""
    async with (
        _returning(folder / "large.db", sizes.many_members, sizes) as many,
        _returning(folder / "small.db", sizes.few_members, sizes) as few,
    ):
        return summary(await in_turns(sizes.rounds, many, few))


@asynccontextmanager
async def _returning(database: Path, count: int, sizes: Sizes) -> AsyncIterator[Measure]:
    """Run ours on a database of so many members; yield what measures the next ones who come back."""
    async with workspace() as slack:
        members = Members(slack)
        people = members.add(min(count, sizes.in_a_crowd * (sizes.rounds + 1)))
        await seed.assessed(database, count, known=people)
        waiting = iter(people)

        async def measure() -> Figures:
            some = [next(waiting) for _ in range(sizes.in_a_crowd)]
            return (await members.at_once(some, at_once=sizes.at_once),)

        async with installed(OURS, database, slack=slack):
            yield measure
        all_completed(database, members.finished, since=NEW_IDS)


async def memory(folder: Path, sizes: Sizes) -> list[Figures]:
    """Resident memory: idle against the bare app, and after the long run against after the warm-up."""
    async with (
        installed(OURS, folder / "ours.db") as ours,
        installed(BARE, folder / "bare.db") as bare,
    ):
        idle = (memory_mb(process=ours.app.pid), memory_mb(process=bare.app.pid))
        members = Members(ours.slack)
        grown = []
        for count in (sizes.warm_up, sizes.long_run - sizes.warm_up):
            await members.at_once(members.add(count), at_once=sizes.at_once)
            grown.append(memory_mb(process=ours.app.pid))
    all_completed(ours.database, members.finished)
    return [idle, (grown[1], grown[0])]


async def recorded(database: Path, conversation: Conversation) -> Script:
    """Return the calls and commits of ours in a new member's whole conversation, in their order."""
    await schema.upgrade(f"sqlite:///{database}")
    async with (
        playing(Playground()) as slack,
        coaching(access_to(slack), database) as deps,
        listening(deps, access_to(slack)) as bot,
        serving_http(
            web_app(bot.app, Monitor(deps), secrets=access_to(slack).signing_secrets),
            port=0,
            host="127.0.0.1",
        ) as port,
    ):
        slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")

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
                    script.append([(what, replaced(given, names)) for what, given in steps])
                names[next(iter(direct.messages))] = CARD
                steps.clear()
        return script


@contextmanager
def _recording(slack: Playground) -> Iterator[Steps]:
    """Yield a list to which each call and each commit is added when it happens."""
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
