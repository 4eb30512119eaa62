"""From files that fit together to the values the bot works with."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

from coaching.steps import StepContent
from content.building.families import family, framework
from content.building.ladders import grading, ladder, scale
from content.building.needs import crosswalk, needs
from content.building.practices import experiment, for_any, practiced, series
from content.model import Library
from content.shelf import Shelf


class HasId(Protocol):
    """A value that is looked up by its id."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=HasId)


def build(shelf: Shelf) -> Library:
    """The library of a shelf without problems."""
    every_series = (series(file.content) for file in shelf.series)
    families = sorted((file.content for file in shelf.families), key=lambda f: (f.order, f.family))
    return Library(
        framework=framework(shelf.role_families[0].content),
        families=_by_id(family(entry) for entry in families),
        tips=tuple(_tips(shelf)),
        series=tuple(sorted(every_series, key=lambda entry: (entry.from_tier, entry.id))),
        experiments=tuple(
            experiment(entry) for file in shelf.experiments for entry in file.content.experiments
        ),
        ladders=_by_id(ladder(file.content) for file in shelf.ladders),
        gradings=_by_id(grading(file.content) for file in shelf.gradings),
        scales=_by_id(
            scale(file.content, _tips_beside(shelf, file.content.framework))
            for file in shelf.scales
        ),
        needs=MappingProxyType(
            {file.content.framework: needs(file.content) for file in shelf.needs}
        ),
        crosswalk=next((crosswalk(file.content) for file in shelf.crosswalks), None),
    )


def _by_id(values: Iterable[T]) -> Mapping[str, T]:
    return MappingProxyType({value.id: value for value in values})


def _tips(shelf: Shelf) -> Iterator[StepContent]:
    """What serves the role families; inline tips and a tips file add up."""
    for file in shelf.families:
        yield from practiced(file.content, file.content.family)
    for tips in shelf.tips:
        if tips.content.family not in shelf.framework_ids:
            yield from practiced(tips.content, tips.content.family)
    for general in shelf.any_tips:
        yield from for_any(general.content)


def _tips_beside(shelf: Shelf, framework_id: str) -> Iterator[StepContent]:
    """The tips of a framework that stand in a file of their own."""
    for file in shelf.tips:
        if file.content.family == framework_id:
            yield from practiced(file.content, framework_id)
