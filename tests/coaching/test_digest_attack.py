"""What somebody learns who knows everything but one person's answers: that the person takes part."""

from collections import Counter, defaultdict

import pytest

from coaching.team_digest.figures import Digest, band_of
from coaching.team_digest.release import Standing
from tests.coaching.digest_attack import (
    TIERS_OF_BANDS,
    Findings,
    attack,
    best_guess,
    decisions,
    guess_the_unchanging,
)
from tests.coaching.digest_histories import (
    FIRST,
    MIDDLE,
    TOP,
    History,
    Team,
    made_by_hand,
    random_history,
)


@pytest.fixture(scope="module")
def by_chance() -> Findings:
    return attack((random_history(seed) for seed in range(150)), seed=2, guesses=False)


def test_no_inference_in_histories_made_by_hand() -> None:
    found = attack(made_by_hand(), seed=1, guesses=False)
    assert found.rounds_shown > 20
    assert found.inferred == []
    assert found.unexplained == []


def test_no_inference_in_random_histories(by_chance: Findings) -> None:
    assert by_chance.rounds_shown > 200
    assert by_chance.inferred == []
    assert by_chance.unexplained == []


def test_every_self_check_is_looked_at_once(by_chance: Findings) -> None:
    assert by_chance.most_looks == 1


def test_guessing_from_digests_is_little_better_than_without() -> None:
    found = attack((random_history(seed) for seed in range(25)), seed=3)
    without, with_digests = found.knowing
    assert with_digests - without < 0.05
    assert found.accuracy < 0.45


def test_months_of_digests_say_little_about_somebody_who_never_changes() -> None:
    assert guess_the_unchanging(range(100)) < 0.5


def test_the_attack_finds_people_out_when_each_digest_counts_everybody_anew() -> None:
    steered = [each for each in made_by_hand() if each.name.startswith("steered")]
    found = attack(steered, seed=1, forgets=True, guesses=False)
    assert len(found.inferred) > len(steered) / 2
    assert found.most_looks > 10


@pytest.mark.parametrize(
    ("others", "at_most"),
    [((2, 1, 1), 0.40), ((3, 2, 2), 0.40), ((5, 3, 2), 0.42), ((10, 9, 1), 0.40)],
)
def test_the_best_guess_about_one_person_in_a_mixed_team(
    others: tuple[int, int, int], at_most: float
) -> None:
    assert best_guess(_each_band(others), (1, 1, 1)) < at_most


@pytest.mark.parametrize("others", [(3, 1, 0), (4, 1, 0), (5, 1, 0), (8, 1, 0), (27, 1, 0)])
def test_the_best_guess_where_the_fourth_rule_cannot_help_telling_something(
    others: tuple[int, int, int],
) -> None:
    assert best_guess(_each_band(others), (1, 1, 1)) < 0.56


def _each_band(others: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    first, middle, top = others
    return [(first + 1, middle, top), (first, middle + 1, top), (first, middle, top + 1)]


SECRETS = 300


@pytest.mark.parametrize("crowd", [(FIRST, MIDDLE, TOP), (FIRST, FIRST, FIRST, MIDDLE)])
def test_every_series_of_digests_fits_several_bands_of_the_target(crowd: tuple[float, ...]) -> None:
    """Without a look inside: the same weeks under many secrets, for each band of the target."""
    seen: dict[tuple[Digest, ...], Counter[str]] = defaultdict(Counter)
    for tier in TIERS_OF_BANDS:
        history = _weeks_around(tier, crowd)
        for number in range(SECRETS):
            told = tuple(made.digest for made in decisions(history, secret=f"{tier} {number}"))
            seen[told][band_of(tier)] += 1
    often = [bands for bands in seen.values() if sum(bands.values()) >= 25]
    assert often
    assert all(len(bands) >= 2 for bands in often)


def _weeks_around(tier: float, crowd: tuple[float, ...]) -> History:
    """Seven others who look again after a week, and a target who does not."""
    team = Team()
    team.assess("T", tier)
    for week in range(3):
        for number in range(7 if week < 2 else 0):
            team.assess(f"A{number}", crowd[(number + week) % len(crowd)])
        team.close_week()
    return team.history(f"around {tier}")


@pytest.mark.parametrize("seed", range(40))
def test_what_is_counted_and_when_does_not_depend_on_any_answer(seed: int) -> None:
    history = random_history(seed)
    others = History("the same with other answers", tuple(map(_turned_around, history.weeks)))
    for one, other in zip(
        decisions(history, secret="s"), decisions(others, secret="s"), strict=True
    ):
        assert one.digest.people == other.digest.people
        assert (one.kept is None) == (other.kept is None)
        if one.kept and other.kept:
            assert one.kept.contributors == other.kept.contributors
            assert one.kept.facts["counted"] == other.kept.facts["counted"]


def _turned_around(roster: tuple[Standing, ...]) -> tuple[Standing, ...]:
    return tuple(Standing(each.user_id, 3.5 - each.tier, each.assessed_at) for each in roster)
