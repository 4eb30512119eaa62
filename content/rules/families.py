"""A family's file: its levels, its questions, and texts that fit one screen."""

from collections.abc import Iterator

from coaching.mean_score import TIERS
from content.problems import Problem
from content.rules.order import in_order
from content.rules.questions import answer_problems
from content.rules.screens import one_block, one_screen
from content.schema import FamilyFile, LevelEntry
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place

RESERVED = ("any", "framework", "any-family")
"""Names of files that are no families."""


def family_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with each family by itself."""
    for file in shelf.families:
        yield from _identity(file)
        yield from in_order(file, ("tiers",), [entry.tier for entry in file.content.tiers], TIERS)
        levels = [entry.level for entry in file.content.levels]
        yield from in_order(file, ("levels",), levels, (1, 2, 3))
        for number, level in enumerate(file.content.levels):
            yield from _one_screen(file, ("levels", number), level)
        for number, question in enumerate(file.content.questions):
            yield from answer_problems(file, ("questions", number, "answers"), question)


def _identity(file: Parsed[FamilyFile]) -> Iterator[Problem]:
    name = file.content.family
    if name in RESERVED:
        yield file.problem(
            ("family",), f"'family' is '{name}', a name with a meaning of its own. Choose another."
        )
    elif name != file.source.stem:
        stem = file.source.stem
        message = f"'family' is '{name}', but the file is called '{stem}'. Write '{stem}'."
        yield file.problem(("family",), message)


def _one_screen(file: Parsed[FamilyFile], place: Place, level: LevelEntry) -> Iterator[Problem]:
    """A level is read on one screen, each of its lists in one section."""
    figures = [f"{figure.text}{figure.source}{figure.year}" for figure in level.figures]
    lists = {"looks_like": level.looks_like, "figures": figures, "warnings": level.warnings}
    yield from one_block(file, place, lists)
    every = (line for lines in lists.values() for line in lines)
    yield from one_screen(file, place, "This level", (*every, level.is_, level.shift))
