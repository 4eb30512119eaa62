"""Texts that are shown together: a list in one block, a page on one screen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from content.limits import SECTION, VIEW_TEXT, length
from content.problems import Problem
from content.shelf import Parsed
from content.strict_yaml import Place

BULLET = len("• \n")


def one_block(
    file: Parsed[Any], place: Place, lists: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    """Each list below its key fits one section."""
    for key, lines in lists.items():
        size = shown_length(lines)
        if size > SECTION:
            message = (
                f"'{key}' has {size} characters in all. Use at most {SECTION}: cut or merge lines."
            )
            yield file.problem((*place, key), message)


def one_screen(
    file: Parsed[Any], place: Place, what: str, texts: Iterable[str]
) -> Iterator[Problem]:
    """All texts that are shown at once fit one message."""
    total = shown_length(list(texts))
    if total > VIEW_TEXT:
        message = f"{what} has {total} characters in all. Use at most {VIEW_TEXT}: cut some lines."
        yield file.problem(place, message)


def shown_length(lines: Sequence[str]) -> int:
    """The length as Slack gets it, with marks escaped and bullets in front."""
    text = "".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return length(text) + BULLET * len(lines)
