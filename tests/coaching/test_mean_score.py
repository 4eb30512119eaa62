"""The tier rule, over every combination of three answers."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.mean_score import LEVELS, TIERS, mean_standing, tier_of

COMBINATIONS = list(product(TIERS, repeat=3))


@pytest.mark.parametrize(
    ("levels", "tier"),
    [
        ([1, 1, 1], 1),
        ([1, 1.5, 2], 1.5),
        ([0.5, 0.5, 0.5], 0.5),
        ([0.5, 0.5, 1], 0.5),
        ([1, 2.5, 2], 2),
        ([3, 3, 2.5], 3),
        ([1, 1.5], 1),  # 1.25 lies between 1 and 1.5: down
        ([1.5, 2], 1.5),
        ([2.5, 3, 3, 2.5], 2.5),
    ],
)
def test_the_mean_is_rounded_to_the_nearest_half_and_ties_down(
    levels: list[float], tier: float
) -> None:
    assert tier_of(levels) == tier


def test_no_other_tier_is_nearer_to_the_mean() -> None:
    for levels in COMBINATIONS:
        mean = Fraction(sum(levels)) / len(levels)
        tier = tier_of(list(levels))
        assert tier in TIERS, levels
        away = abs(mean - Fraction(tier))
        assert all(away <= abs(mean - Fraction(other)) for other in TIERS), levels


@given(st.lists(st.sampled_from(TIERS), min_size=1, max_size=6), st.data())
def test_a_better_answer_never_lowers_the_tier(levels: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(levels) - 1))
    lowest: float = levels[place]
    better = data.draw(st.sampled_from([tier for tier in TIERS if tier >= lowest]))
    improved = [*levels[:place], better, *levels[place + 1 :]]
    assert tier_of(improved) >= tier_of(levels)


def test_the_standing_names_the_lowest_and_the_spread() -> None:
    for levels in COMBINATIONS:
        found = mean_standing(dict(zip(("first", "second", "third"), levels, strict=True)))
        assert found.floor == min(levels), levels
        assert found.floor + found.spread == max(levels), levels
        assert found.is_uneven == (max(levels) - min(levels) >= 1), levels


def test_equal_answers_start_at_the_first_question() -> None:
    assert mean_standing({"b": 2, "a": 2, "c": 2}).lowest_question == "b"


def test_no_answers_have_no_tier() -> None:
    with pytest.raises(ValueError, match="at least one answer"):
        tier_of([])


def test_the_scale_has_six_tiers_and_five_levels() -> None:
    assert TIERS == (0.5, 1, 1.5, 2, 2.5, 3)
    assert TIERS[1:] == LEVELS
