"""Somebody who knows the code, every digest, and all about everybody but one person, shuffles too.

Unknown to them are the target's answers and the target's shuffle. `attack` plays a history for every band
that the target's answers may stand for and every shuffle, each as likely as it is, and adds up which of them
lead to the same digests: that is the belief of an attacker without limits who knew nothing of the answers
before. They may know everything else, such as when the target answered and whether the band changed. The
long form:

    python -m tests.coaching.digest_attack 500
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, cycle, permutations, product
from typing import Any

from coaching.team_digest.disclosure import (
    BAND,
    PRACTICE,
    YES_OR_NO,
    Contributor,
    Group,
    decide_digest,
    shuffled,
)
from coaching.team_digest.figures import BANDS, Digest, Figures, week_before
from tests.coaching.digest_histories import (
    TARGET,
    TIERS,
    History,
    Moment,
    made_by_hand,
    random_history,
)

SECRET = "a secret"

NO_SHUFFLE_IN_TWENTY, OTHER_ORDERS_IN_TWENTY = 15, 1
"""How often the three bands count as they are, and how often in each of the five other orders."""

PRACTICE_IN_FIVE = {YES_OR_NO: 4, YES_OR_NO[::-1]: 1}

Transcript = tuple[str, ...]


@dataclass
class Beliefs:
    """What attackers came to believe."""

    histories: int = 0
    digests: int = 0
    with_figures: int = 0
    band: float = 0
    practice: float = 0
    certain: int = 0
    of: str = ""
    """The history with the largest belief about a band."""

    def note(self, history: History, band: float, practice: float) -> None:
        """Add what came of one history."""
        self.histories += 1
        self.digests += len(history.digests)
        self.certain += max(band, practice) > 1 - 1e-9
        self.of = history.name if band > self.band else self.of
        self.band, self.practice = max(self.band, band), max(self.practice, practice)

    def with_those_of(self, other: "Beliefs") -> "Beliefs":
        """Return both together."""
        return Beliefs(
            self.histories + other.histories,
            self.digests + other.digests,
            self.with_figures + other.with_figures,
            max(self.band, other.band),
            max(self.practice, other.practice),
            self.certain + other.certain,
            max((self, other), key=lambda each: each.band).of,
        )

    def __str__(self) -> str:
        return (
            f"{self.histories:,} histories, {self.digests:,} digests ({self.with_figures:,} with figures):"
            f" largest belief in a band {self.band:.3f} (before: 0.333), in practice {self.practice:.3f}"
            f" (before: 0.500), {self.certain} certain"
        )


def attack(histories: Iterable[History]) -> Beliefs:
    """Return what somebody believes at most after the digests of each history."""
    findings = Beliefs()
    for history in histories:
        findings.with_figures += _with_figures(history)
        findings.note(history, belief_in_band(history), belief_in_practice(history))
    return findings


Names = Mapping[tuple[str, ...], int]
"""The names that the target may have, one for each digest in turn, and how likely they are."""


def belief_in_band(history: History, names: Names | None = None) -> float:
    """Return the largest belief in the band of the target's last self-check, from a flat prior."""
    last = [
        digest.answered[TARGET].place for digest in history.digests if TARGET in digest.answered
    ]
    weights: dict[Transcript, Counter[int]] = defaultdict(Counter)
    for labels, (name, weight) in product(
        permutations(range(3)), (names or every_shuffle()).items()
    ):
        weights[play(history, name, labels)][labels[last[-1]]] += weight
    return largest(weights.values())


def belief_in_practice(history: History, names: Names | None = None) -> float:
    """Return the largest belief in whether the target practiced in a week, from a flat prior."""
    weights: dict[Transcript, Counter[bool]] = defaultdict(Counter)
    for turned, (name, weight) in product((False, True), (names or every_shuffle()).items()):
        weights[play(history, name, turned=turned)][turned] += weight
    return largest(weights.values())


def largest(weights: Iterable[Counter[Any]]) -> float:
    """Return the largest belief over all that may be seen."""
    return max(max(each.values()) / sum(each.values()) for each in weights)


def play(
    history: History,
    names: Sequence[str] = (TARGET,),
    labels: Sequence[int] = (0, 1, 2),
    *,
    turned: bool = False,
) -> Transcript:
    """Return all that the digests say when the target has these names and the labels stand for these bands.

    With `turned` the target practiced in exactly the weeks in which they did not.
    """
    seen: dict[str, Figures] = {}
    told = []
    for moment, name in zip(history.digests, cycle(names), strict=False):
        digest = _digest(moment, seen.get(moment.channel), name, labels, turned, history.minimum)
        if digest.figures and digest.is_news:
            seen[moment.channel] = digest.figures
        told.append(f"{moment.channel} {digest}")
    return tuple(told)


def _digest(
    moment: Moment,
    last: Figures | None,
    name: str,
    labels: Sequence[int],
    turned: bool,
    minimum: int,
) -> Digest:
    contributors = [
        Contributor(
            name if user == TARGET else user,
            TIERS[labels[answered.place] if user == TARGET else answered.place],
            answered.since,
            (user in moment.practiced) != (turned and user == TARGET),
        )
        for user, answered in sorted(moment.answered.items())
        if user in moment.people
    ]
    group = Group(SECRET, contributors, people=len(moment.people))
    week = week_before(moment.at)
    return decide_digest(group, on=moment.at.date(), week=week, last=last, minimum=minimum)


def _with_figures(history: History) -> int:
    return sum("figures=None" not in told for told in play(history))


@cache
def every_shuffle() -> Names:
    """Return one name for the target for each shuffle, with how often in a hundred it is drawn."""
    found: dict[tuple[object, object], str] = {}
    for number in count():
        alias = f"T{number}"
        bands = shuffled(SECRET, alias, BAND, BANDS)
        found.setdefault((bands, shuffled(SECRET, alias, PRACTICE, YES_OR_NO)), alias)
        if len(found) == 12:
            break
    weights = {
        (bands, practice): often * PRACTICE_IN_FIVE[practice]
        for bands in permutations(BANDS)
        for practice in PRACTICE_IN_FIVE
        for often in (NO_SHUFFLE_IN_TWENTY if bands == BANDS else OTHER_ORDERS_IN_TWENTY,)
    }
    return {(alias,): weights[shuffle] for shuffle, alias in found.items()}  # type: ignore[index]


def main(histories: int) -> None:
    """The long form: the hand-made histories, and as many random ones as asked for."""
    print("made by hand:", attack(made_by_hand()))
    print("random:", attack(random_history(seed) for seed in range(histories)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
