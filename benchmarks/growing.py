"""The same speed with a million members in the database as with a thousand."""

from pathlib import Path
from statistics import median

from benchmarks import sides
from benchmarks.courses import FAMILY
from benchmarks.filling import fill
from benchmarks.line import Line, compared
from benchmarks.proof import all_completed
from benchmarks.sizes import Sizes
from benchmarks.visiting import Visitors
from content.loader import load_library
from playground.server import Playground

AIM = 0.9
BEFORE_US = "1"
"""Ids begin with the time in hex: those of the filling with 0, new ones with 1."""


async def growing(folder: Path, sizes: Sizes) -> list[Line]:
    """Assessments per second of members who have been here before, in a large and a small database."""
    async with (
        sides.workspace() as large_slack,
        sides.workspace() as small_slack,
    ):
        large = await _filled(folder / "large.db", sizes.many_members, large_slack, sizes)
        small = await _filled(folder / "small.db", sizes.few_members, small_slack, sizes)
        many, few = await _measured(large, small, sizes)
    return [
        compared(
            f"assessments per second, {sizes.many_members:,} members against {sizes.few_members:,}",
            ours=many,
            reference=few,
            aim=AIM,
            better="higher",
        )
    ]


class Filled:
    """A database full of members, and the ones among them who come back."""

    def __init__(self, database: Path, slack: Playground, people: list[str]) -> None:
        self.database = database
        self.slack = slack
        self.visitors = Visitors(slack)
        self._people = iter(people)

    async def round(self, sizes: Sizes) -> float:
        """Assessments per second of the next ones."""
        people = [next(self._people) for _ in range(sizes.in_a_crowd)]
        return await self.visitors.at_once(people, at_once=sizes.at_once)


async def _filled(database: Path, members: int, slack: Playground, sizes: Sizes) -> Filled:
    visitors = min(members, sizes.in_a_crowd * (sizes.rounds + 1))
    people = [person.id for person in slack.workspace.add_people(visitors)]
    words = load_library().questionnaire(FAMILY)
    await fill(database, members, known=people, words=words)
    return Filled(database, slack, people)


async def _measured(large: Filled, small: Filled, sizes: Sizes) -> tuple[float, float]:
    async with (
        sides.ours(large.database, slack=large.slack),
        sides.ours(small.database, slack=small.slack),
    ):
        # The first round warms up.
        rounds = [
            (await large.round(sizes), await small.round(sizes)) for _ in range(sizes.rounds + 1)
        ]
    for filled in (large, small):
        all_completed(filled.database, filled.visitors.finished, since=BEFORE_US)
    return median(many for many, _ in rounds[1:]), median(few for _, few in rounds[1:])
