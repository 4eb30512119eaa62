"""Questions on the scale of tiers: five answers each, none of them twice."""

from collections.abc import Iterator
from typing import Any

from coaching.mean_score import LEVELS
from content.problems import Problem
from content.rules.order import in_order
from content.schema import QuestionEntry
from content.shelf import Parsed
from content.strict_yaml import Place


def answer_problems(file: Parsed[Any], place: Place, question: QuestionEntry) -> Iterator[Problem]:
    """What is wrong with the answers of one question, which are at this place."""
    yield from in_order(file, place, [answer.level for answer in question.answers], LEVELS)
    seen: dict[str, int] = {}
    for number, answer in enumerate(question.answers):
        text = answer.text.casefold()
        here = (*place, number, "text")
        if text in seen:
            message = f"'text' is the same as on line {seen[text]}. Write five different answers."
            yield file.problem(here, message)
        seen.setdefault(text, file.document.line(here))
