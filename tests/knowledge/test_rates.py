"""The rates of the rule: exact, the published ones, and what people who answer give by simulation."""

from fractions import Fraction
from random import Random

import pytest

from coaching.knowledge.check import (
    AskedItem,
    AskedOption,
    KnowledgeCheck,
    calibration,
    drawn,
)
from coaching.knowledge.sequential import (
    ALPHA,
    BETA,
    CHECKED_AT,
    MOST_ITEMS,
    NOT_YET_AT,
    fixed_pass_rate,
    rates_at,
)
from tests.knowledge.simulated import compared

SHORT = 2_000


def a_check(seed: int, *, items: int = 36) -> KnowledgeCheck:
    """Return a check of four options each, with the first of the content right."""
    options = tuple(AskedOption(f"{one}", one == 0, "Why.", one) for one in range(4))
    every = [AskedItem(f"item-{one}", "", "Case.", "Question?", options) for one in range(items)]
    chosen = drawn(every, rng=Random(seed))
    return KnowledgeCheck("1", "skill", "Skill", chosen)


def answered(words: KnowledgeCheck, given: list[bool]) -> dict[str, float]:
    """Return the answers to the first items, right or wrong as said, until the check ends."""
    answers: dict[str, float] = {}
    for is_right in given:
        card = words.next_card(answers)
        if card is None:
            break
        item = words.item(card.id)
        wrong = (item.right + 1) % len(item.options)
        answers |= {item.id: item.right if is_right else wrong, item.sure_id: 3}
    return answers


def test_the_errors_stay_below_what_is_promised() -> None:
    low, high = rates_at(NOT_YET_AT), rates_at(CHECKED_AT)
    assert low.passed <= ALPHA
    assert 1 - high.passed <= BETA
    for rates in (low, high):
        assert rates.passed + rates.not_yet + rates.undecided == 1


def test_the_published_figures_are_those_of_the_rule() -> None:
    low, high = rates_at(NOT_YET_AT), rates_at(CHECKED_AT)
    assert (f"{float(low.passed):.1%}", f"{float(low.items):.1f}") == ("4.0%", "8.0")
    assert (f"{float(high.passed):.1%}", f"{float(high.items):.1f}") == ("91.9%", "12.0")
    assert round(rates_at(Fraction(1, 4)).items) == 3
    assert round(fixed_pass_rate(NOT_YET_AT, items=10, needed=8) * 100) == 17


def test_people_who_answer_give_the_exact_rates() -> None:
    far = [one for one in compared(SHORT, Random(14)) if not one.is_near(SHORT)]
    assert far == []


@pytest.mark.parametrize(
    ("given", "outcome", "asked"),
    [
        ([True] * 30, "checked", 8),
        ([False] + [True] * 30, "checked", 12),
        ([False] * 30, "not_yet", 2),
        ([True] * 6 + [False] * 30, "not_yet", 10),
        (([True] * 4 + [False]) * 6, "undecided", 30),
    ],
)
def test_a_check_ends_when_its_answers_decide(given: list[bool], outcome: str, asked: int) -> None:
    words = a_check(1)
    answers = answered(words, given)
    assert words.outcome(answers) == outcome
    assert len(words.given(answers)) == asked
    kept = words.only(answers)
    assert (len(kept.items), kept.outcome(answers)) == (asked, outcome)
    assert KnowledgeCheck.from_dict(words.__dict__ | {"items": []}).items == ()


def test_with_too_few_items_for_the_rates_it_does_not_begin() -> None:
    assert len(a_check(1, items=MOST_ITEMS).items) == MOST_ITEMS
    assert a_check(1, items=MOST_ITEMS - 1).items == ()


def test_items_and_options_are_drawn_anew() -> None:
    first, second = a_check(1), a_check(2)
    assert len({item.id for item in first.items}) == MOST_ITEMS
    assert [item.id for item in first.items] != [item.id for item in second.items]
    assert len({item.right for item in first.items}) == 4


def test_points_show_who_knows_what_they_know() -> None:
    words = a_check(1)
    shown = calibration(words.given(answered(words, [True, True, False, True])))
    assert (shown.sure, shown.sure_right, shown.points, shown.most) == (4, 3, 3, 12)


def test_stored_words_are_read_back_and_an_open_check_exports_no_key() -> None:
    words = a_check(1)
    held = words.exported(is_open=False)
    assert KnowledgeCheck.from_dict(held).digest == words.digest
    assert words.exported(is_open=True)["items"] == []
