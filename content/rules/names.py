"""Rules of ids and names that only one thing may have."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from content.fields import HasId
from content.files import ContentFile, ContentFiles
from content.problems import Problem
from content.strict_yaml import KeyPath


class HasName(Protocol):
    """An entry with a name."""

    @property
    def name(self) -> str: ...


Named = tuple[ContentFile[Any], KeyPath, str]
"""An id or a name, with its file and its place there."""


def id_problems(files: ContentFiles) -> Iterator[Problem]:
    """Every id that stands in two places."""
    yield from _repeated(_practices(files))
    yield from _repeated(_figures(files))
    yield from _repeated(_experiments(files))
    yield from _repeated((file, ("series",), file.content.id) for file in files.series)
    for family in files.families:
        yield from _repeated(_ids(family, ("questions",), family.content.questions))
    for framework in files.role_families:
        yield from _repeated(_ids(framework, ("skills",), framework.content.skills))
        yield from _repeated(_ids(framework, ("functions",), framework.content.functions))
    yield from _framework_id_problems(files)


def _framework_id_problems(files: ContentFiles) -> Iterator[Problem]:
    """The ids inside each framework beside the role families; answers are stored under them."""
    for ladder in files.ladders:
        yield from _repeated(_ids(ladder, ("levels",), ladder.content.levels))
        yield from _repeated(_names(ladder, ("levels",), ladder.content.levels))
        yield from _repeated(_nested_ids(ladder, "levels", "behaviors"))
    for grading in files.gradings:
        yield from _repeated(_ids(grading, ("criteria",), grading.content.criteria))
        yield from _repeated(_names(grading, ("criteria",), grading.content.criteria))
        yield from _repeated(_names(grading, ("levels",), grading.content.levels))
        yield from _repeated((*_signs(grading, "levels"), *_signs(grading, "announced")))
    for scale in files.scales:
        yield from _repeated(_ids(scale, ("questions",), scale.content.questions))
    for needs in files.needs:
        yield from _repeated(_ids(needs, ("questions",), needs.content.questions))
        yield from _repeated(_nested_ids(needs, "questions", "needs"))


def _repeated(named: Iterable[Named]) -> Iterator[Problem]:
    """Every name that stood in another place before."""
    first: dict[str, str] = {}
    for file, place, name in named:
        if file.is_broken(place):
            continue
        here = file.where(place)
        other = first.setdefault(name.casefold(), here)
        if other != here:
            message = f"'{place[-1]}' is '{name}', already used at {other}. Choose another."
            yield from file.problem(place, message)


def _practices(files: ContentFiles) -> Iterator[Named]:
    """Everything that a member can try; what somebody did is stored under these ids."""
    every: list[ContentFile[Any]] = [*files.families, *files.scales, *files.steps, *files.any_steps]
    for file in every:
        yield from _ids(file, ("tips",), file.content.step_entries)
        yield from _ids(file, ("evidence",), file.content.evidence)
    for series in files.series:
        yield from _ids(series, ("lessons",), series.content.lessons)
    for ladder in files.ladders:
        for number, level in enumerate(ladder.content.levels):
            for at, behavior in enumerate(level.behaviors):
                place = ("levels", number, "behaviors", at, "practice", "id")
                yield ladder, place, behavior.practice.id


def _experiments(files: ContentFiles) -> Iterator[Named]:
    """Every experiment; what a team has tried is stored under these ids."""
    for file in files.experiments:
        yield from _ids(file, ("experiments",), file.content.experiments)


def _figures(files: ContentFiles) -> Iterator[Named]:
    for framework in files.role_families:
        yield from _ids(framework, ("figures",), framework.content.figures)
    for family in files.families:
        for number, level in enumerate(family.content.levels):
            yield from _ids(family, ("levels", number, "figures"), level.figures)


def _ids(file: ContentFile[Any], place: KeyPath, entries: Iterable[HasId]) -> Iterator[Named]:
    for number, entry in enumerate(entries):
        yield file, (*place, number, "id"), entry.id


def _names(file: ContentFile[Any], place: KeyPath, entries: Iterable[HasName]) -> Iterator[Named]:
    for number, entry in enumerate(entries):
        yield file, (*place, number, "name"), entry.name


def _nested_ids(file: ContentFile[Any], outer: str, inner: str) -> Iterator[Named]:
    """The ids in a list of each entry of a list; they are unique over all entries."""
    for number, entry in enumerate(getattr(file.content, outer)):
        yield from _ids(file, (outer, number, inner), getattr(entry, inner))


def _signs(file: ContentFile[Any], key: str) -> Iterator[Named]:
    for number, one in enumerate(getattr(file.content, key)):
        yield file, (key, number, "sign"), one.sign


def name_problems(files: ContentFiles) -> Iterator[Problem]:
    """Every id, name and command of a family or a framework that belongs to another one already.

    The built-in files come first, so that a problem names the file that an organization can change.
    """
    first: dict[str, tuple[ContentFile[Any], str]] = {}
    every = [*files.families, *files.frameworks]
    for file in sorted(every, key=lambda one: not one.source.built_in):
        for key, typed in _typed_words(file):
            owner, position = first.setdefault(_plain(typed), (file, file.where((key,))))
            if owner is not file:
                message = f"'{key}' is '{typed}', already used at {position}. Choose another."
                yield from file.problem((key,), message)


def _typed_words(file: ContentFile[Any]) -> Iterator[tuple[str, str]]:
    """What people may type to name this family or framework, by the key under which it stands."""
    own = "family" if file.source.kind == "family" else "framework"
    command = getattr(file.content, "command", None)
    words = {"name": file.content.name, "command": command, own: file.content.id}
    for key, typed in words.items():
        if typed is not None and not file.is_broken((key,)):
            yield key, typed


def _plain(typed: str) -> str:
    """The words without the differences that people do not notice: case, hyphens, spaces."""
    return " ".join(typed.casefold().replace("-", " ").replace("_", " ").split())


NAME_RULES = (id_problems, name_problems)
