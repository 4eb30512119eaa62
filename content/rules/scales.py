"""Frameworks on the scale of tiers, beside the role families: their tiers and their questions."""

from collections.abc import Iterator

from coaching.mean_score import TIERS
from content.problems import Problem
from content.rules.order import in_order
from content.rules.questions import answer_problems
from content.shelf import Shelf


def scale_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with each of them; their tips are with the tips of families."""
    for file in shelf.scales:
        yield from in_order(file, ("tiers",), [entry.tier for entry in file.content.tiers], TIERS)
        for number, question in enumerate(file.content.questions):
            yield from answer_problems(file, ("questions", number, "answers"), question)
