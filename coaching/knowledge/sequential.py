"""Wald's sequential probability ratio test: when the answers to a knowledge check are enough to decide.

The test compares two claims about the share of all items of a skill that somebody would answer right:
`NOT_YET_AT` and `CHECKED_AT`. After each answer it computes how many times more likely the answers are under
the second claim. Above `PASS_RATIO` the skill is checked, below `STOP_RATIO` it is not, and otherwise one
more item is asked, up to `MOST_ITEMS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

NOT_YET_AT = Fraction(6, 10)
"""Somebody who would answer this share of all items right is not to be checked."""

CHECKED_AT = Fraction(9, 10)
"""Somebody who would answer this share of all items right is to be checked."""

ALPHA = Fraction(5, 100)
"""The most that may be checked of those at `NOT_YET_AT`."""

BETA = Fraction(10, 100)
"""The most that may stay unchecked of those at `CHECKED_AT`."""

MOST_ITEMS = 30
"""After so many items without a decision a check ends undecided."""

PASS_RATIO = (1 - BETA) / ALPHA
STOP_RATIO = BETA / (1 - ALPHA)

FOR_RIGHT = CHECKED_AT / NOT_YET_AT
FOR_WRONG = (1 - CHECKED_AT) / (1 - NOT_YET_AT)

Outcome = Literal["checked", "not_yet", "undecided"]


@cache
def decide(right: int, wrong: int) -> Outcome | None:
    """Return what so many right and wrong answers decide; None while one more item is to be asked."""
    ratio = FOR_RIGHT**right * FOR_WRONG**wrong
    if ratio >= PASS_RATIO:
        return "checked"
    if ratio <= STOP_RATIO:
        return "not_yet"
    return "undecided" if right + wrong >= MOST_ITEMS else None


@cache
def fewest_right(wrong: int) -> int | None:
    """Return how many right answers a check takes with so many wrong ones; None when it cannot be reached."""
    return next(
        (
            right
            for right in range(MOST_ITEMS - wrong + 1)
            if decide(right, wrong) == "checked" and decide(max(right - 1, 0), wrong) != "not_yet"
        ),
        None,
    )


@dataclass(frozen=True)
class Rates:
    """What happens to somebody who would answer a share of all items right; all values are exact.

    `passed`, `not_yet` and `undecided` are the probabilities of the three outcomes of one try, `items` is the
    mean number of items until it ends.
    """

    mastery: Fraction
    passed: Fraction
    not_yet: Fraction
    undecided: Fraction
    items: Fraction

    def passed_within(self, tries: int) -> Fraction:
        """Return the probability that one of so many tries is passed."""
        return 1 - (1 - self.passed) ** tries

    def passed_all(self, skills: int, *, tries: int = 1) -> Fraction:
        """Return the probability that each of so many skills is passed, at the same mastery in all."""
        return self.passed_within(tries) ** skills


def rates_at(mastery: Fraction) -> Rates:
    """Return the exact rates by going through every number of right and wrong answers that can occur."""
    ends: dict[Outcome, Fraction] = dict.fromkeys(("checked", "not_yet", "undecided"), Fraction(0))
    items = Fraction(0)
    reached = {(0, 0): Fraction(1)}
    for asked in range(1, MOST_ITEMS + 1):
        following: dict[tuple[int, int], Fraction] = {}
        for (right, wrong), chance in reached.items():
            for state, share in (
                ((right + 1, wrong), mastery),
                ((right, wrong + 1), 1 - mastery),
            ):
                outcome = decide(*state)
                if outcome:
                    ends[outcome] += chance * share
                    items += chance * share * asked
                else:
                    following[state] = following.get(state, Fraction(0)) + chance * share
        reached = following
    return Rates(mastery, ends["checked"], ends["not_yet"], ends["undecided"], items)


def fixed_pass_rate(mastery: Fraction, *, items: int, needed: int) -> Fraction:
    """Return how many pass a test of a fixed number of items that takes so many right answers."""
    chance, total = Fraction(1), Fraction(0)
    for right in range(items + 1):
        if right >= needed:
            total += chance * mastery**right * (1 - mastery) ** (items - right)
        chance = chance * (items - right) / (right + 1)
    return total


SHOWN: Sequence[Fraction] = tuple(Fraction(share, 100) for share in range(50, 100, 5))
"""The shares of right answers for which the rates are published."""
