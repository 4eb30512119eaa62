"""Rules of ids, names, and phrases: none stands for two things, and Rungs knows what each phrase means."""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, Protocol

from coaching.phrases import MOST_WORDS, PhraseProblem, plain_words, ways_to_say
from content.fields import HasId
from content.files import ContentFile, ContentFiles, built_in_intents
from content.problems import Problem, did_you_mean, quoted
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
    yield from _repeated(_items(files))
    for name in ("permissions", "trainings", "approvers"):
        yield from _repeated(_access(files, name))
    for skills in files.skills:
        yield from _repeated(_ids(skills, ("skills",), skills.content.skills))
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


def _items(files: ContentFiles) -> Iterator[Named]:
    """Every item of a knowledge check; answers are stored under these ids."""
    for file in files.items:
        yield from _ids(file, ("items",), file.content.items)


def _access(files: ContentFiles, name: str) -> Iterator[Named]:
    """Every permission, training or approver; what somebody has is stored under these ids."""
    for file in files.access:
        yield from _ids(file, (name,), getattr(file.content, name))


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


def phrase_problems(files: ContentFiles) -> Iterator[Problem]:
    """Every phrase that cannot be typed, or that means something else in another place.

    The built-in files come first, so that a problem names the file that an organization can change.
    """
    first: dict[tuple[str, ...], tuple[str, str]] = {}
    for file in sorted(files.phrases, key=lambda one: not one.source.built_in):
        for place, text in file.content.courtesy_positions():
            _, advice = _ways(text)
            yield from file.problem(place, advice) if advice else ()
        for place, phrase in file.content.positions():
            here = file.where(place)
            ways, advice = _ways(phrase.text)
            if advice:
                yield from file.problem(place, advice)
            for words in ways:
                means, other = first.setdefault(words, (phrase.means, here))
                if means != phrase.means:
                    said = f"'{' '.join(words)}' already means '{means}', at {other}."
                    yield from file.problem(place, f"{said} Remove it in one of the two places.")


def reserved_problems(files: ContentFiles, reserved: Collection[str]) -> Iterator[Problem]:
    """Every phrase that is a reserved word: the command of that name would never be reached."""
    commands = {plain_words(word): word for word in reserved}
    for file in files.phrases:
        for place, phrase in file.content.positions():
            for words in sorted(commands.keys() & set(_ways(phrase.text)[0])):
                message = f"'{commands[words]}' is a command's word. Remove it."
                yield from file.problem(place, message)


@lru_cache(maxsize=1024)
def _ways(text: str) -> tuple[tuple[tuple[str, ...], ...], str | None]:
    """Return the ways to say this, and what is wrong with it if anything is. Two rules ask for each."""
    try:
        ways = tuple(ways_to_say(text))
    except PhraseProblem as problem:
        return (), f"{quoted(text)} {problem}"
    if all(0 < len(words) <= MOST_WORDS for words in ways):
        return ways, None
    return (), f"{quoted(text)} has a way to say it without words, or with more than {MOST_WORDS}."


def meaning_problems(files: ContentFiles) -> Iterator[Problem]:
    """Every meaning that Rungs does not know."""
    known = built_in_intents()
    for file in files.phrases:
        for number, intent in enumerate(file.content.intents):
            if intent.means not in known:
                hint = did_you_mean(intent.means, known)
                yield from file.problem(
                    ("intents", number, "means"), f"'means' is '{intent.means}'.{hint}"
                )


PHRASE_RULES = (phrase_problems, meaning_problems)
