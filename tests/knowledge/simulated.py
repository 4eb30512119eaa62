"""The rates of knowledge checks by simulation, held against the exact ones: the long run and the short one.

`python -m tests.knowledge.simulated` lets 100,000 people with each share of right answers take a check, a
year of checks, and the checks of a tier. It prints what it finds, and ends with 1 when a rate is too far off.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from random import Random

from coaching.knowledge.checked import TRIES_IN_A_YEAR
from coaching.knowledge.sequential import MOST_ITEMS, SHOWN, Outcome, decide, rates_at

PEOPLE = 100_000
OF_TIERS = (3, 5)

NUMBERS = range(MOST_ITEMS + 1)
DECIDED = [[decide(right, wrong) for wrong in NUMBERS] for right in NUMBERS]


def one_try(mastery: float, chance: Random) -> tuple[Outcome, int]:
    """Let somebody take a check; return the outcome and the number of questions."""
    right = wrong = 0
    while (outcome := DECIDED[right][wrong]) is None:
        if chance.random() < mastery:
            right += 1
        else:
            wrong += 1
    return outcome, right + wrong


def passes(mastery: float, chance: Random, *, tries: int = 1) -> bool:
    """Return whether somebody passes one of so many checks; they stop at the first."""
    return any(one_try(mastery, chance)[0] == "checked" for _ in range(tries))


@dataclass(frozen=True)
class Compared:
    """A simulated rate beside the exact one."""

    what: str
    mastery: Fraction
    found: float
    exact: float
    spread: float
    """The standard deviation of one person's value."""

    def is_near(self, people: int) -> bool:
        """Return whether they are no further apart than five standard errors."""
        return abs(self.found - self.exact) <= 5 * self.spread / sqrt(people) + 1 / people


def compared(people: int, chance: Random) -> Iterator[Compared]:
    """Yield every published rate with what so many people give."""
    for mastery in SHOWN:
        exact, share = rates_at(mastery), float(mastery)
        ends = [one_try(share, chance) for _ in range(people)]
        for name, rate in (
            ("checked", exact.passed),
            ("not_yet", exact.not_yet),
            ("undecided", exact.undecided),
        ):
            found = sum(outcome == name for outcome, _ in ends) / people
            yield _rate(name, mastery, found, rate)
        asked = sum(count for _, count in ends) / people
        yield Compared("questions", mastery, asked, float(exact.items), spread=MOST_ITEMS / 3)
        in_year = sum(passes(share, chance, tries=TRIES_IN_A_YEAR) for _ in range(people)) / people
        yield _rate("in a year", mastery, in_year, exact.passed_within(TRIES_IN_A_YEAR))
        for skills in OF_TIERS:
            joint = sum(all(passes(share, chance) for _ in range(skills)) for _ in range(people))
            yield _rate(f"{skills} skills", mastery, joint / people, exact.passed_all(skills))


def _rate(what: str, mastery: Fraction, found: float, exact: Fraction) -> Compared:
    return Compared(what, mastery, found, float(exact), spread=sqrt(float(exact * (1 - exact))))


def main() -> int:
    """Print the long run; return 1 when a rate is too far off."""
    is_near = True
    for one in compared(PEOPLE, Random(14)):
        near = one.is_near(PEOPLE)
        is_near &= near
        mark = "" if near else "  too far off"
        print(f"{float(one.mastery):.2f}  {one.what:10} {one.found:8.4f} {one.exact:8.4f}{mark}")
    return 0 if is_near else 1


if __name__ == "__main__":
    sys.exit(main())
