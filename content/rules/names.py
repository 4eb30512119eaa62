"""What people type to name a family or a framework: no two of them answer to the same words."""

from collections.abc import Iterator
from typing import Any

from content.problems import Problem
from content.shelf import Parsed, Shelf


def name_problems(shelf: Shelf) -> Iterator[Problem]:
    """Every id, name and command that belongs to something else already.

    What comes with Rungs is first, so that the problem is told where an organization can solve it.
    """
    first: dict[str, tuple[Parsed[Any], str]] = {}
    every = [*shelf.families, *shelf.frameworks]
    for file in sorted(every, key=lambda one: not one.source.built_in):
        for key, typed in _words_for(file):
            owner, where = first.setdefault(_plain(typed), (file, _line(file, key)))
            if owner is not file:
                message = f"'{key}' is '{typed}', as at {where}. Choose another."
                yield file.problem((key,), message)


def _words_for(file: Parsed[Any]) -> Iterator[tuple[str, str]]:
    for key in ("name", "command", "family", "framework"):
        typed = getattr(file.content, key, None)
        if typed is not None:
            yield key, typed


def _line(file: Parsed[Any], key: str) -> str:
    return f"{file.source.shown}:{file.document.line((key,))}"


def _plain(typed: str) -> str:
    """However it is written."""
    return " ".join(typed.casefold().replace("-", " ").replace("_", " ").split())
