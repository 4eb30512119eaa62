"""A whole conversation of each kind beside the role families, against the floor."""

from pathlib import Path
from statistics import median

from benchmarks.conversing import ONE_AIM, against_the_floor
from benchmarks.courses import LADDER, LOWEST, NEEDS, Course
from benchmarks.line import Line, compared
from benchmarks.sizes import Sizes
from benchmarks.visiting import Visitors


async def ladder(folder: Path, sizes: Sizes) -> list[Line]:
    """The coding self-check: two levels with four menus each."""
    return await _measured("ladder", LADDER, folder, sizes)


async def lowest(folder: Path, sizes: Sizes) -> list[Line]:
    """The grading of an agent: seven criteria, and a line in the channel."""
    return await _measured("lowest", LOWEST, folder, sizes)


async def needs(folder: Path, sizes: Sizes) -> list[Line]:
    """The questions about a project: six with letters, two with boxes."""
    return await _measured("needs", NEEDS, folder, sizes)


async def _measured(name: str, course: Course, folder: Path, sizes: Sizes) -> list[Line]:
    async def measure(visitors: Visitors) -> float:
        return median(await visitors.one_by_one(visitors.newcomers(sizes.of_a_kind)))

    ours, floor = await against_the_floor(folder, sizes.rounds, measure, course)
    line = compared(
        f"assessment: {name} (ms)",
        ours=ours * 1000,
        reference=floor * 1000,
        aim=ONE_AIM,
        better="lower",
    )
    return [line]
