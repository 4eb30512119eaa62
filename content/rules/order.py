"""Lists that hold fixed numbers in a fixed order."""

from collections.abc import Iterator, Sequence
from typing import Any

from content.problems import Problem
from content.shelf import Parsed
from content.strict_yaml import Place


def in_order(
    file: Parsed[Any], place: Place, found: Sequence[float], expected: Sequence[float]
) -> Iterator[Problem]:
    """A problem unless the entries at `place` are exactly `expected`, in this order."""
    if list(found) != list(expected):
        message = f"{_told(place)} is for {_numbers(found)}. Write one entry each, in order"
        yield file.problem(place, f"{message}: {_numbers(expected)}.")


def _told(place: Place) -> str:
    return f"'{place[-1]}'"


def _numbers(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers) or "nothing"
