"""Names that only one thing may have."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from content.problems import Problem
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place


class HasId(Protocol):
    """An entry that is called by its id."""

    @property
    def id(self) -> str: ...


Named = tuple[Parsed[Any], Place, str]


def id_problems(shelf: Shelf) -> Iterator[Problem]:
    """Every id that stands in two places."""
    yield from _twice(_practices(shelf))
    yield from _twice(_figures(shelf))
    yield from _twice(_experiments(shelf))
    yield from _twice((f, ("name",), f.content.name) for f in shelf.families)
    for family in shelf.families:
        yield from _twice(_listed(family, ("questions",), family.content.questions))
    for framework in shelf.role_families:
        yield from _twice(_listed(framework, ("skills",), framework.content.skills))
        yield from _twice(_listed(framework, ("functions",), framework.content.functions))


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
    files: list[Parsed[Any]] = [*shelf.families, *shelf.tips, *shelf.any_tips]
    for file in files:
        yield from _listed(file, ("tips",), file.content.tips)
        yield from _listed(file, ("evidence",), file.content.evidence)
    for series in shelf.series:
        yield from _listed(series, ("lessons",), series.content.lessons)


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
