"""Figures: the year is a year."""

from collections.abc import Iterator, Sequence
from typing import Any

from content.limits import FIGURE_YEARS
from content.problems import Problem
from content.schema import FigureEntry
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place


def figure_problems(shelf: Shelf) -> Iterator[Problem]:
    """Every figure whose year cannot be right."""
    for framework in shelf.role_families:
        yield from _years(framework, ("figures",), framework.content.figures)
    for family in shelf.families:
        for number, level in enumerate(family.content.levels):
            yield from _years(family, ("levels", number, "figures"), level.figures)


def _years(file: Parsed[Any], place: Place, figures: Sequence[FigureEntry]) -> Iterator[Problem]:
    first, last = FIGURE_YEARS
    for number, figure in enumerate(figures):
        if not first <= figure.year <= last:
            message = f"'year' is {figure.year}. Write the year of the source, {first} to {last}."
            yield file.problem((*place, number, "year"), message)
