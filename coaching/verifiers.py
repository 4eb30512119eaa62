"""Verifiers: who may decide on whose claim, when a decision is made a second time, and how far two agree."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hmac import new as hmac
from math import sqrt
from typing import Literal

VERIFIERS_NEEDED, MOST_GUESTS = 3, 2
NOT_MUTUAL = timedelta(days=180)
"""For so long after somebody decided on another's claim, the other does not decide on theirs."""

SECOND_LOOKS = 20
"""One decision in so many is made a second time."""

PAIRS_NEEDED = 20
FLAGGED_FROM, FLAGGED_SHARE = 3, 1 / 3
"""From how many second looks on agreement is shown, and from how many disagreements a wording is flagged."""

Z = 1.959964
"""The standard normal distribution has 95 % between minus and plus this."""

Lack = Literal["verifiers", "steward"]
Exclusion = Literal["oneself", "not_verifier", "mutual", "appeal", "looked_before"]
"""Why somebody may not decide on a claim."""


@dataclass(frozen=True)
class Relation:
    """What connects a person with a claim and with the member who made it.

    `is_entitled` when the person has the role for the look that the claim waits for: verifier of the ladder,
    or its steward. `decided_on_them` when the member decided on a claim of this person within 180 days.
    `in_appeal` when one of the two decided on a claim of the other that is in an open appeal. `has_looked`
    when this person decided on this claim before, and the look takes somebody else.
    """

    is_themselves: bool
    is_entitled: bool
    decided_on_them: bool = False
    in_appeal: bool = False
    has_looked: bool = False


def exclusion_of(relation: Relation) -> Exclusion | None:
    """Return why the person may not decide on the claim; None if they may."""
    exclusions: tuple[tuple[bool, Exclusion], ...] = (
        (relation.is_themselves, "oneself"),
        (not relation.is_entitled, "not_verifier"),
        (relation.decided_on_them, "mutual"),
        (relation.in_appeal, "appeal"),
        (relation.has_looked, "looked_before"),
    )
    return next((exclusion for is_so, exclusion in exclusions if is_so), None)


def lacks(*, insiders: int, guests: int, has_steward: bool) -> tuple[Lack, ...]:
    """Return what a ladder lacks before levels of it can be verified; at most two guests count."""
    enough = insiders + min(guests, MOST_GUESTS) >= VERIFIERS_NEEDED
    found: tuple[tuple[bool, Lack], ...] = ((enough, "verifiers"), (has_steward, "steward"))
    return tuple(lack for is_there, lack in found if not is_there)


def is_second_look_drawn(secret: bytes, claim_id: str, round_number: int) -> bool:
    """Return whether this decision is made a second time. It can't be known without the secret."""
    drawn = hmac(secret, f"{claim_id}:{round_number}".encode(), "sha256").digest()
    # 2^64 is no multiple of 20, but the remainders differ by less than one in 10^17.
    return int.from_bytes(drawn[:8]) % SECOND_LOOKS == 0


@dataclass(frozen=True)
class Agreement:
    """How far the second looks of a ladder agree: how many there are, the share that agrees, and kappa.

    Kappa is None where it says nothing, because all looks came to the same.
    """

    pairs: int
    share: float
    kappa: float | None
    low: float | None
    high: float | None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement | None:
    """Return Cohen's kappa of these pairs of outcomes with its 95 % interval; None for fewer than 20.

    The interval is Wilson's for the share that agrees, put into the formula of kappa, so that it has a width
    also where all agree.
    """
    count = len(pairs)
    if count < PAIRS_NEEDED:
        return None
    share = sum(one == other for one, other in pairs) / count
    firsts, seconds = (Counter(side) for side in zip(*pairs, strict=True))
    by_chance = sum(firsts[name] * seconds[name] for name in firsts) / count**2
    if by_chance == 1:
        return Agreement(count, share, None, None, None)
    low, high = (max(-1.0, (bound - by_chance) / (1 - by_chance)) for bound in wilson(share, count))
    return Agreement(count, share, (share - by_chance) / (1 - by_chance), low, high)


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share that was seen in so many cases."""
    middle = share + Z**2 / (2 * count)
    half = Z * sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
    scale = 1 + Z**2 / count
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def flagged(looks: Collection[tuple[str, bool]]) -> tuple[str, ...]:
    """Return the criteria on which looks disagree so often that their wording is in question.

    `looks` has for each criterion and second look whether the two agreed.
    """
    every, apart = (
        Counter(name for name, _ in looks),
        Counter(n for n, agreed in looks if not agreed),
    )
    return tuple(
        sorted(
            name
            for name, count in apart.items()
            if count >= FLAGGED_FROM and count >= FLAGGED_SHARE * every[name]
        )
    )
