"""A family's file: its levels, its questions, and texts that fit one screen."""

from collections.abc import Iterator, Sequence

from coaching.tiers import LEVELS, TIERS
from content.limits import SECTION, VIEW_TEXT, length
from content.problems import Problem
from content.rules.order import in_order
from content.schema import FamilyFile, LevelEntry, QuestionEntry
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place

RESERVED = ("any", "framework", "any-family")
"""Names of files that are no families."""

BULLET = len("• \n")


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
            yield from _answers(file, ("questions", number, "answers"), question)


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


def _answers(file: Parsed[FamilyFile], place: Place, question: QuestionEntry) -> Iterator[Problem]:
    yield from in_order(file, place, [answer.level for answer in question.answers], LEVELS)
    seen: dict[str, int] = {}
    for number, answer in enumerate(question.answers):
        text = answer.text.casefold()
        here = (*place, number, "text")
        if text in seen:
            message = f"'text' is the same as on line {seen[text]}. Write five different answers."
            yield file.problem(here, message)
        seen.setdefault(text, file.document.line(here))


def _one_screen(file: Parsed[FamilyFile], place: Place, level: LevelEntry) -> Iterator[Problem]:
    """A level is read on one screen, each of its lists in one section."""
    figures = [f"{figure.text}{figure.source}{figure.year}" for figure in level.figures]
    lists = {"looks_like": level.looks_like, "figures": figures, "warnings": level.warnings}
    for key, lines in lists.items():
        size = _shown_length(lines)
        if size > SECTION:
            message = (
                f"'{key}' has {size} characters in all. Use at most {SECTION}: cut or merge lines."
            )
            yield file.problem((*place, key), message)
    total = sum(map(_shown_length, (*lists.values(), [level.is_, level.shift])))
    if total > VIEW_TEXT:
        message = (
            f"This level has {total} characters in all. Use at most {VIEW_TEXT}: cut some lines."
        )
        yield file.problem(place, message)


def _shown_length(lines: Sequence[str]) -> int:
    """The length as Slack gets it, with marks escaped and bullets in front."""
    text = "".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return length(text) + BULLET * len(lines)
