"""Commands and conversations: acknowledged, after a start, against the floor, in a crowd; and memory."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks import measurement, seed
from benchmarks.conversations import ENGINEERING, Conversation, Members, all_completed
from benchmarks.measurement import Answer, Broken, Figures, Measure, in_turns, memory_mb, summary
from benchmarks.reference import (
    CARD,
    COMMIT,
    DIRECT,
    RESPONSE,
    USER,
    WINDOW,
    Script,
    Steps,
    replaced,
)
from benchmarks.table import Sizes
from benchmarks.workspace import (
    OURS,
    REFERENCE,
    Side,
    forget_limits,
    installed,
    make_tables,
    opened,
    require,
    workspace,
)
from playground.crowd import big_workspace
from playground.delivery.http import HttpTransport
from playground.delivery.parcel import Parcel
from playground.payloads.command import slash_command
from playground.scripts import Reads, Sees
from playground.server import Playground
from playground.state.workspace import Change, Workspace
from simulation.crowd import crowd_ids
from tests.stage import staged

COMMAND = "/rungs assess engineering"
SEED = 11
RETRY_EVERY, START_WITHIN = 0.005, 30
NEW_IDS = "1"
"""Ids begin with the time in hex: those of seeded rows with 0, new ones with 1."""


async def acknowledgement(folder: Path, sizes: Sizes) -> list[Figures]:
    """Milliseconds until a command is acknowledged: the median and the 99th percentile."""

    async with (
        installed(OURS, folder / "ours.db") as ours,
        installed(REFERENCE, folder / "bare.db") as bare,
        measurement.worker(nullcontext, send_commands) as send,
    ):
        sides = (
            partial(acknowledged, side, [side.slack.workspace], send, sizes)
            for side in (ours, bare)
        )
        return summary(await in_turns(sizes.rounds, *sides))


async def acknowledged(
    side: Side, places: Sequence[Workspace], send: Answer, sizes: Sizes
) -> Figures:
    """Let new people type a command in these workspaces in turn; return how long each answer took."""
    answer, parcels = f"{side.slack.address}/respond/none", []
    for there, _ in zip(cycle(places), range(sizes.commands), strict=False):
        [person] = there.add_people(1)
        ids = {"trigger_id": f"1.{person.id}", "response_url": answer}
        typed = slash_command(there, person, there.dm(person.id), line=COMMAND, **ids)
        parcels.append(Parcel("slash_commands", typed))
    spent = await send(side.url, side.slack.credentials.signing_secret, parcels, sizes.per_second)
    await side.slack.quiet()
    percent = quantiles(spent, n=100, method="inclusive")
    return (percent[49] * 1000, percent[98] * 1000)


async def send_commands(
    url: str, secret: str, parcels: list[Parcel], per_second: float
) -> list[float]:
    """Send commands, and return the seconds of each acknowledgement.

    A command is sent when its time has come, whether or not those before were acknowledged, and its
    seconds count from then. People come at random; with a seed, both sides get them at the same moments.
    """
    transport, chance = HttpTransport(url, secret=secret), random.Random(SEED)

    async def timed(parcel: Parcel, due: float) -> float:
        await asyncio.sleep(due - time.perf_counter())
        ack = await transport.send(parcel)
        if not ack.ok:
            raise Broken(f"A command was not acknowledged: {ack}")
        return time.perf_counter() - due

    due, sent = time.perf_counter(), []
    for parcel in parcels:
        sent.append(asyncio.create_task(timed(parcel, due)))
        due += chance.expovariate(per_second)
    spent = await asyncio.gather(*sent)
    await transport.close()
    return spent


async def start(folder: Path, sizes: Sizes) -> list[Figures]:
    """Milliseconds from the start of a process to its first acknowledgement; the tables are there before."""
    async with workspace() as slack:

        async def measure(program: tuple[str, ...]) -> Figures:
            user = slack.workspace.add_people(1)[0].id
            direct = slack.workspace.dm(user).id
            database = folder / f"{user}.db"
            async with installed(program, database, slack=slack, is_awaited=False) as side:
                while not (await slack.command(user, direct, COMMAND)).acked:
                    await asyncio.sleep(RETRY_EVERY)
                    if time.perf_counter() > side.begun + START_WITHIN:
                        raise Broken(f"No command was acknowledged within {START_WITHIN} seconds.")
                return ((time.perf_counter() - side.begun) * 1000,)

        return summary(
            await in_turns(sizes.starts, partial(measure, OURS), partial(measure, REFERENCE))
        )


async def whole(folder: Path, sizes: Sizes, *, of: Conversation) -> list[Figures]:
    """Milliseconds of a whole conversation; the floor does the same calls and commits with no logic."""
    script, saved = await recorded(folder / "recorded.db", of), folder / "script.json"
    saved.write_text(json.dumps(script))
    count = sizes.in_a_row if of is ENGINEERING else sizes.of_a_kind

    async def measure(members: Members) -> Figures:
        forget_limits(folder / "ours.db")
        return (1000 / await members.one_by_one(count),)

    async with (
        installed(OURS, folder / "ours.db") as ours,
        installed(REFERENCE, folder / "floor.db", FLOOR_SCRIPT=str(saved)) as floor,
        opened(ours.database) as database,
    ):
        of_ours, of_floor = Members(ours.slack, of, database), Members(floor.slack, of)
        await of_ours.prepare()
        turns = await in_turns(sizes.rounds, partial(measure, of_ours), partial(measure, of_floor))
    all_completed(ours.database, of_ours.finished, of)
    commits = sum(what == COMMIT for steps in script for what, _ in steps)
    expected = f"{len(of_floor.finished) * commits} commits"
    require(floor.database, expected, "SELECT count(*) || ' commits' FROM floor")
    return summary(turns)


async def crowd(folder: Path, sizes: Sizes) -> list[Figures]:
    """Assessments per second with many members at once; the reference is the same app with one at a time."""
    async with installed(OURS, folder / "ours.db") as side:
        members = Members(side.slack)

        async def at_once() -> Figures:
            people = members.add(sizes.in_a_crowd)
            return (await members.at_once(people, at_once=sizes.at_once),)

        async def in_a_row() -> Figures:
            return (await members.one_by_one(sizes.in_a_row),)

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
    await seed.assessed(database, count)
    people = min(count, sizes.in_a_crowd * (sizes.rounds + 1))
    async with (
        workspace(sample=big_workspace(people)) as slack,
        installed(OURS, database, slack=slack),
    ):
        members, waiting = Members(slack), iter(crowd_ids(people))

        async def measure() -> Figures:
            some = list(islice(waiting, sizes.in_a_crowd))
            return (await members.at_once(some, at_once=sizes.at_once),)

        yield measure
    all_completed(database, members.finished, since=NEW_IDS)


async def memory(folder: Path, sizes: Sizes) -> list[Figures]:
    """Resident memory: idle against the bare app, and after the long run against after the warm-up."""
    async with (
        installed(OURS, folder / "ours.db") as ours,
        installed(REFERENCE, folder / "bare.db") as bare,
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
    await make_tables(database)
    async with staged(f"sqlite:///{database}") as stage:
        slack = stage.playground
        members = Members(slack, conversation, stage.database)
        await members.prepare()
        await stage.settle()
        [user] = members.add(1)
        await members.make_ready(user)
        player, direct = members.player(user), slack.workspace.dm(user)
        names = {user: USER, direct.id: DIRECT}
        script: Script = []
        with _recording(slack) as steps:
            for act in conversation.acts:
                await player.do(members.told(user, act))
                await stage.settle()
                # What is opened in a modal stands above it.
                names |= {view.root: WINDOW for view in slack.workspace.modal_stack(user)}
                if not isinstance(act, Reads | Sees):
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
            steps.append((call.name, _without_name(call.payload)))

    def answered(change: Change) -> None:
        # The app answers a response URL with messages that only one person sees.
        place = slack.workspace.conversations.get(change.channel or "")
        newest = next(reversed(place.messages.values()), None) if place and change.user else None
        if newest and newest.only_for:
            steps.append((RESPONSE, {"text": newest.text, "blocks": newest.blocks}))

    slack.workspace.listeners.append(answered)
    slack.service.journal.listeners.append(called)
    with measurement.sql_listener(executed):
        yield steps


def _without_name(call: dict[str, Any]) -> dict[str, Any]:
    """Return the call without the app's own name for a modal, which may be there once."""
    view = call.get("view")
    if not isinstance(view, dict):
        return call
    return call | {"view": {key: it for key, it in view.items() if key != "external_id"}}
