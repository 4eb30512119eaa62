"""The tier scale and the rule that turns answers into a tier."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

NONE_YET = 0.5
"""What "None of these yet" counts as."""

LEVELS = (1.0, 1.5, 2.0, 2.5, 3.0)
"""The levels of the five answers, in the order they are shown."""

TIERS = (NONE_YET, *LEVELS)

UNEVEN_FROM = 1.0
"""A spread of this or more is called uneven."""


@dataclass(frozen=True)
class Standing:
    """What one finished assessment says; every number is on the tier scale."""

    tier: float
    floor: float
    spread: float
    lowest_question: str
    highest_question: str

    @property
    def is_uneven(self) -> bool:
        return self.spread >= UNEVEN_FROM


def tier_of(levels: list[float]) -> float:
    """The mean of the levels rounded to the nearest half, ties down."""
    if not levels:
        raise ValueError("A tier needs at least one answer.")
    mean = sum((Fraction(level) for level in levels), Fraction(0)) / len(levels)
    return ceil(mean * 2 - Fraction(1, 2)) / 2


def standing(answers: Mapping[str, float]) -> Standing:
    """Where the answers stand; `answers` maps question ids, in the family's order, to levels."""
    levels = list(answers.values())
    floor, top = min(levels), max(levels)
    return Standing(
        tier=tier_of(levels),
        floor=floor,
        spread=top - floor,
        lowest_question=next(q for q, level in answers.items() if level == floor),
        highest_question=next(q for q, level in answers.items() if level == top),
    )
