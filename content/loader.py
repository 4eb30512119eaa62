"""The door to the content: everything that the coach knows, or everything that is wrong with it."""

from pathlib import Path

from content.build import build
from content.model import Library
from content.problems import ContentProblems, Problem
from content.rules import broken_rules
from content.shelf import read_shelf

__all__ = ["ContentProblems", "Problem", "load_library"]


def load_library(extra: Path | None = None) -> Library:
    """The built-in content with the files of `extra` laid over it; raises ContentProblems."""
    shelf = read_shelf(extra)
    problems = [*shelf.problems, *broken_rules(shelf)]
    if problems:
        raise ContentProblems(problems)
    return build(shelf)
