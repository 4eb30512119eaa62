"""Checks that several rules use: wording, texts that differ, numbers in order, room on a screen."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from content.files import ContentFile
from content.limits import (
    FIGURE_YEARS,
    SECTION,
    SENTENCE_WORDS,
    STEP_WORDS,
    TITLE_WORDS,
    VIEW_TEXT,
    length,
)
from content.practices import ExperimentEntry, Practice
from content.problems import Problem
from content.strict_yaml import KeyPath

_END = re.compile(r"(?<=[.?!])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9])")


@lru_cache(maxsize=8192)
def count_words(text: str) -> int:
    """The words of a text; signs that stand alone do not count. Several rules count the same texts."""
    return sum(any(map(str.isalnum, part)) for part in text.split())


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return [part for part in _END.split(text) if part.strip()]


BULLET = len("• \n")


def practice_problems(
    file: ContentFile[Any], place: KeyPath, practice: Practice
) -> Iterator[Problem]:
    """What is wrong with the words of a step, a lesson, or the practice of a ladder."""
    words = count_words(practice.title)
    if words > TITLE_WORDS:
        message = f"'title' has {words} words. Use at most {TITLE_WORDS}: a verb and its object."
        yield from file.problem((*place, "title"), message)
    yield from _ending_problems(file, place, practice)
    texts = {"title": practice.title, "when": practice.when, "why": practice.why}
    texts["done_when"] = practice.done_when
    yield from _length_problems(file, place, practice.id, texts, keep="one action")


def missing_example_problems(
    file: ContentFile[Any], place: KeyPath, practice: Practice
) -> Iterator[Problem]:
    """A problem if a step or a practice that comes with Rungs has no example, or one of a single line."""
    advice = "Write two to four lines of real text."
    if file.source.built_in and practice.example is None:
        yield from file.problem(place, f"'{practice.id}' has no 'example'. {advice}")
    elif file.source.built_in and len((practice.example or "").splitlines()) == 1:
        yield from file.problem((*place, "example"), f"'example' has one line. {advice}")


def experiment_text_problems(
    file: ContentFile[Any], place: KeyPath, entry: ExperimentEntry
) -> Iterator[Problem]:
    """What is wrong with the words of a team experiment."""
    yield from _ending_problems(file, place, entry)
    texts = {"title": entry.title, "together": entry.together, "why": entry.why}
    texts["done_when"] = entry.done_when
    yield from _length_problems(file, place, entry.id, texts, keep="one thing")


def _length_problems(
    file: ContentFile[Any], place: KeyPath, owner: str, texts: Mapping[str, str], *, keep: str
) -> Iterator[Problem]:
    """Sentences that are too long, and too many words over all of these texts."""
    for key, text in texts.items():
        yield from sentence_problems(file, (*place, key), text)
    words = sum(map(count_words, texts.values()))
    if words > STEP_WORDS:
        message = f"'{owner}' has {words} words in all. Use at most {STEP_WORDS}: keep {keep}."
        yield from file.problem(place, message)


def sentence_problems(file: ContentFile[Any], place: KeyPath, text: str) -> Iterator[Problem]:
    """Every sentence of this text that is too long."""
    for sentence in sentences(text):
        words = count_words(sentence)
        if words > SENTENCE_WORDS:
            start = " ".join(sentence.split()[:5])
            message = f"The sentence '{start} …' has {words} words. Split it"
            yield from file.problem(place, f"{message}: use at most {SENTENCE_WORDS}.")


def _ending_problems(
    file: ContentFile[Any], place: KeyPath, entry: Practice | ExperimentEntry
) -> Iterator[Problem]:
    """How title, reason and end of a practice or an experiment have to begin and end."""
    for key, message in _endings(entry):
        yield from file.problem((*place, key), f"'{key}' {message}")


def _endings(entry: Practice | ExperimentEntry) -> Iterator[tuple[str, str]]:
    if entry.title.endswith("."):
        yield "title", "ends with a period. Delete it."
    reasons = len(sentences(entry.why))
    if reasons > 1:
        yield "why", f"has {reasons} sentences. Keep the one that matters most."
    if entry.done_when.endswith("."):
        yield "done_when", "ends with a period. Delete it: the text completes 'Done when: …'."
    if entry.done_when[:1].isupper() and entry.done_when[1:2].islower():
        yield "done_when", "starts with a capital. Use a small letter: it completes 'Done when: …'."


def alike_problems(
    file: ContentFile[Any], texts: Iterable[tuple[KeyPath, str]]
) -> Iterator[Problem]:
    """Every text, with its place, that is the same as one before it."""
    for place, line in _repeated(file, texts):
        last = place[-1]
        name = f"'{last}'" if isinstance(last, str) else f"Entry {last + 1} of '{place[-2]}'"
        yield from file.problem(place, f"{name} is the same as on line {line}. Write another.")


def answer_text_problems(
    file: ContentFile[Any], texts: Iterable[tuple[KeyPath, str]]
) -> Iterator[Problem]:
    """Every answer of a question that is the same as one before it."""
    for place, line in _repeated(file, texts):
        message = f"'text' is the same as on line {line}. Write five different answers."
        yield from file.problem(place, message)


def _repeated(
    file: ContentFile[Any], texts: Iterable[tuple[KeyPath, str]]
) -> Iterator[tuple[KeyPath, int]]:
    """The place of each text that stood before, with the line where it stood first."""
    first: dict[str, int] = {}
    for place, text in texts:
        plain = text.casefold()
        if plain in first:
            yield place, first[plain]
        first.setdefault(plain, file.document.line(place))


def order_problems(
    file: ContentFile[Any], place: KeyPath, found: Sequence[float], expected: Sequence[float]
) -> Iterator[Problem]:
    """A problem unless the entries at `place` are exactly `expected`, in this order.

    None while an entry there has a broken value, which may be the number itself.
    """
    if list(found) != list(expected) and not file.has_broken(place):
        message = f"'{place[-1]}' is for {_numbers(found)}. Write one entry each, in order"
        yield from file.problem(place, f"{message}: {_numbers(expected)}.")


def _numbers(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers) or "nothing"


def year_problem(file: ContentFile[Any], place: KeyPath, year: int) -> Iterator[Problem]:
    """A problem if the year of a source, at this place, cannot be right."""
    first, last = FIGURE_YEARS
    if not first <= year <= last:
        message = f"'year' is {year}. Write the year of the source, {first} to {last}."
        yield from file.problem(place, message)


def section_problems(
    file: ContentFile[Any], place: KeyPath, lists: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    """Each list, by its key at this place, that does not fit one section of Slack."""
    for key, lines in lists.items():
        size = slack_length(lines)
        if size > SECTION:
            message = (
                f"'{key}' has {size} characters in all. Use at most {SECTION}: cut or merge lines."
            )
            yield from file.problem((*place, key), message)


def screen_problems(
    file: ContentFile[Any], place: KeyPath, what: str, texts: Iterable[str]
) -> Iterator[Problem]:
    """A problem if texts that are shown at once do not fit one message of Slack."""
    total = slack_length(list(texts))
    if total > VIEW_TEXT:
        message = f"{what} has {total} characters in all. Use at most {VIEW_TEXT}: cut some lines."
        yield from file.problem(place, message)


def slack_length(lines: Sequence[str]) -> int:
    """The length in Slack, with marks escaped and bullets in front of the lines."""
    text = "".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return length(text) + BULLET * len(lines)
