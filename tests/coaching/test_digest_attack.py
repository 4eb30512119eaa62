"""What somebody learns who knows all but one person's answers: at most 8 in 10, nothing for certain."""

from collections import Counter
from itertools import permutations, product
from math import prod

import pytest

from coaching.team_digest.disclosure import (
    BAND,
    KEPT,
    PRACTICE,
    YES_OR_NO,
    counted_as,
    estimate,
    shuffled,
)
from coaching.team_digest.figures import BANDS
from tests.coaching.digest_attack import (
    Beliefs,
    attack,
    belief_in_band,
    belief_in_practice,
    every_shuffle,
    play,
)
from tests.coaching.digest_histories import (
    TARGET,
    History,
    Workspace,
    made_by_hand,
    one_channel_per_band,
    random_history,
)
from tests.coaching.digest_mechanisms import (
    after_changes,
    after_draws,
    compare,
    each_band_alone,
    shuffle,
)

MOST = KEPT + 1e-9


@pytest.fixture(scope="module")
def by_chance() -> Beliefs:
    return attack(random_history(seed) for seed in range(25))


def test_nobody_gets_beyond_eight_in_ten_by_any_number_of_channels_and_helpers() -> None:
    found = attack(made_by_hand())
    assert found.with_figures > 100
    assert (found.certain, max(found.band, found.practice)) <= (0, MOST), found


def test_nobody_gets_beyond_eight_in_ten_in_random_workspaces(by_chance: Beliefs) -> None:
    assert by_chance.with_figures > 100
    assert by_chance.certain == 0
    assert by_chance.band <= MOST, by_chance.of
    assert by_chance.practice <= MOST


def test_the_bound_is_reached_so_the_attacker_misses_nothing(by_chance: Beliefs) -> None:
    assert by_chance.band == pytest.approx(KEPT)
    assert by_chance.practice == pytest.approx(KEPT)


def test_figures_come_or_do_not_come_whatever_anybody_answered() -> None:
    for seed in range(20):
        history = random_history(seed)
        shown = {
            tuple(
                "figures=None" in told for told in play(history, (TARGET,), labels, turned=turned)
            )
            for labels in permutations(range(3))
            for turned in YES_OR_NO
        }
        assert len(shown) == 1


def test_the_attacker_finds_out_whoever_is_known_to_count_as_they_are() -> None:
    """With the shuffle known nothing else protects: the attack sees what there is to see."""
    as_it_is = {max(every_shuffle(), key=lambda names: every_shuffle()[names]): 1}
    assert belief_in_band(one_channel_per_band(10, 12, 5), as_it_is) == 1
    assert belief_in_practice(_practicing(), as_it_is) == 1


def test_shuffles_that_are_drawn_anew_for_each_channel_give_people_away() -> None:
    """As they would by another name for each channel: several draws about the same answer add up."""
    history = one_channel_per_band(10, 3, 5)
    drawn_anew = {
        tuple(name for (name,), _ in drawn): prod(weight for _, weight in drawn)
        for drawn in product(every_shuffle().items(), repeat=3)
    }
    assert belief_in_band(history, drawn_anew) > 0.9


def _practicing() -> History:
    here = Workspace()
    here.channels["C0"] = {TARGET, *(f"A{number}" for number in range(4))}
    for user in here.channels["C0"]:
        here.assess(user, 0)
    for _ in range(3):
        here.practicing |= {"A0", "A1"}
        here.next_week()
        here.digest("C0")
    return here.history("practicing")


def test_who_erases_between_two_digests_about_the_same_week_is_not_counted_twice() -> None:
    """With what they did in one channel, without it in the other, the difference would give it away."""
    here = Workspace()
    crew = [f"A{number}" for number in range(8)]
    for channel in ("C0", "C1"):
        here.channels[channel] = {TARGET, *crew}
    for user in here.channels["C0"]:
        here.assess(user, 1)
    here.practicing |= {TARGET, *crew[:3]}
    here.next_week()
    here.practicing |= {TARGET, *crew[:3]}
    here.next_week()
    here.digest("C0")
    here.erase(TARGET)
    here.assess(TARGET, 1)
    here.digest("C1")
    assert belief_in_practice(here.history("erased between")) <= MOST


# The shuffles


def test_each_value_stays_in_its_place_in_eight_of_ten_cases() -> None:
    people = [f"U{number}" for number in range(20_000)]
    drawn = Counter(shuffled("s", user, BAND, BANDS) for user in people)
    assert set(drawn) == set(permutations(BANDS))
    for order, often in drawn.items():
        assert often / 20_000 == pytest.approx(0.75 if order == BANDS else 0.05, abs=0.01)
    flips = Counter(shuffled("s", user, PRACTICE, YES_OR_NO) for user in people)
    assert flips[YES_OR_NO] / 20_000 == pytest.approx(KEPT, abs=0.01)


def test_nothing_is_ever_drawn_anew() -> None:
    people = [f"U{number}" for number in range(200)]
    drawn = [shuffled("s", user, BAND, BANDS) for user in people]
    assert drawn == [shuffled("s", user, BAND, BANDS) for user in people]
    assert drawn != [shuffled("another", user, BAND, BANDS) for user in people]
    # The secret, the statement and the person decide; a change would draw everybody's shuffle anew.
    assert "".join(counted_as("s", f"U{n}", BAND, BANDS[0], BANDS)[0] for n in range(30)) == DRAWN


DRAWN = "ffffffffffmtfffffmffffffffffff"


@pytest.mark.parametrize("true", [(0.5, 0.3, 0.2), (1, 0, 0), (0, 0.5, 0.5)])
def test_shares_are_right_on_average(true: tuple[float, ...]) -> None:
    people = 30_000
    bands = [
        band for band, share in zip(BANDS, true, strict=True) for _ in range(int(share * people))
    ]
    counted = [counted_as("s", f"U{n}", BAND, band, BANDS) for n, band in enumerate(bands)]
    assert estimate(counted, BANDS) == pytest.approx(true, abs=0.02)


# The comparison of decisions/0030


def test_the_comparison_says_why_there_is_one_shuffle_and_not_a_draw_for_each_band() -> None:
    assert [round(after_draws(KEPT, n), 3) for n in (1, 2, 3)] == [0.8, 0.97, 0.996]
    alone = [round(after_changes(each_band_alone, n), 2) for n in (1, 2, 3)]
    assert alone == [0.8, 0.87, 0.97]
    assert [after_changes(shuffle, n) for n in (1, 2, 3)] == pytest.approx([0.8] * 3)


def test_larger_teams_read_truer_words() -> None:
    five, ten, thirty, hundred = compare(150)[-1].truth
    assert min(five, ten) > 0.65
    assert thirty > 0.75
    assert hundred > 0.85
