"""Items of knowledge checks as GIFT, the plain text that Moodle and other learning platforms import.

A backslash escapes the special characters of GIFT, and a line break is written as backslash and n: a blank
line would end the question, and a line that begins with two slashes would be left out.
"""

import re
from collections.abc import Iterable, Iterator

from coaching.items import Item, Option, Skill

_MARKS = re.compile(r"[\\~=#{}:]")
_READ_AS_FORMAT = ("[", "%")
"""What begins a format or a weight; in front of it the format is named."""

PLAIN = "[plain]"


def gift_of(skills: Iterable[Skill]) -> str:
    """Return the items of these skills that may be asked, each skill in a category of its own."""
    return "\n\n".join(
        "\n\n".join((f"$CATEGORY: Rungs/{_title(skill.title)}", *map(_question, skill.items)))
        for skill in skills
        if skill.items
    )


def _question(item: Item) -> str:
    return "\n".join(_lines(item))


def _lines(item: Item) -> Iterator[str]:
    asked = "\n\n".join((item.case, item.question))
    yield f"::{_escaped(item.id)}::{PLAIN}{_escaped(asked)} {{"
    yield from map(_answer, item.options)
    yield "}"


def _answer(option: Option) -> str:
    sign = "=" if option.right else "~"
    return f"{sign}{_text(option.text)} #{_text(option.why)}"


def _text(text: str) -> str:
    """An answer or its feedback, which begins with no mark that would be read as something else."""
    return f"{PLAIN if text.startswith(_READ_AS_FORMAT) else ''}{_escaped(text)}"


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", text).replace("\n", r"\n")


def _title(text: str) -> str:
    """The title as the name of a category, in which a slash would begin another one."""
    return text.replace("/", "//")
