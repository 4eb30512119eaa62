"""Texts between which somebody chooses, and which therefore differ."""

from collections.abc import Iterable, Iterator
from typing import Any

from content.problems import Problem
from content.shelf import Parsed
from content.strict_yaml import Place


def alike_problems(file: Parsed[Any], texts: Iterable[tuple[Place, str]]) -> Iterator[Problem]:
    """Every text that stood before among these, each with its place."""
    seen: dict[str, int] = {}
    for place, text in texts:
        plain = text.casefold()
        if plain in seen:
            message = f"{_told(place)} is the same as on line {seen[plain]}. Write another."
            yield file.problem(place, message)
        seen.setdefault(plain, file.document.line(place))


def _told(place: Place) -> str:
    last = place[-1]
    return f"'{last}'" if isinstance(last, str) else f"Entry {last + 1} of '{place[-2]}'"
