"""What somebody learns of one person's months who knows all others': at most 8 in 10, nothing for certain."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import count, product
from random import Random

import pytest

from coaching.adoption import MONTH, MemberMonth, Tally, month_before
from coaching.team_digest.disclosure import (
    KEPT,
    YES_OR_NO,
    Contributor,
    Group,
    decide_digest,
    minimum_choices,
    shuffled,
)
from coaching.team_digest.figures import week_before

SECRET = "the secret of a workspace"
MONTHS = 4


def known_as(*, turned: bool) -> str:
    """Return a user id whose facts count as they are, or as the opposite."""
    wanted = (False, True) if turned else (True, False)
    return next(
        f"T{number}"
        for number in count()
        if shuffled(SECRET, f"T{number}", MONTH, YES_OR_NO) == wanted
    )


TARGETS = {known_as(turned=False): KEPT, known_as(turned=True): 1 - KEPT}
"""The target with each shuffle, and how likely it is."""


def months_of(
    target: str, facts: tuple[bool, ...], others: dict[str, list[bool]], minimums: list[int | None]
) -> tuple[object, ...]:
    """Return all that is said, month by month."""
    told = []
    for month in range(1, MONTHS):
        tally = Tally(SECRET)
        everybody = {target: facts, **others}
        tally.add(
            MemberMonth(user, took[month], took[month - 1], month > 1)
            for user, took in everybody.items()
        )
        told.append(tally.decide(minimum=minimums[month - 1]))
    return tuple(told)


def belief(others: dict[str, list[bool]], minimums: list[int | None]) -> float:
    """Return the largest belief in whether the target took part in any month, from a flat prior."""
    weights: dict[object, dict[int, dict[bool, float]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(float))
    )
    for facts in product(YES_OR_NO, repeat=MONTHS):
        for target, often in TARGETS.items():
            seen = months_of(target, facts, others, minimums)
            for month, fact in enumerate(facts):
                weights[seen][month][fact] += often
    return max(
        max(each.values()) / sum(each.values())
        for months in weights.values()
        for each in months.values()
    )


@pytest.mark.parametrize("seed", range(12))
def test_nobody_gets_beyond_eight_in_ten_whatever_the_others_do(seed: int) -> None:
    dice = Random(seed)
    crew = dice.choice((4, 5, 9, 10, 19))
    others = {f"A{number}": [dice.random() < 0.5 for _ in range(MONTHS)] for number in range(crew)}
    minimums = [dice.choice((5, 5, 10, None)) for _ in range(MONTHS)]
    assert belief(others, minimums) <= KEPT + 1e-9


def test_the_bound_is_reached_so_the_attacker_misses_nothing() -> None:
    most = max(
        belief({f"A{n}": [n < some] * MONTHS for n in range(6)}, [5] * MONTHS) for some in range(7)
    )
    assert most == pytest.approx(KEPT)


def test_ranges_are_near_the_truth_in_a_large_workspace() -> None:
    tally = Tally(SECRET)
    tally.add(MemberMonth(f"U{n}", n < 600, n < 300, True) for n in range(1000))
    found = tally.decide(minimum=5)
    assert found
    assert (found.people, found.took_part, found.came_back) == ("100 or more",) * 3
    tally = Tally(SECRET)
    tally.add(MemberMonth(f"U{n}", n < 40, n < 15, True) for n in range(400))
    found = tally.decide(minimum=5)
    assert found
    assert found.took_part in ("20–49", "50–99")


def test_a_month_ends_in_utc() -> None:
    month = month_before(datetime(2027, 1, 1, 0, 0, tzinfo=UTC))
    assert (month.first.isoformat(), month.next.first.isoformat()) == ("2026-12-01", "2027-01-01")
    assert month.before.first.isoformat() == "2026-11-01"


@pytest.mark.parametrize("least", [3, 5])
def test_raising_and_lowering_the_minimum_tells_the_range_that_figures_tell_and_no_more(
    least: int,
) -> None:
    def told(people: int, minimums: tuple[int, ...]) -> tuple[object, ...]:
        contributors = [
            Contributor(f"U{n}", 2.0, datetime(2026, 1, 1, tzinfo=UTC)) for n in range(people)
        ]
        group, seen, now = Group(SECRET, contributors), [], datetime(2026, 3, 2, tzinfo=UTC)
        for minimum in minimums:
            found = decide_digest(
                group, on=now.date(), week=week_before(now), last=None, minimum=minimum
            )
            seen.append(found.figures and found.figures.people)
        return tuple(seen)

    choices = (least, *minimum_choices(least))
    ranges = {people: told(people, (least,)) for people in range(61)}
    for minimums in product(choices, repeat=2):
        for people in range(60):
            if ranges[people] == ranges[people + 1]:
                assert told(people, minimums) == told(people + 1, minimums), (people, minimums)
