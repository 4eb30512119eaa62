"""Rules that hold between values and between files."""

from collections.abc import Iterator

from content.files import ContentFiles
from content.problems import Problem
from content.rules import families, ladders, names, steps

RULES = (*families.RULES, *steps.RULES, *names.RULES, *ladders.RULES)


def broken_rules(files: ContentFiles) -> Iterator[Problem]:
    """A problem for every rule that these files break."""
    for problems in RULES:
        yield from problems(files)
