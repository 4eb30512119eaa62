"""Content files after reading: each checked against its schema, with the line of every value."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from content.access import AccessFile
from content.entries import entries_in
from content.families import Family, Framework
from content.fields import LENIENT, LENIENT_LISTS, Entry, LimitError
from content.items import ItemsFile, SkillsFile
from content.ladders import (
    FRAMEWORKS,
    Crosswalk,
    GradingFramework,
    Head,
    LadderFramework,
    ScaleFramework,
)
from content.limits import FILE_PROBLEMS
from content.needs import NeedsFile
from content.phrases import PhrasesFile
from content.practices import AnyStepsFile, ExperimentsFile, Series, StepsFile
from content.problems import Problem
from content.sandboxes import RisksFile
from content.schema_errors import explain
from content.sources import Folders, Source, SourceKind, find_sources
from content.strict_yaml import Document, KeyPath, read_yaml

F = TypeVar("F", bound=Entry)


@dataclass(frozen=True)
class ContentFile(Generic[F]):
    """A file with its content; `broken` are the places of values that could not be read.

    In place of a broken value the content has an empty one, so rules that compare values with each other
    have to ask whether those are broken.
    """

    source: Source
    document: Document
    content: F
    broken: frozenset[KeyPath] = frozenset()

    @cached_property
    def entries(self) -> Mapping[str, list[str]]:
        """The texts of every entry that has an id, each on one line, by that id."""
        return entries_in(self.document.data)

    def problem(self, place: KeyPath, message: str) -> Iterator[Problem]:
        """A problem with the value at this place; none if the value is broken and reported already."""
        if not self.is_broken(place):
            yield Problem(self.source.display_path, self.document.line(place), message)

    def where(self, place: KeyPath) -> str:
        """Return the file and line of the value at this place, as problems name them."""
        return f"{self.source.display_path}:{self.document.line(place)}"

    def is_broken(self, *places: KeyPath) -> bool:
        """Whether any of these values, or a value around it, could not be read."""
        return any(place[: len(one)] == one for place in places for one in self.broken)

    def has_broken(self, place: KeyPath) -> bool:
        """Whether the value at this place, or a value inside it, could not be read."""
        return self.is_broken(place) or any(one[: len(place)] == place for one in self.broken)


@dataclass
class ContentFiles:
    """All files of each kind, and the problems that each has by itself.

    A file that is not YAML, or whose kind is unknown, is in `sources` and in none of the lists.
    """

    sources: Mapping[str, Source]
    problems: list[Problem]
    role_families: list[ContentFile[Framework]] = field(default_factory=list)
    families: list[ContentFile[Family]] = field(default_factory=list)
    steps: list[ContentFile[StepsFile]] = field(default_factory=list)
    any_steps: list[ContentFile[AnyStepsFile]] = field(default_factory=list)
    series: list[ContentFile[Series]] = field(default_factory=list)
    experiments: list[ContentFile[ExperimentsFile]] = field(default_factory=list)
    ladders: list[ContentFile[LadderFramework]] = field(default_factory=list)
    gradings: list[ContentFile[GradingFramework]] = field(default_factory=list)
    scales: list[ContentFile[ScaleFramework]] = field(default_factory=list)
    needs: list[ContentFile[NeedsFile]] = field(default_factory=list)
    crosswalks: list[ContentFile[Crosswalk]] = field(default_factory=list)
    phrases: list[ContentFile[PhrasesFile]] = field(default_factory=list)
    skills: list[ContentFile[SkillsFile]] = field(default_factory=list)
    items: list[ContentFile[ItemsFile]] = field(default_factory=list)
    access: list[ContentFile[AccessFile]] = field(default_factory=list)
    sandbox: list[ContentFile[RisksFile]] = field(default_factory=list)

    @cached_property
    def family_ids(self) -> frozenset[str]:
        """Every family that has a file, even one that could not be read."""
        return frozenset(s.stem for s in self.sources.values() if s.kind == "family")

    @cached_property
    def framework_ids(self) -> frozenset[str]:
        """Every framework beside the role families that has a file, even one that could not be read."""
        return frozenset(s.folder for s in self.sources.values() if s.kind == "framework")

    @cached_property
    def by_path(self) -> Mapping[str, ContentFile[Any]]:
        """Every file that could be read, by its path; asked for when all have been read."""
        every: list[ContentFile[Any]] = [one for files in _files_of(self).values() for one in files]
        return {file.source.relative: file for file in every}

    @property
    def frameworks(self) -> list[ContentFile[Any]]:
        """The frameworks beside the role families, of every kind, in the order of their files."""
        order = {relative: place for place, relative in enumerate(self.sources)}
        every: list[ContentFile[Any]] = [*self.ladders, *self.gradings, *self.scales]
        return sorted(every, key=lambda file: order[file.source.relative])


def read_files(extra: Folders) -> ContentFiles:
    """Read every YAML file except messages, with the problems that each has by itself."""
    sources, problems = find_sources(extra)
    files = ContentFiles(sources, problems)
    for source in sources.values():
        if source.kind and source.kind != "messages":
            file, found = read_built_in(source) if source.built_in else _read(source)
            files.problems.extend(found)
            if file:
                _files_of(files)[type(file.content)].append(file)
    return files


@cache
def built_in_intents() -> frozenset[str]:
    """The names of what the built-in phrases mean; Rungs can do nothing else."""
    phrases = (source for source in find_sources(None)[0].values() if source.kind == "phrases")
    files = (read_built_in(source)[0] for source in phrases)
    return frozenset(intent.means for file in files if file for intent in file.content.intents)


Reading = tuple[ContentFile[Any] | None, tuple[Problem, ...]]
"""The content of a file, as far as there is any, and the problems that it has by itself."""


@cache
def read_built_in(source: Source) -> Reading:
    """Read a built-in file once in a process: they do not change while it runs."""
    return _read(source)


def _read(source: Source) -> Reading:
    text = source.text()
    if isinstance(text, Problem):
        return None, (text,)
    document = read_yaml(text)
    model = _model(source, document)
    errors: list[ErrorDetails] = []
    file = None
    if document.data is not None:
        content, errors = _validate(model, document.data)
        if content is not None and model is not Head:
            broken = frozenset(error["loc"] for error in errors if not _is_limit(error))
            file = ContentFile(source, document, content, broken)
    found = explain(errors, model, document)
    return file, tuple(Problem(source.display_path, line, message) for line, message in found)


def _validate(model: type[F], data: object) -> tuple[F | None, list[ErrorDetails]]:
    """Validate the data, and find all errors in it.

    Data with errors is validated again, each time with the structure mended that the last round found
    broken, until the rest of it becomes content too. Returns None for data that is no group of keys.
    """
    errors: list[ErrorDetails] = []
    context: str | None = None
    while True:
        try:
            return model.model_validate(data, context=context), errors
        except ValidationError as error:
            found = error.errors(include_url=False)
            if len(found) > FILE_PROBLEMS:
                return None, [*errors, *found][: FILE_PROBLEMS + 1]
            data = data if errors else deepcopy(data)
            errors += [new for new in found if not _is_known(new, errors)]
            if context == LENIENT_LISTS or any(not one["loc"] for one in found):
                return None, errors
            mended = [_mend(data, one) for one in found]
            context = LENIENT if any(mended) or context is None else LENIENT_LISTS


def _is_known(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether the value of this error, or one around it, has an error that mending changed."""
    return any(error["loc"][: len(one["loc"])] == one["loc"] for one in errors)


def _mend(data: Any, error: ErrorDetails) -> bool:
    """Repair the structure in place: unknown keys go, missing ones become empty."""
    *way, last = error["loc"]
    for part in way:
        data = data[part]
    match error["type"]:
        case "extra_forbidden":
            del data[last]
        case "missing":
            data[last] = None
        case "model_type" | "dict_type":
            data[last] = {}
        case _:
            return False
    return True


def _is_limit(error: ErrorDetails) -> bool:
    """Whether only the length or the wording of the value is wrong."""
    return isinstance(error.get("ctx", {}).get("error"), LimitError)


_MODELS: Mapping[SourceKind, type[Entry]] = {
    "role-families": Framework,
    "family": Family,
    "steps": StepsFile,
    "any-steps": AnyStepsFile,
    "series": Series,
    "experiments": ExperimentsFile,
    "needs": NeedsFile,
    "crosswalk": Crosswalk,
    "phrases": PhrasesFile,
    "skills": SkillsFile,
    "items": ItemsFile,
    "access": AccessFile,
    "sandbox": RisksFile,
}


def _model(source: Source, document: Document) -> type[Entry]:
    """The schema of this file. A framework's file names its kind; without a known kind it is a Head."""
    fixed = _MODELS.get(source.kind) if source.kind else None
    if fixed:
        return fixed
    kind = document.data.get("kind") if isinstance(document.data, dict) else None
    return FRAMEWORKS.get(kind, Head) if isinstance(kind, str) else Head


def _files_of(files: ContentFiles) -> Mapping[type[Entry], list[Any]]:
    return {
        Framework: files.role_families,
        Family: files.families,
        StepsFile: files.steps,
        AnyStepsFile: files.any_steps,
        Series: files.series,
        ExperimentsFile: files.experiments,
        LadderFramework: files.ladders,
        GradingFramework: files.gradings,
        ScaleFramework: files.scales,
        NeedsFile: files.needs,
        Crosswalk: files.crosswalks,
        PhrasesFile: files.phrases,
        SkillsFile: files.skills,
        ItemsFile: files.items,
        AccessFile: files.access,
        RisksFile: files.sandbox,
    }
