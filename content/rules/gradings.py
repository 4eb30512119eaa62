"""Gradings: levels in order, every criterion described at every level, pages of one screen."""

from collections.abc import Iterator

from content.limits import SECTION
from content.problems import Problem
from content.rules.alike import alike_problems
from content.rules.order import in_order
from content.rules.screens import one_block, one_screen, shown_length
from content.schema import GradeLevelEntry, GradingFile
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place


def grading_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with each grading."""
    for file in shelf.gradings:
        numbers = [level.level for level in file.content.levels]
        yield from in_order(file, ("levels",), numbers, _expected(file))
        for number, level in enumerate(file.content.levels):
            yield from _page(file, ("levels", number), level)
        yield from _criteria(file)
        yield from _advice(file)
        yield from one_block(file, (), {"guidelines": file.content.guidelines})
        yield from one_screen(file, (), "The overview", _overview(file.content))


def _expected(file: Parsed[GradingFile]) -> range:
    return range(1, len(file.content.levels) + 1)


def _page(file: Parsed[GradingFile], place: Place, level: GradeLevelEntry) -> Iterator[Problem]:
    """A level is read on one screen, each of its lists in one section."""
    lists = {"cannot": level.cannot, "projects": level.projects}
    lists |= {"learn": level.learn, "acceptance": level.acceptance}
    yield from one_block(file, place, lists)
    for number, field in enumerate(level.can):
        yield from one_block(file, (*place, "can", number), {"items": field.items})
    lines = [line for every in lists.values() for line in every]
    lines += [line for field in level.can for line in (field.group, *field.items)]
    head = (level.sign, level.name, level.equivalent or "", level.describes)
    yield from one_screen(file, place, "This level", (*head, *lines))


def _criteria(file: Parsed[GradingFile]) -> Iterator[Problem]:
    """Each criterion has its own words for every level there is."""
    for number, criterion in enumerate(file.content.criteria):
        place: Place = ("criteria", number, "levels")
        yield from in_order(
            file, place, [level.level for level in criterion.levels], _expected(file)
        )
        texts = (
            ((*place, n, "describes"), level.describes) for n, level in enumerate(criterion.levels)
        )
        yield from alike_problems(file, texts)


def _advice(file: Parsed[GradingFile]) -> Iterator[Problem]:
    """What to try next is one list, also where every criterion holds the level back."""
    for level in file.content.levels:
        tries = [
            f"{criterion.name}: {one.to_try}"
            for criterion in file.content.criteria
            for one in criterion.levels
            if one.level == level.level
        ]
        size = shown_length(tries)
        if size > SECTION:
            message = f"'try' at level {level.level} has {size} characters over all criteria."
            yield file.problem(
                ("criteria",), f"{message} Use at most {SECTION}: shorten the longest."
            )


def _overview(grading: GradingFile) -> Iterator[str]:
    """What the page of all levels shows."""
    yield grading.about
    for level in grading.levels:
        yield from (level.sign, level.name, level.equivalent or "", level.describes)
    yield from grading.guidelines
    for one in grading.announced:
        yield from (one.sign, one.name, one.explained)
