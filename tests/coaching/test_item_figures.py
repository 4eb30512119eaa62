"""Figures of an item: nothing below 30 answers, discrimination as in a textbook, and three flags."""

from random import Random
from statistics import correlation

import pytest

from coaching.item_figures import FROM_ANSWERS, ItemAnswer, figures_of

RIGHT, WRONG = 1, 0


def answer(
    is_right: bool, *, sure: int = 2, rest: int = 8, chosen: int | None = None
) -> ItemAnswer:
    """An answer in a try of 11; `rest` of the other ten were right."""
    place = chosen if chosen is not None else (RIGHT if is_right else WRONG)
    return ItemAnswer(is_right, sure, place, "", rest, 10)


def several(right: int, wrong: int, *, sure: int = 2, rest: int = 8) -> list[ItemAnswer]:
    return [
        *(answer(True, sure=sure, rest=rest) for _ in range(right)),
        *(answer(False, sure=sure, rest=rest) for _ in range(wrong)),
    ]


def test_nothing_is_said_about_fewer_than_thirty_answers() -> None:
    assert figures_of(several(20, FROM_ANSWERS - 21)) is None
    figures = figures_of(several(21, FROM_ANSWERS - 21))
    assert figures is not None
    assert (figures.answers, figures.right) == (30, 0.7)


def test_discrimination_is_the_correlation_with_the_rest_of_the_try() -> None:
    random = Random(1)
    given = [answer(random.random() < 0.1 * rest, rest=rest) for rest in range(1, 11)] * 4
    given += [answer(random.random() < 0.5, rest=random.randint(3, 9)) for _ in range(40)]
    figures = figures_of(given)
    assert figures is not None
    expected = correlation(
        [float(one.is_right) for one in given], [one.rest_right / one.rest for one in given]
    )
    assert figures.discrimination == pytest.approx(expected)


@pytest.mark.parametrize(
    "given",
    [several(30, 0), several(15, 15), [ItemAnswer(True, 2, 1, "", 0, 0)] * 30],
    ids=["all right", "rest equal", "no other answer"],
)
def test_discrimination_is_left_out_where_nothing_varies(given: list[ItemAnswer]) -> None:
    figures = figures_of(given)
    assert figures is not None
    assert figures.discrimination is None


def test_how_sure_people_were() -> None:
    figures = figures_of([*several(9, 3, sure=3), *several(6, 2, sure=1), *several(5, 5, sure=2)])
    assert figures is not None
    assert figures.sureness == pytest.approx((12 * 3 + 8 * 1 + 10 * 2) / 30)
    assert figures.sure_and_right == 0.75
    nobody_sure = figures_of(several(20, 10, sure=1))
    assert nobody_sure is not None
    assert nobody_sure.sure_and_right is None


MIXED = [*several(18, 2, rest=8), *several(8, 12, rest=4)]


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        (MIXED, ()),
        ([*several(57, 2, rest=8), *several(0, 1, rest=2)], ("too easy",)),
        ([*several(11, 9, rest=10), *several(4, 16, rest=3)], ("good people miss it",)),
        ([*several(4, 16, rest=8), *several(15, 5, rest=3)], ("its key may be wrong",)),
        ([*MIXED, *several(4, 6, sure=3, rest=6)], ("its key may be wrong",)),
        (
            [*several(9, 11, rest=10), *several(4, 26, rest=3)],
            ("good people miss it", "its key may be wrong"),
        ),
    ],
    ids=["none", "easy", "missed", "reversed", "sure of another", "good people choose another"],
)
def test_flags(given: list[ItemAnswer], flags: tuple[str, ...]) -> None:
    figures = figures_of(given)
    assert figures is not None
    assert figures.flags == flags


def test_wrong_answers_that_differ_are_no_other_key() -> None:
    good = [answer(False, rest=10, chosen=place) for place in (0, 2, 3) * 4]
    figures = figures_of([*good, *several(10, 0, rest=9), *several(2, 18, rest=3)])
    assert figures is not None
    assert figures.flags == ("good people miss it",)
