"""Names that only one thing may have."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from content.problems import Problem
from content.schema import GradingFile, LadderFile, NeedsFile
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place


class HasId(Protocol):
    """An entry that is called by its id."""

    @property
    def id(self) -> str: ...


class HasName(Protocol):
    """An entry that people know by its name."""

    @property
    def name(self) -> str: ...


Named = tuple[Parsed[Any], Place, str]


def id_problems(shelf: Shelf) -> Iterator[Problem]:
    """Every id that stands in two places."""
    yield from _twice(_practices(shelf))
    yield from _twice(_figures(shelf))
    yield from _twice(_experiments(shelf))
    for family in shelf.families:
        yield from _twice(_listed(family, ("questions",), family.content.questions))
    for framework in shelf.role_families:
        yield from _twice(_listed(framework, ("skills",), framework.content.skills))
        yield from _twice(_listed(framework, ("functions",), framework.content.functions))
    yield from _beside(shelf)


def _beside(shelf: Shelf) -> Iterator[Problem]:
    """The ids inside each framework beside the role families; answers are kept by them."""
    for ladder in shelf.ladders:
        yield from _twice(_listed(ladder, ("levels",), ladder.content.levels))
        yield from _twice(_names(ladder, ("levels",), ladder.content.levels))
        yield from _twice(_behaviors(ladder))
    for grading in shelf.gradings:
        yield from _twice(_listed(grading, ("criteria",), grading.content.criteria))
        yield from _twice(_names(grading, ("criteria",), grading.content.criteria))
        yield from _twice(_names(grading, ("levels",), grading.content.levels))
        yield from _twice(_signs(grading))
    for scale in shelf.scales:
        yield from _twice(_listed(scale, ("questions",), scale.content.questions))
    for needs in shelf.needs:
        yield from _twice(_listed(needs, ("questions",), needs.content.questions))
        yield from _twice(_needs(needs))


def _twice(named: Iterable[Named]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for file, place, name in named:
        here = f"{file.source.shown}:{file.document.line(place)}"
        other = first.setdefault(name.casefold(), here)
        if other != here:
            message = f"'{place[-1]}' is '{name}', as at {other}. Choose another."
            yield file.problem(place, message)


def _practices(shelf: Shelf) -> Iterator[Named]:
    """Tips, evidence steps and lessons: members keep them by their id."""
    files: list[Parsed[Any]] = [*shelf.families, *shelf.scales, *shelf.tips, *shelf.any_tips]
    for file in files:
        yield from _listed(file, ("tips",), file.content.tips)
        yield from _listed(file, ("evidence",), file.content.evidence)
    for series in shelf.series:
        yield from _listed(series, ("lessons",), series.content.lessons)
    for ladder in shelf.ladders:
        for number, level in enumerate(ladder.content.levels):
            for place_in, behavior in enumerate(level.behaviors):
                place = ("levels", number, "behaviors", place_in, "practice", "id")
                yield ladder, place, behavior.practice.id


def _experiments(shelf: Shelf) -> Iterator[Named]:
    """Which ones a team had is kept by their ids."""
    for file in shelf.experiments:
        yield from _listed(file, ("experiments",), file.content.experiments)


def _figures(shelf: Shelf) -> Iterator[Named]:
    for framework in shelf.role_families:
        yield from _listed(framework, ("figures",), framework.content.figures)
    for family in shelf.families:
        for number, level in enumerate(family.content.levels):
            yield from _listed(family, ("levels", number, "figures"), level.figures)


def _listed(file: Parsed[Any], place: Place, entries: Iterable[HasId]) -> Iterator[Named]:
    for number, entry in enumerate(entries):
        yield file, (*place, number, "id"), entry.id


def _names(file: Parsed[Any], place: Place, entries: Iterable[HasName]) -> Iterator[Named]:
    for number, entry in enumerate(entries):
        yield file, (*place, number, "name"), entry.name


def _behaviors(ladder: Parsed[LadderFile]) -> Iterator[Named]:
    for number, level in enumerate(ladder.content.levels):
        yield from _listed(ladder, ("levels", number, "behaviors"), level.behaviors)


def _needs(needs: Parsed[NeedsFile]) -> Iterator[Named]:
    for number, question in enumerate(needs.content.questions):
        yield from _listed(needs, ("questions", number, "needs"), question.needs)


def _signs(grading: Parsed[GradingFile]) -> Iterator[Named]:
    """The signs of the levels, and of what is announced beside them."""
    for number, level in enumerate(grading.content.levels):
        yield grading, ("levels", number, "sign"), level.sign
    for number, one in enumerate(grading.content.announced):
        yield grading, ("announced", number, "sign"), one.sign
