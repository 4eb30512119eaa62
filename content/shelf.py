"""The content files after reading: each checked against its schema, with the lines kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from content.problems import Problem
from content.schema import (
    AnyTipsFile,
    ExperimentsFile,
    FamilyFile,
    FrameworkFile,
    SeriesFile,
    Strict,
    TipsFile,
)
from content.schema_errors import explain
from content.sources import Source, find_sources
from content.strict_yaml import Document, Place, read_yaml

F = TypeVar("F", bound=Strict)


@dataclass(frozen=True)
class Parsed(Generic[F]):
    """A file that fits its schema."""

    source: Source
    document: Document
    content: F

    def problem(self, place: Place, message: str) -> Problem:
        """A problem with the value at this place of the file."""
        return Problem(self.source.shown, self.document.line(place), message)


@dataclass
class Shelf:
    """All files of each kind; a file with problems is in `sources` and nowhere else."""

    sources: Mapping[str, Source]
    problems: list[Problem]
    frameworks: list[Parsed[FrameworkFile]] = field(default_factory=list)
    families: list[Parsed[FamilyFile]] = field(default_factory=list)
    tips: list[Parsed[TipsFile]] = field(default_factory=list)
    any_tips: list[Parsed[AnyTipsFile]] = field(default_factory=list)
    series: list[Parsed[SeriesFile]] = field(default_factory=list)
    experiments: list[Parsed[ExperimentsFile]] = field(default_factory=list)

    @cached_property
    def family_ids(self) -> frozenset[str]:
        """Every family that has a file, also when that file has problems."""
        return frozenset(s.stem for s in self.sources.values() if s.kind == "family")


def read_shelf(extra: Path | None) -> Shelf:
    """Every YAML file there is, with the problems that each has by itself."""
    sources, problems = find_sources(extra)
    shelf = Shelf(sources, problems)
    for source in sources.values():
        match source.kind:
            case "framework":
                _put(shelf, source, model=FrameworkFile, into=shelf.frameworks)
            case "family":
                _put(shelf, source, model=FamilyFile, into=shelf.families)
            case "tips":
                _put(shelf, source, model=TipsFile, into=shelf.tips)
            case "any-tips":
                _put(shelf, source, model=AnyTipsFile, into=shelf.any_tips)
            case "series":
                _put(shelf, source, model=SeriesFile, into=shelf.series)
            case "experiments":
                _put(shelf, source, model=ExperimentsFile, into=shelf.experiments)
    return shelf


def _put(shelf: Shelf, source: Source, *, model: type[F], into: list[Parsed[F]]) -> None:
    text = source.text()
    if isinstance(text, Problem):
        shelf.problems.append(text)
        return
    document = read_yaml(text)
    for line, message in document.problems:
        shelf.problems.append(Problem(source.shown, line, message))
    if document.data is None:
        return
    try:
        content = model.model_validate(document.data)
    except ValidationError as error:
        told = {line for line, _ in document.problems}
        found = explain(error, model, document)
        shelf.problems.extend(
            Problem(source.shown, line, what) for line, what in found if line not in told
        )
        return
    if not document.problems:
        into.append(Parsed(source, document, content))
