"""Whole conversations: against the floor, in a crowd, among a million members, and their memory."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import seed
from benchmarks.conversations import ENGINEERING, Conversation, Members
from benchmarks.floor import COMMIT, recorded
from benchmarks.measurement import Figures, Measure, in_turns, memory_mb, summary
from benchmarks.proof import COMMITS, all_completed, all_graded, require
from benchmarks.sizes import Sizes
from benchmarks.workspace import BARE, FLOOR, OURS, installed, workspace

NEW_IDS = "1"
"""Ids begin with the time in hex: those of seeded rows with 0, new ones with 1."""


async def whole(folder: Path, sizes: Sizes, *, of: Conversation) -> list[Figures]:
    """Milliseconds of a whole conversation; the floor does the same calls and commits with no logic."""
    script = await recorded(folder, of)
    saved = folder / "script.json"
    saved.write_text(json.dumps(script))

    async def measure(members: Members) -> Figures:
        count = sizes.in_a_row if of is ENGINEERING else sizes.of_a_kind
        return (median(await members.one_by_one(count)) * 1000,)

    async with (
        installed(OURS, folder / "ours.db") as ours,
        installed(FLOOR, folder / "floor.db", FLOOR_SCRIPT=str(saved)) as floor,
    ):
        of_ours, of_floor = Members(ours.slack, of), Members(floor.slack, of)
        await of_ours.prepare()
        turns = await in_turns(sizes.rounds, partial(measure, of_ours), partial(measure, of_floor))
    all_completed(ours.database, of_ours.finished, of)
    if of.channel:
        all_graded(ours.database, of_ours.finished)
    commits = sum(what == COMMIT for steps in script for what, _ in steps)
    require(floor.database, f"{len(of_floor.finished) * commits} commits", COMMITS)
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
        idle = [memory_mb(process=side.app.pid) for side in (ours, bare)]
        members = Members(ours.slack)
        grown = []
        for count in (sizes.warm_up, sizes.long_run - sizes.warm_up):
            await members.at_once(members.add(count), at_once=sizes.at_once)
            grown.append(memory_mb(process=ours.app.pid))
    all_completed(ours.database, members.finished)
    return [(idle[0], idle[1]), (grown[1], grown[0])]
