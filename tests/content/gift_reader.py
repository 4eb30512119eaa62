"""Reads GIFT by the rules of Moodle's documentation, as far as questions with one right answer go."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKS = "\\~=#{}:"
WEIGHT = re.compile(r"%-?[0-9]{1,2}\.?[0-9]*%")
FORMATS = ("[plain]", "[html]", "[moodle]", "[markdown]")


@dataclass(frozen=True)
class Answer:
    text: str
    is_right: bool
    feedback: str


@dataclass(frozen=True)
class Question:
    category: str
    name: str
    text: str
    answers: tuple[Answer, ...]


def read(source: str) -> list[Question]:
    """Return the questions of a file; blank lines part them, and lines with two slashes are left out."""
    questions, category = list[Question](), ""
    lines = [line for line in source.splitlines() if not line.strip().startswith("//")]
    for block in re.split(r"\n\s*\n", "\n".join(lines).strip()):
        if block.startswith("$CATEGORY:"):
            category = block.removeprefix("$CATEGORY:").strip()
        else:
            questions.append(_question(block, category))
    return questions


def _question(block: str, category: str) -> Question:
    _, name, rest = _split(block, "::", most=2)
    text, inside = _split(rest, "{", most=1)
    answers, after = _split(inside, "}", most=1)
    assert after.strip() == "", "words after the answers make it a text with a gap"
    found = tuple(_answers(answers))
    assert sum(one.is_right for one in found) == 1
    return Question(category, _plain(name), _formatted(text), found)


def _answers(text: str) -> Iterator[Answer]:
    sign, words = "", ""
    for place, mark in _marks(text):
        if mark in ("~", "="):
            if sign:
                yield _answer(sign, words)
            sign, words = mark, ""
        else:
            words += text[place : place + len(mark)]
    yield _answer(sign, words)


def _answer(sign: str, words: str) -> Answer:
    text, *feedback = _split(words, "#", most=1)
    assert not WEIGHT.match(text.strip()), "this would be read as a weight"
    return Answer(_formatted(text), sign == "=", _formatted(feedback[0]) if feedback else "")


def _marks(text: str) -> Iterator[tuple[int, str]]:
    """Every character with its place; one after a backslash together with that."""
    place = 0
    while place < len(text):
        size = 2 if text[place] == "\\" and text[place + 1 : place + 2] in {*MARKS, "n"} else 1
        yield place, text[place : place + size]
        place += size


def _split(text: str, mark: str, *, most: int) -> list[str]:
    """Split at the first marks that no backslash stands before."""
    parts, begin, skip = list[str](), 0, 0
    for place, _ in _marks(text):
        if place >= skip and len(parts) < most and text.startswith(mark, place):
            parts.append(text[begin:place])
            begin = skip = place + len(mark)
    return [*parts, text[begin:]]


def _formatted(text: str) -> str:
    """The text without the name of its format, which stands in front once."""
    text = text.strip()
    named = next((name for name in FORMATS if text.startswith(name)), "")
    return _plain(text.removeprefix(named)).strip()


def _plain(text: str) -> str:
    return "".join("\n" if mark == r"\n" else mark[-1] for _, mark in _marks(text))
