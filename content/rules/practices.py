"""How tips, evidence steps and lessons are worded."""

from collections.abc import Iterator
from typing import Any

from content.limits import SENTENCE_WORDS, TIP_WORDS, TITLE_WORDS
from content.problems import Problem
from content.schema import ExperimentEntry, Practice
from content.shelf import Parsed
from content.strict_yaml import Place
from content.words import count_words, sentences


def practice_problems(file: Parsed[Any], place: Place, practice: Practice) -> Iterator[Problem]:
    """What is wrong with the words of one practice."""
    for key, message in _wording(practice):
        yield file.problem((*place, key), f"'{key}' {message}")
    yield from ending_problems(file, place, practice)
    texts = {"title": practice.title, "when": practice.when, "why": practice.why}
    texts["done_when"] = practice.done_when
    for key, text in texts.items():
        yield from sentence_problems(file, (*place, key), text)
    words = sum(map(count_words, texts.values()))
    if words > TIP_WORDS:
        message = (
            f"'{practice.id}' has {words} words in all. Use at most {TIP_WORDS}: keep one action."
        )
        yield file.problem(place, message)


def sentence_problems(file: Parsed[Any], place: Place, text: str) -> Iterator[Problem]:
    """Sentences that take two readings."""
    for sentence in sentences(text):
        words = count_words(sentence)
        if words > SENTENCE_WORDS:
            start = " ".join(sentence.split()[:5])
            message = f"The sentence '{start} …' has {words} words. Split it"
            yield file.problem(place, f"{message}: use at most {SENTENCE_WORDS}.")


def ending_problems(
    file: Parsed[Any], place: Place, written: Practice | ExperimentEntry
) -> Iterator[Problem]:
    """How title, reason and end of a practice or an experiment begin and end."""
    for key, message in _endings(written):
        yield file.problem((*place, key), f"'{key}' {message}")


def _wording(practice: Practice) -> Iterator[tuple[str, str]]:
    words = count_words(practice.title)
    if words > TITLE_WORDS:
        yield "title", f"has {words} words. Use at most {TITLE_WORDS}: a verb and its object."
    if not practice.when.startswith("When "):
        start = " ".join(practice.when.split()[:3])
        yield "when", f"starts with '{start}'. Start with 'When ' and a moment of every week."


def _endings(written: Practice | ExperimentEntry) -> Iterator[tuple[str, str]]:
    if written.title.endswith("."):
        yield "title", "ends with a period. Delete it."
    if len(sentences(written.why)) > 1:
        yield (
            "why",
            f"has {len(sentences(written.why))} sentences. Keep the one that matters most.",
        )
    if written.done_when.endswith("."):
        yield "done_when", "ends with a period. Delete it: the text completes 'Done when: …'."
    if written.done_when[:1].isupper() and written.done_when[1:2].islower():
        yield "done_when", "starts with a capital. Use a small letter: it completes 'Done when: …'."
