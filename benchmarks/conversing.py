"""A whole assessment against the floor: the same requests, Slack calls and commits with no logic."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from benchmarks import sides
from benchmarks.capturing import captured
from benchmarks.courses import ENGINEERING, Course
from benchmarks.line import Line, compared
from benchmarks.proof import all_committed, all_completed, all_graded
from benchmarks.sizes import Sizes
from benchmarks.visiting import Visitors

ONE_AIM = 1.5
CROWD_AIM = 1.0
"""A crowd is served at least as fast as people who wait for each other."""

Measure = Callable[[Visitors], Awaitable[float]]


async def one_by_one(folder: Path, sizes: Sizes) -> list[Line]:
    """The time of one whole assessment, one after another."""

    async def measure(visitors: Visitors) -> float:
        return median(await visitors.one_by_one(visitors.newcomers(sizes.in_a_row)))

    ours, floor = await against_the_floor(folder, sizes.rounds, measure)
    return [
        compared(
            "one whole assessment (ms)",
            ours=ours * 1000,
            reference=floor * 1000,
            aim=ONE_AIM,
            better="lower",
        )
    ]


async def crowd(folder: Path, sizes: Sizes) -> list[Line]:
    """Assessments per second with many members at once, against the same app with one at a time."""
    async with sides.ours(folder / "ours.db") as side:
        visitors = Visitors(side.slack)

        async def at_once() -> float:
            people = visitors.newcomers(sizes.in_a_crowd)
            return await visitors.at_once(people, at_once=sizes.at_once)

        async def in_a_row() -> float:
            return 1 / median(await visitors.one_by_one(visitors.newcomers(sizes.in_a_row)))

        # The first round warms up.
        pairs = [(await at_once(), await in_a_row()) for _ in range(sizes.rounds + 1)][1:]
        all_completed(side.database, visitors.finished)
    return [
        compared(
            f"assessments per second, {sizes.at_once} members at once against one",
            ours=median(first for first, _ in pairs),
            reference=median(second for _, second in pairs),
            aim=CROWD_AIM,
            better="higher",
        )
    ]


async def against_the_floor(
    folder: Path, rounds: int, measure: Measure, course: Course = ENGINEERING
) -> tuple[float, float]:
    """The medians of ours and of the floor, in turns, with proof that neither lost anything."""
    script = await captured(folder, course)
    async with (
        sides.ours(folder / "ours.db") as ours,
        sides.floor(folder, script) as floor,
    ):
        await course.prepare(ours.slack)
        of_ours, of_floor = Visitors(ours.slack, course), Visitors(floor.slack, course)
        # The first round warms up.
        pairs = [(await measure(of_ours), await measure(of_floor)) for _ in range(rounds + 1)][1:]
    all_completed(ours.database, of_ours.finished, course=course)
    if course.leaves_grades:
        all_graded(ours.database, of_ours.finished)
    all_committed(floor.database, len(of_floor.finished) * script.commits)
    return median(first for first, _ in pairs), median(second for _, second in pairs)
