"""Ways to count a team's bands that protect each person, compared side by side: decisions/0030.

For each: what an attacker believes at most who knows everything but one person's answers and chance, from a
flat prior over three bands, and how often the word shown for a band is the true one. It prints the table of
the decision record:

    python -m tests.coaching.digest_mechanisms 4000
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations, product
from math import exp, log
from random import Random

from coaching.team_digest.figures import share_of

BANDS = range(3)
TEAMS = (5, 10, 30, 100)
LEANINGS = ((1, 1, 1), (6, 2, 1), (1, 4, 1), (3, 3, 1), (1, 2, 6))
"""How teams may lean: the weights of the bands."""

Shares = tuple[float, ...]


def unbiased(counts: Sequence[int], kept: float) -> Shares:
    """Return the shares before the response was randomized, within 0 and 1."""
    other, people = (1 - kept) / (len(counts) - 1), sum(counts)
    return tuple(min(1, max(0, (n / people - other) / (kept - other))) for n in counts)


def randomized(true: Sequence[int], dice: Random, *, kept: float) -> Shares:
    """Each person is counted in their band with the chance `kept`, else in one of the others."""
    counts = [0, 0, 0]
    for band in true:
        others = [other for other in BANDS if other != band]
        counts[band if dice.random() < kept else dice.choice(others)] += 1
    return unbiased(counts, kept)


def geometric(dice: Random, epsilon: float) -> int:
    """Two-sided geometric noise, as for counts in differential privacy."""
    return int(log(1 - dice.random()) / -epsilon) - int(log(1 - dice.random()) / -epsilon)


def noisy(true: Sequence[int], dice: Random, *, epsilon: float) -> Shares:
    """The counts with noise: somebody in another band changes two of them, so each gets half the budget."""
    counts = [max(0, true.count(band) + geometric(dice, epsilon / 2)) for band in BANDS]
    return tuple(count / max(1, sum(counts)) for count in counts)


def truthful(
    mechanism: Callable[[Sequence[int], Random], Shares], people: int, teams: int
) -> float:
    """Return how often the word shown for a band is the true one, over random teams of this size."""
    dice, right = Random(people), 0
    for _ in range(teams):
        true = dice.choices(BANDS, dice.choice(LEANINGS), k=people)
        shown = mechanism(true, dice)
        right += sum(share_of(shown[band]) is share_of(true.count(band) / people) for band in BANDS)
    return right / (3 * teams)


# What an attacker believes at most


def after_draws(kept: float, draws: int) -> float:
    """Return the belief after several independent draws about the same band that agree."""
    other = (1 - kept) / 2
    return kept**draws / (kept**draws + 2 * other**draws)


def after_changes(chance_of: Callable[[tuple[int, ...]], float], answers: int) -> float:
    """Return the largest belief in the last of several bands, which differ, from what each is counted as.

    `chance_of` is how likely it is that the three bands are counted as these.
    """
    orders = list(permutations(BANDS, answers))
    largest = 0.0
    for seen in product(BANDS, repeat=answers):
        if len(set(seen)) == answers:
            weights = [0.0, 0.0, 0.0]
            for counted, order in product(product(BANDS, repeat=3), orders):
                if tuple(counted[band] for band in order) == seen:
                    weights[order[-1]] += chance_of(counted)
            largest = max(largest, max(weights) / sum(weights))
    return largest


def each_band_alone(counted: tuple[int, ...], *, kept: float = 0.8) -> float:
    """One draw for each band of a member."""
    chance = 1.0
    for band in BANDS:
        chance *= kept if counted[band] == band else (1 - kept) / 2
    return chance


def shuffle(counted: tuple[int, ...], *, kept: float = 0.8) -> float:
    """One order of the three bands for each member: as they are, or at random."""
    if len(set(counted)) < 3:
        return 0.0
    at_random = (1 - kept) * 3 / 2
    return at_random / 6 + (1 - at_random) * (counted == tuple(BANDS))


def rounds(looks: int) -> float:
    """Return the belief after so many rounds of the earlier rules, each with noise of its own.

    A round rules a band out where all others but one are in it, because it is shown. The noise of 0.35 on
    each of two counts leaves odds of up to e to the 0.7 between the other two bands.
    """
    return 1 / (1 + exp(-2 * 0.35 * looks))


def budget(belief: float) -> float:
    """Return the whole budget of a person with which nobody gets beyond this belief in one of three bands."""
    return log(2 * belief / (1 - belief))


@dataclass(frozen=True)
class Row:
    """One line of the comparison."""

    name: str
    same_band: str
    changed: str
    lines: str
    truth: Sequence[float]

    def __str__(self) -> str:
        words = " | ".join(f"{share:.0%}" for share in self.truth)
        return f"| {self.name} | {self.same_band} | {self.changed} | {words} | {self.lines} |"


Mechanism = Callable[[Sequence[int], Random], Shares]


def compare(teams: int) -> list[Row]:
    """Return the comparison, with so many random teams of each size."""

    def row(name: str, same_band: str, changed: str, lines: str, mechanism: Mechanism) -> Row:
        truth = [truthful(mechanism, people, teams) for people in TEAMS]
        return Row(name, same_band, changed, lines, truth)

    whole, bound = budget(0.8), "0.80"
    alone, together = (
        " / ".join(f"{after_changes(draw, n):.2f}" for n in (2, 3))
        for draw in (each_band_alone, shuffle)
    )
    looks = f"{rounds(1):.2f} once, {rounds(2):.2f} and {rounds(4):.2f} after 2 and 4 self-checks"
    rules = "rules with noise, each self-check once over all channels"
    one = "noise on counts, a person's budget spent on 1 digest"
    twelve = "the same, spent on 12 digests, then no more figures"
    single = "one shuffle for each member, kept with 0.8"
    response = "randomized response, kept with {}, a draw for each band"
    return [
        row(rules, looks, "the same", "450", partial(noisy, epsilon=0.7)),
        row(one, bound, bound, "150", partial(noisy, epsilon=whole)),
        row(twelve, bound, bound, "150", partial(noisy, epsilon=whole / 12)),
        row(response.format(0.9), "0.90", "more", "50", partial(randomized, kept=0.9)),
        row(response.format(0.8), bound, alone, "50", partial(randomized, kept=0.8)),
        row(response.format(0.7), "0.70", "more", "50", partial(randomized, kept=0.7)),
        row(single, bound, together, "50", partial(randomized, kept=0.8)),
    ]


def main(teams: int) -> None:
    """Print the table."""
    print("| way | belief while the band stays | after 1 / 2 changes | 5 | 10 | 30 | 100 | lines |")
    print("|---|---|---|---|---|---|---|---|")
    for row in compare(teams):
        print(row)
    print("Draws that agree:", *(f"{n}: {after_draws(0.8, n):.3f}" for n in (1, 2, 3)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
