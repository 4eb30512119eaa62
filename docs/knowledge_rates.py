"""How often a knowledge check is passed, as docs/knowledge-checks.md publishes it: exact, from the rule."""

from collections.abc import Iterator
from fractions import Fraction

from coaching.knowledge.checked import TRIES_IN_A_YEAR
from coaching.knowledge.sequential import MOST_ITEMS, SHOWN, fewest_right, rates_at

OF_TIERS = (3, 5)
"""How many skills a tier takes."""


def percent(share: Fraction) -> str:
    """Return a share in percent, with one place; never as none or all of them, which no rule can promise."""
    shown = f"{float(share) * 100:.1f} %"
    return {"0.0 %": "< 0.1 %", "100.0 %": "> 99.9 %"}.get(shown, shown)


def rate_rows() -> Iterator[list[str]]:
    """Yield for each share of right answers what becomes of one check."""
    for mastery in SHOWN:
        one = rates_at(mastery)
        yield [
            f"{float(mastery):.2f}",
            percent(one.passed),
            percent(one.not_yet),
            percent(one.undecided),
            f"{float(one.items):.1f}",
            percent(one.passed_within(TRIES_IN_A_YEAR)),
        ]


def tier_rows() -> Iterator[list[str]]:
    """Yield for each share of right answers how often all skills of a tier are checked."""
    for mastery in SHOWN:
        one = rates_at(mastery)
        yield [
            f"{float(mastery):.2f}",
            *(
                percent(one.passed_all(skills, tries=tries))
                for skills in OF_TIERS
                for tries in (1, TRIES_IN_A_YEAR)
            ),
        ]


def path_rows() -> Iterator[list[str]]:
    """Yield how many right answers a check takes with each number of wrong ones."""
    for wrong in range(MOST_ITEMS):
        right = fewest_right(wrong)
        if right is not None:
            yield [str(wrong), str(right), str(right + wrong)]
