"""The noise and the names that a team's secret gives."""

import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.team_digest.figures import CENTERS, Share, Spread, are_alike, share_of
from coaching.team_digest.release import (
    ReleaseRecord,
    chance_of_noise,
    contributor,
    disclosed_shares,
    noise,
    picture,
)
from tests.coaching.digest_attack import decisions
from tests.coaching.digest_histories import random_history

counts = st.tuples(*[st.integers(0, 30)] * 3)
sizes = st.tuples(*[st.integers(-40, 40)] * 3)


def test_the_same_question_gets_the_same_noise_and_another_team_other_noise() -> None:
    assert [noise("s", f"{n}") for n in range(50)] == [noise("s", f"{n}") for n in range(50)]
    assert [noise("s", f"{n}") for n in range(50)] != [noise("t", f"{n}") for n in range(50)]


def test_noise_is_as_likely_as_it_says() -> None:
    drawn = Counter(noise("s", str(number)) for number in range(20_000))
    for size in range(-6, 7):
        assert abs(drawn[size] / 20_000 - chance_of_noise(size)) < 0.015


def test_all_noise_together_is_certain() -> None:
    assert abs(sum(chance_of_noise(size) for size in range(-200, 201)) - 1) < 1e-9


def test_a_contributor_is_not_recognized_without_the_secret() -> None:
    assert contributor("s", "U1") == contributor("s", "U1")
    assert len({contributor("s", "U1"), contributor("t", "U1"), contributor("s", "U2")}) == 3
    assert "U1" not in contributor("s", "U1")


@given(counts, sizes)
def test_alike_is_never_shown(true: tuple[int, int, int], blur: tuple[int, int, int]) -> None:
    if are_alike(true):
        assert disclosed_shares(true, blur) is None


@given(counts, sizes, st.permutations(range(3)))
def test_no_band_is_treated_differently(
    true: tuple[int, int, int], blur: tuple[int, int, int], order: list[int]
) -> None:
    one = disclosed_shares(true, blur)
    first, middle, top = ((true[place], blur[place]) for place in order)
    other = disclosed_shares((first[0], middle[0], top[0]), (first[1], middle[1], top[1]))
    assert other == (one and tuple(one[place] for place in order))


def test_every_share_counts_as_something_that_is_called_the_same() -> None:
    assert all(share_of(CENTERS[share]) is share for share in Share)


def test_a_picture_of_one_round_is_that_round() -> None:
    shares = (Share.SOME, Share.MOST, Share.FEW)
    assert picture([0] * 8, (shares,)) == shares


def test_a_round_weighs_as_many_people_as_still_stand_in_it() -> None:
    before, after = (Share.MOST, Share.SOME, Share.FEW), (Share.FEW, Share.SOME, Share.MOST)
    assert picture([0] * 20 + [1] * 2, (before, after)) == before
    assert picture([0] * 2 + [1] * 20, (before, after)) == after


def test_a_picture_of_less_than_half_the_team_is_none() -> None:
    shares = (Share.SOME, Share.MOST, Share.FEW)
    assert picture([0, 0, 1, None, None], (shares, None)) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_a_release_survives_being_written_down(seed: int) -> None:
    for made in decisions(random_history(seed), secret="s"):
        if made.kept:
            again = ReleaseRecord(made.kept.contributors, json.loads(json.dumps(made.kept.facts)))
            assert again == made.kept
            assert isinstance(made.digest.spread, Spread) == (made.kept.facts["spread"] is not None)
