"""A list of completed trainings that a coordinator pastes: one line for each, with what is wrong in it."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

ListProblem = Literal[
    "form", "person", "address", "several", "guest", "own", "training", "date", "future", "old",
    "twice", "long",
]  # fmt: skip

OLDEST = date(2000, 1, 1)
"""A day before this is a slip."""

SEPARATORS = ("\t", ";", ",")


@dataclass(frozen=True)
class TrainingLine:
    """One line: the person as typed, or their user id once it is known, the training, and the day.

    `problem` says why the line cannot be taken; None for a good one.
    """

    number: int
    text: str
    person: str = ""
    training: str = ""
    on: date = OLDEST
    problem: ListProblem | None = None

    def refused(self, problem: ListProblem) -> "TrainingLine":
        """Return the line with this problem."""
        return replace(self, problem=problem)


def parse_list(text: str, trainings: Collection[str], *, today: date) -> list[TrainingLine]:
    """Return the lines of a list that are not empty, with what is wrong that is seen without Slack."""
    return [
        _parsed(number, line.strip(), trainings, today)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]


def _parsed(number: int, text: str, trainings: Collection[str], today: date) -> TrainingLine:
    line, cells = TrainingLine(number, text), _cells(text)
    if len(cells) != 3 or not all(cells):
        return line.refused("form")
    line = replace(line, person=cells[0], training=cells[1])
    if line.training not in trainings:
        return line.refused("training")
    try:
        line = replace(line, on=date.fromisoformat(cells[2]))
    except ValueError:
        return line.refused("date")
    problem = day_problem(line.on, today=today)
    return line.refused(problem) if problem else line


def day_problem(on: date, *, today: date) -> Literal["future", "old"] | None:
    """Return what is wrong with the day on which a training was completed."""
    if on > today:
        return "future"
    return "old" if on < OLDEST else None


def _cells(text: str) -> list[str]:
    separator = next((one for one in SEPARATORS if one in text), ",")
    try:
        (cells,) = csv.reader([text], delimiter=separator)
    except (csv.Error, ValueError):
        return []
    cells = [cell.strip() for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def without_repeats(lines: Collection[TrainingLine]) -> Iterator[TrainingLine]:
    """Yield the lines, whose people are known; one that says the same as an earlier one has that problem."""
    seen: set[tuple[str, str, date]] = set()
    for line in lines:
        says = (line.person, line.training, line.on)
        if line.problem is None and says in seen:
            yield line.refused("twice")
        else:
            yield line
            seen |= {says} if line.problem is None else set()
