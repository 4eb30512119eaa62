"""How the built-in content reads: short sentences, plain words, and steps that begin in different ways."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pyphen import Pyphen  # type: ignore[import-untyped]

from coaching.mean_score import Question
from coaching.steps import StepContent
from content.limits import SENTENCE_WORDS
from content.loader import load_library
from content.rules.texts import count_words, sentences
from content.templates import read_messages

GRADE = 7.5
"""The highest Flesch-Kincaid grade: 8, less half a grade, because Pyphen misses one syllable in 25."""

FEW = 12
"""The grade of fewer words than these says nothing."""

TRADE_WORDS = (Path(__file__).parent / "trade_words.txt").read_text().splitlines()
TRADE = re.compile(
    r"\b(?:{})s?\b".format("|".join(map(re.escape, sorted(TRADE_WORDS, key=len, reverse=True)))),
    re.IGNORECASE,
)
"""Words that people in a job use every day count as one syllable, whatever their length."""

OTHERWISE = re.compile(r"\{%-? (?:else|elif).*?%\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}|`[^`]*`", re.DOTALL)
VALUE = re.compile(r"\{\{.*?\}\}")
WORD = re.compile(r"[A-Za-z0-9'’-]+")
SYLLABLES = Pyphen(lang="en_US")


def steps() -> list[StepContent]:
    library = load_library()
    every = (step for one in library.frameworks for step in library.steps_for(one))
    lessons = (lesson for series in library.series for lesson in series.steps_for(""))
    return [*library.steps, *lessons, *every]


def texts() -> Iterator[tuple[str, str]]:
    """Everything that is read at once, with its name."""
    library = load_library()
    for step in steps():
        yield step.id, joined(step.title, step.when, step.why, f"Done when: {step.done_when}")
    for family in library.families.values():
        for question in family.questions:
            yield f"{family.id}/{question.id}", question_text(question)
        for counted in family.counts:
            name = f"{family.id}/{counted.question}, what counts at tier {counted.tier}"
            yield name, counted.text
    for one in library.experiments:
        yield one.id, joined(one.title, one.together, one.why, f"Done when: {one.done_when}")
    for permission in library.access.permissions.values():
        yield permission.id, joined(permission.title, permission.lets)
    for training in library.access.trainings.values():
        yield training.id, joined(training.title, training.about)
    for entry in read_messages(None).messages.values():
        either = OTHERWISE.sub("\n", entry.text)
        for line in VALUE.sub("x", TAG.sub(" ", either)).splitlines():
            yield f"message {entry.name}", line.replace("*", "").strip()


def question_text(question: Question) -> str:
    return joined(question.text, *(answer.text for answer in question.answers))


def joined(*parts: str) -> str:
    return " ".join(part if part.endswith((".", "?")) else f"{part}." for part in parts)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text, without the trade's own words."""
    plain = TRADE.sub("x", text)
    words, count = WORD.findall(plain), max(1, len(sentences(plain)))
    return 0.39 * len(words) / count + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@cache
def syllables(word: str) -> int:
    return len(SYLLABLES.positions(word)) + 1


def test_long_sentences_and_long_words_are_hard_to_read() -> None:
    plain = "You can read this line at once, and then you know what to do."
    assert grade(plain) < GRADE
    assert grade(plain.replace(".", " and ") * 2) > GRADE
    assert grade("Subsequently reconsider fundamental methodological assumptions.") > GRADE


def test_every_text_is_read_without_effort() -> None:
    long = [(name, text) for name, text in texts() if count_words(text) >= FEW]
    assert [f"{grade(text):.1f} {name}: {text}" for name, text in long if grade(text) > GRADE] == []


def test_no_sentence_is_too_long_and_none_ends_with_an_exclamation_mark() -> None:
    found = [(name, sentence) for name, text in texts() for sentence in sentences(text)]
    assert [one for one in found if count_words(one[1]) > SENTENCE_WORDS or "!" in one[1]] == []


def test_steps_begin_in_different_ways() -> None:
    openings = Counter(" ".join(step.when.lower().split()[:2]) for step in steps())
    most, count = openings.most_common(1)[0]
    assert count <= len(steps()) / 10, f"{count} of {len(steps())} steps begin with '{most}'."
