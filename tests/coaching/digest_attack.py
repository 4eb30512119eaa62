"""Somebody who knows everybody's answers but one, the code, every digest and all releases in the database.

`attack` plays the histories through the real rules and takes every member in turn for the target. It allows
itself more than an outsider has: it knows when the target assessed themselves, and sees what each round
showed instead of the pictures made from it. An inference is a target's self-check for which one band alone
fits everything that was published, over all secrets. The long form:

    python -m tests.coaching.digest_attack 5000
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product

from coaching.team_digest.disclosure import DigestDecision, decide_digest
from coaching.team_digest.figures import BANDS, Counts, Shares, are_alike, band_of, count_bands
from coaching.team_digest.release import (
    Group,
    ReleaseRecord,
    Standing,
    blur_of_round,
    chance_of_noise,
    contributor,
    disclosed_shares,
    stamp_of,
)
from tests.coaching.digest_histories import (
    FIRST,
    MIDDLE,
    TOP,
    History,
    day,
    made_by_hand,
    moment,
    random_history,
    unchanging,
)

TIERS_OF_BANDS = (FIRST, MIDDLE, TOP)
REACH = 8
"""How far from nothing noise is followed when likelihoods are added up; one in twenty lies beyond."""

SelfCheck = tuple[str, int]


@dataclass(frozen=True)
class Round:
    """Who was counted together for the first time, and what came of it."""

    week: int
    people: tuple[Standing, ...]
    shares: Shares | None


@dataclass
class Findings:
    """What the attacker got."""

    histories: int = 0
    digests: int = 0
    rounds: int = 0
    rounds_shown: int = 0
    self_checks: int = 0
    inferred: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    """Bands that were ruled out although the fourth rule does not demand it."""
    excluded: int = 0
    most_looks: int = 0
    guessed: float = 0
    guessed_knowing: float = 0
    guessed_knowing_blind: float = 0

    @property
    def accuracy(self) -> float:
        """How often the likeliest band is right, when all bands are as likely at first (one in three)."""
        return self.guessed / max(1, self.self_checks)

    @property
    def knowing(self) -> tuple[float, float]:
        """How often the best guess is right when people resemble each other: without digests, and with."""
        attacked = max(1, self.self_checks)
        return self.guessed_knowing_blind / attacked, self.guessed_knowing / attacked


def attack(
    histories: Iterable[History], seed: int, *, forgets: bool = False, guesses: bool = True
) -> Findings:
    """Play the histories and attack everybody in them.

    With `forgets` the coach loses its memory between digests and counts everybody anew each week: a weaker
    rule, to see that the attacker finds what there is to find. Without `guesses`
    only what follows for certain is looked for, which takes less time.
    """
    findings = Findings()
    for number, history in enumerate(histories):
        rounds = list(play(history, secret=f"{seed}:{number}", forgets=forgets))
        findings.histories += 1
        findings.digests += len(history.weeks)
        findings.rounds += len(rounds)
        findings.rounds_shown += sum(each.shares is not None for each in rounds)
        _judge(findings, history.name, rounds, secret=f"{seed}:{number}", guesses=guesses)
    return findings


def decisions(history: History, *, secret: str, forgets: bool = False) -> Iterator[DigestDecision]:
    """Every digest of a history, each with what the one before left behind."""
    last: ReleaseRecord | None = None
    for week, roster in enumerate(history.weeks):
        group = Group(secret=secret, standings=roster)
        made = decide_digest(group, on=day(week), now=moment(week), last=last)
        yield made
        if made.kept:
            last = (
                replace(made.kept, facts={**made.kept.facts, "counted": {}})
                if forgets
                else made.kept
            )


def play(history: History, *, secret: str, forgets: bool = False) -> Iterator[Round]:
    """The rounds of a history, as a reader of the releases sees them."""
    before = 0
    for week, made in enumerate(decisions(history, secret=secret, forgets=forgets)):
        facts = made.kept.facts if made.kept else {"rounds": []}
        if len(facts["rounds"]) <= before:
            continue
        before = len(facts["rounds"])
        counted = {name for name, (place, _) in facts["counted"].items() if place == before - 1}
        people = tuple(
            each for each in history.weeks[week] if contributor(secret, each.user_id) in counted
        )
        yield Round(week, people, facts["rounds"][-1] and tuple(facts["rounds"][-1]))


def _judge(
    findings: Findings, name: str, rounds: Sequence[Round], *, secret: str, guesses: bool
) -> None:
    looks: dict[SelfCheck, list[Round]] = defaultdict(list)
    truth: dict[SelfCheck, int] = {}
    for each in rounds:
        for person in each.people:
            looks[person.user_id, stamp_of(person)].append(each)
            truth[person.user_id, stamp_of(person)] = _place(person)
    for self_check, seen in looks.items():
        fitting = {
            place
            for place in range(3)
            if all(_fits(each, self_check, place, secret) for each in seen)
        }
        forced = {
            place for place in range(3) if any(_is_forced(each, self_check, place) for each in seen)
        }
        findings.excluded += 3 - len(fitting)
        if len(fitting) < 2:
            findings.inferred.append(f"{name}: {self_check[0]} is {fitting}")
        if set(range(3)) - fitting != forced:
            findings.unexplained.append(
                f"{name}: {self_check[0]} fits {fitting}, ruled out {forced}"
            )
        findings.self_checks += 1
        findings.most_looks = max(findings.most_looks, len(seen))
        if guesses:
            _guess(findings, seen[0], self_check, truth[self_check])


def _guess(findings: Findings, seen: Round, target: SelfCheck, truth: int) -> None:
    counts = [_with_target_in(seen, target, place) for place in range(3)]
    likely = _without(count_bands([person.tier for person in seen.people]), truth)
    findings.guessed += best_guess(counts, (1, 1, 1))
    findings.guessed_knowing += best_guess(counts, likely)
    findings.guessed_knowing_blind += max(likely) / sum(likely)


def _place(person: Standing) -> int:
    return BANDS.index(band_of(person.tier))


def _with_target_in(each: Round, target: SelfCheck, place: int) -> Counts:
    """The true counts of a round if the target stood in that band."""
    tiers = [
        TIERS_OF_BANDS[place] if person.user_id == target[0] else person.tier
        for person in each.people
    ]
    return count_bands(tiers)


def _fits(each: Round, target: SelfCheck, place: int, secret: str) -> bool:
    """Whether some noise shows the same with the target in that band; all noise is possible.

    The witness for shares makes up for the difference; the one for none lifts a single band.
    """
    other = _with_target_in(each, target, place)
    people = len(each.people)
    witness = (people, -people, -people)
    if each.shares is not None:
        true = count_bands([person.tier for person in each.people])
        blur = blur_of_round(each.people, secret=secret)
        first, middle, top = (z + t - o for z, t, o in zip(blur, true, other, strict=True))
        witness = (first, middle, top)
    is_possible = all(chance_of_noise(size) > 0 for size in witness)
    return is_possible and disclosed_shares(other, witness) == each.shares


def _is_forced(each: Round, target: SelfCheck, place: int) -> bool:
    """Whether the fourth rule alone rules the band out: shares were shown, and it would have hidden them."""
    return each.shares is not None and are_alike(_with_target_in(each, target, place))


def _without(counts: Counts, place: int) -> Counts:
    """The others' counts and one for each band: how likely each band is for somebody like them."""
    first, middle, top = (count + 1 - (i == place) for i, count in enumerate(counts))
    return first, middle, top


def best_guess(counts: Sequence[Counts], likely: Counts) -> float:
    """How often the best guess after one round is right, over all secrets and all targets.

    `counts` are the true counts for each band of the target, `likely` how likely the bands are at first.
    """
    chances = [chances_of(each) for each in counts]
    outcomes = {outcome for each in chances for outcome in each}
    right = sum(
        max(weight * each.get(outcome, 0) for weight, each in zip(likely, chances, strict=True))
        for outcome in outcomes
    )
    return right / sum(likely)


def guess_the_unchanging(seeds: Sequence[int]) -> float:
    """How often the likeliest band after 24 digests is right, for a target who never changes theirs.

    The attacker adds up all that the rounds say about any self-check of the target.
    """
    right = 0.0
    for seed in seeds:
        rounds = list(play(unchanging(seed), secret=f"unchanging {seed}"))
        odds, truth = [1.0, 1.0, 1.0], None
        for each, target in _of("T", rounds):
            truth = _place(target)
            for place in range(3):
                counts = _with_target_in(each, (target.user_id, stamp_of(target)), place)
                odds[place] *= chances_of(counts).get(each.shares, 1e-6)
        best = [place for place in range(3) if odds[place] > max(odds) * (1 - 1e-9)]
        right += (truth in best) / len(best) if truth is not None else 1 / 3
    return right / len(seeds)


def _of(user: str, rounds: Sequence[Round]) -> Iterator[tuple[Round, Standing]]:
    for each in rounds:
        yield from ((each, person) for person in each.people if person.user_id == user)


@cache
def chances_of(counts: Counts) -> dict[Shares | None, float]:
    """How likely each outcome of a round is, over all secrets; the bands are all treated alike."""
    order = sorted(range(3), key=counts.__getitem__)
    low, mid, high = (counts[place] for place in order)
    if (low, mid, high) == counts:
        return _added_up(counts)

    def back(shares: Shares | None) -> Shares | None:
        if shares is None:
            return None
        first, middle, top = (shares[order.index(place)] for place in range(3))
        return first, middle, top

    return {back(outcome): chance for outcome, chance in chances_of((low, mid, high)).items()}


def _added_up(counts: Counts) -> dict[Shares | None, float]:
    chances: dict[Shares | None, float] = defaultdict(float)
    first_band, middle_band, top_band = (_noise_of(count) for count in counts)
    for first, middle, top in product(first_band, middle_band, top_band):
        chance = first_band[first] * middle_band[middle] * top_band[top]
        chances[disclosed_shares(counts, (first, middle, top))] += chance
    whole = sum(chances.values())
    return {outcome: chance / whole for outcome, chance in chances.items()}


def _noise_of(count: int) -> dict[int, float]:
    """The noise for a band, with everything that leaves nobody in it put together."""
    weights: dict[int, float] = defaultdict(float)
    for size in range(-REACH, REACH + 1):
        weights[max(size, -count)] += chance_of_noise(size)
    return weights


def main(histories: int) -> None:
    """The long form: the hand-made histories under many secrets, and as many random ones as asked for."""
    by_hand = attack((each for _ in range(max(1, histories // 100)) for each in made_by_hand()), 1)
    by_chance = attack((random_history(seed) for seed in range(histories)), 2)
    for name, found in (("made by hand", by_hand), ("random", by_chance)):
        print(
            f"{name}: {found.histories} histories, {found.digests} digests, {found.rounds} rounds"
            f" ({found.rounds_shown} shown), {found.self_checks} self-checks attacked,"
            f" {len(found.inferred)} inferred, {found.excluded} bands ruled out by rule 4,"
            f" {len(found.unexplained)} by anything else,"
            f" guessed {found.accuracy:.2f} of 0.33;"
            f" knowing the others {found.knowing[1]:.2f} of {found.knowing[0]:.2f}"
        )
    guessed = guess_the_unchanging(range(histories))
    print(f"unchanging: guessed {guessed:.2f} of 0.33 after 24 digests")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
