"""The content files after reading: each checked against its schema, with the lines kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from content.problems import Problem
from content.schema import (
    FRAMEWORK_FILES,
    AnyTipsFile,
    CrosswalkFile,
    ExperimentsFile,
    FamilyFile,
    FrameworkFile,
    GradingFile,
    Head,
    LadderFile,
    NeedsFile,
    ScaleFile,
    SeriesFile,
    Strict,
    TipsFile,
)
from content.schema_errors import explain
from content.sources import Kind, Source, find_sources
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
    role_families: list[Parsed[FrameworkFile]] = field(default_factory=list)
    families: list[Parsed[FamilyFile]] = field(default_factory=list)
    tips: list[Parsed[TipsFile]] = field(default_factory=list)
    any_tips: list[Parsed[AnyTipsFile]] = field(default_factory=list)
    series: list[Parsed[SeriesFile]] = field(default_factory=list)
    experiments: list[Parsed[ExperimentsFile]] = field(default_factory=list)
    ladders: list[Parsed[LadderFile]] = field(default_factory=list)
    gradings: list[Parsed[GradingFile]] = field(default_factory=list)
    scales: list[Parsed[ScaleFile]] = field(default_factory=list)
    needs: list[Parsed[NeedsFile]] = field(default_factory=list)
    crosswalks: list[Parsed[CrosswalkFile]] = field(default_factory=list)

    @cached_property
    def family_ids(self) -> frozenset[str]:
        """Every family that has a file, also when that file has problems."""
        return frozenset(s.stem for s in self.sources.values() if s.kind == "family")

    @cached_property
    def framework_ids(self) -> frozenset[str]:
        """Every framework beside the role families, also when its file has problems."""
        return frozenset(s.folder for s in self.sources.values() if s.kind == "framework")

    @property
    def frameworks(self) -> list[Parsed[Any]]:
        """The frameworks beside the role families, of every kind, in the order of their files."""
        order = {relative: place for place, relative in enumerate(self.sources)}
        every: list[Parsed[Any]] = [*self.ladders, *self.gradings, *self.scales]
        return sorted(every, key=lambda file: order[file.source.relative])


def read_shelf(extra: Path | None) -> Shelf:
    """Every YAML file there is, with the problems that each has by itself."""
    sources, problems = find_sources(extra)
    shelf = Shelf(sources, problems)
    for source in sources.values():
        if source.kind and source.kind != "messages":
            _put(shelf, source)
    return shelf


def _put(shelf: Shelf, source: Source) -> None:
    text = source.text()
    if isinstance(text, Problem):
        shelf.problems.append(text)
        return
    document = read_yaml(text)
    for line, message in document.problems:
        shelf.problems.append(Problem(source.shown, line, message))
    if document.data is None:
        return
    model = _model(source, document)
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
        _shelves(shelf)[model].append(Parsed(source, document, content))


_MODELS: Mapping[Kind, type[Strict]] = {
    "role-families": FrameworkFile,
    "family": FamilyFile,
    "tips": TipsFile,
    "any-tips": AnyTipsFile,
    "series": SeriesFile,
    "experiments": ExperimentsFile,
    "needs": NeedsFile,
    "crosswalk": CrosswalkFile,
}


def _model(source: Source, document: Document) -> type[Strict]:
    """The schema of this file; a framework says its kind itself, and one without is only a head."""
    fixed = _MODELS.get(source.kind) if source.kind else None
    if fixed:
        return fixed
    kind = document.data.get("kind") if isinstance(document.data, dict) else None
    return FRAMEWORK_FILES.get(kind, Head) if isinstance(kind, str) else Head


def _shelves(shelf: Shelf) -> Mapping[type[Strict], list[Any]]:
    return {
        FrameworkFile: shelf.role_families,
        FamilyFile: shelf.families,
        TipsFile: shelf.tips,
        AnyTipsFile: shelf.any_tips,
        SeriesFile: shelf.series,
        ExperimentsFile: shelf.experiments,
        LadderFile: shelf.ladders,
        GradingFile: shelf.gradings,
        ScaleFile: shelf.scales,
        NeedsFile: shelf.needs,
        CrosswalkFile: shelf.crosswalks,
    }
