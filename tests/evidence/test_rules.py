"""The rules of evidence by themselves: links, pieces, marks, time, second looks, and agreement."""

from datetime import UTC, datetime
from secrets import token_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.evidence import (
    FAMILIES,
    LONGEST_LINK,
    Criterion,
    LadderKey,
    Mark,
    Missing,
    Verified,
    after_months,
    can_be_claimed,
    criterion_key,
    level_shown,
    link_problem,
    mark_problem,
    missing,
    piece_problem,
    renewed,
)
from coaching.verifiers import agreement, flagged, is_second_look_drawn, lacks, wilson
from tests.evidence.bench import CODING, CRITERIA, piece

COVERED = (1, 2, 3)
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://example.com",
        "http://127.0.0.1:8080/a?b=c#d",
        "https://bücher.example/größe",
        "https://[::1]/a",
    ],
)
def test_a_link_is_taken_by_its_form(link: str) -> None:
    assert link_problem(link) is None


@pytest.mark.parametrize(
    "link",
    [
        *("example.com", "ftp://example.com", "javascript:alert(1)", "https://", "https:///a"),
        *(
            "https://a b.example",
            "https://example.com/a\nb",
            "https://example.com/<x>",
            "//x.example",
        ),
        *(
            "https://ada:secret@example.com",
            "https://example.com:port",
            "https://[::1",
            "https://.",
        ),
        *(
            "https://example.com/|x",
            "slack://channel",
            "data:text/html,x",
            "https://exa\u202emple.com",
        ),
    ],
)
def test_a_link_is_refused_by_its_form(link: str) -> None:
    assert link_problem(link) == "link"


def test_a_link_has_a_length() -> None:
    assert link_problem("https://example.com/" + "a" * LONGEST_LINK) == "long_link"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"link": ""}, None),
        ({"level": 4}, "level"),
        ({"link": "x"}, "link"),
        ({"did": " "}, "did"),
        ({"ai_did": ""}, "ai_did"),
        ({"checked": ""}, "checked"),
        ({"checked": "x" * 301}, "long"),
        ({"shows": ()}, "shows"),
        ({"shows": ("third",)}, "shows"),
    ],
)
def test_a_piece_says_what_it_shows(changes: dict[str, object], problem: str | None) -> None:
    assert piece_problem(piece(**changes), CRITERIA, COVERED) == problem  # type: ignore[arg-type]


def test_families_are_claimed_by_whole_tiers() -> None:
    sales = LadderKey(FAMILIES, "sales")
    assert [level for level in (0.5, 1, 1.5, 2, 2.5, 3, 4) if can_be_claimed(sales, level)] == [
        1,
        2,
        3,
    ]
    assert not can_be_claimed(LadderKey(FAMILIES), 1)
    assert can_be_claimed(CODING, 4)


def test_what_a_claim_lacks_is_told_by_level() -> None:
    shown = [piece(1), piece(1, shows=("first",)), piece(2, shows=("second",))]
    assert missing(CRITERIA, (1, 2), shown, is_renewal=False) == (Missing(2, 1, ("first",)),)
    assert missing(CRITERIA, (2,), shown, is_renewal=True) == ()
    assert missing(CRITERIA, (3,), shown, is_renewal=True) == (Missing(3, 1, ()),)


def test_what_was_not_shown_needs_words() -> None:
    assert mark_problem(Mark("shown")) is None
    assert mark_problem(Mark("cannot_tell")) is None
    assert mark_problem(Mark("not_shown", " ")) == "words"
    assert mark_problem(Mark("not_shown", "Too little.")) is None


marks = st.dictionaries(
    st.sampled_from([criterion_key(one) for one in CRITERIA]),
    st.sampled_from(["shown", "not_shown", "cannot_tell"]),
)


@given(marks, st.sampled_from(CRITERIA))
def test_more_that_is_shown_never_leads_to_less(said: dict[str, str], one: Criterion) -> None:
    before = {key: Mark(verdict) for key, verdict in said.items()}  # type: ignore[arg-type]
    after = before | {criterion_key(one): Mark("shown")}
    assert level_shown(CRITERIA, COVERED, after) >= level_shown(CRITERIA, COVERED, before)


@given(
    st.dictionaries(st.sampled_from(COVERED), st.integers(-900, 900)),
    st.sampled_from(COVERED),
    st.sampled_from(COVERED),
)
def test_no_level_ends_earlier_after_a_decision(
    ends: dict[int, int], level: int, shown_from: int
) -> None:
    held = {
        one: Verified(CODING, one, NOON, after_months(NOON, months), "old")
        for one, months in ends.items()
    }
    after = renewed(held, CODING, level, ("new", shown_from), now=NOON, months=12)
    assert set(after) == set(range(1, level + 1))
    for one, new in after.items():
        assert new.is_in_force(NOON)
        assert new.ends_at >= (held[one].ends_at if one in held else NOON)


def test_a_month_may_be_shorter() -> None:
    assert after_months(NOON, 1) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert after_months(NOON, 12) == datetime(2027, 1, 31, 12, tzinfo=UTC)
    assert after_months(datetime(2028, 2, 29, tzinfo=UTC), 12) == datetime(2029, 2, 28, tzinfo=UTC)


def test_a_ladder_needs_three_of_whom_two_may_be_guests() -> None:
    assert lacks(insiders=1, guests=2, has_steward=True) == ()
    assert lacks(insiders=0, guests=9, has_steward=True) == ("verifiers",)
    assert lacks(insiders=2, guests=0, has_steward=False) == ("verifiers", "steward")


def test_one_decision_in_twenty_is_made_again_whoever_draws() -> None:
    secret, other = token_bytes(32), token_bytes(32)
    drawn = [is_second_look_drawn(secret, f"c{number}", 1) for number in range(20_000)]
    again = [is_second_look_drawn(other, f"c{number}", 1) for number in range(20_000)]
    # Six standard deviations: 20,000 draws at 1/20 differ by more once in 500 million runs.
    assert 815 < sum(drawn) < 1185
    assert 10 < sum(one and two for one, two in zip(drawn, again, strict=True)) < 100


def test_agreement_is_cohens_kappa_with_an_interval() -> None:
    # 20 accepted by both, 15 declined by both, 5 and 10 apart: Cohen's kappa of these is 0.4.
    pairs = [("accepted", "accepted")] * 20 + [("declined", "declined")] * 15
    pairs += [("accepted", "declined")] * 5 + [("declined", "accepted")] * 10
    found = agreement(pairs)
    assert found is not None
    assert (found.pairs, found.share, round(found.kappa or 0, 4)) == (50, 0.7, 0.4)
    low, high = wilson(0.7, 50)
    assert (round(low, 4), round(high, 4)) == (0.5625, 0.8090)
    assert found.low == pytest.approx((low - 0.5) / 0.5)
    assert found.high == pytest.approx((high - 0.5) / 0.5)


def test_agreement_is_silent_below_twenty_pairs_and_has_no_kappa_where_all_are_alike() -> None:
    assert agreement([("accepted", "accepted")] * 19) is None
    found = agreement([("accepted", "accepted")] * 20)
    assert found is not None
    assert (found.share, found.kappa, found.low) == (1, None, None)
    mixed = agreement([("accepted", "accepted")] * 10 + [("declined", "declined")] * 10)
    assert mixed is not None
    assert mixed.kappa == 1
    assert mixed.low is not None
    assert mixed.low < 0.7


def test_a_wording_is_flagged_where_looks_often_disagree() -> None:
    looks = [("1:a", False)] * 3 + [("1:a", True)] * 6 + [("1:b", False)] * 2
    looks += [("1:c", False)] * 3 + [("1:c", True)] * 7
    assert flagged(looks) == ("1:a",)
