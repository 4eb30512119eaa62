"""Rounds: every self-check is counted once, together with others that are new too.

A later picture of the team is put together from what the rounds made known, never from the answers again.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from coaching.digests.bands import CENTERS, Counts, Shares, are_alike, count_bands, share_of
from coaching.digests.blur import noise
from coaching.digests.figures import BANDS
from coaching.digests.group import Standing

FEWEST_NEW = 4
"""With three people, a picture that is not all alike would tell where each of them stands."""

LIKE_ONE_BAND = 0.75
"""From here on, a blurred band counts as holding everybody, so that being alike is not told apart."""


MOVED_FROM = 0.4
"""How far a picture moves, on a scale from 0 (all first) to 2 (all top), before it is more than blur."""


@dataclass(frozen=True)
class Counted:
    """The round that a person was last counted in, and the time of the self-check that counted."""

    round: int
    stamp: int


Rounds = tuple[Shares | None, ...]
"""What each round made known; None when its answers were alike, or looked so."""


def stamp_of(standing: Standing) -> int:
    """The time of a self-check in microseconds."""
    return int(standing.assessed_at.timestamp() * 1_000_000)


def newly_done(
    counting: Mapping[str, Standing], counted: Mapping[str, Counted]
) -> dict[str, Standing]:
    """The self-checks that no round has counted yet, by the keyed hash of the person."""

    def is_new(name: str) -> bool:
        before = counted.get(name)
        return before is None or stamp_of(counting[name]) > before.stamp

    return {name: counting[name] for name in counting if is_new(name)}


def shares_of_round(new: Collection[Standing], *, secret: str) -> Shares | None:
    """What the new self-checks together may show; None when they are alike, or look so after the blur."""
    counts = count_bands([standing.tier for standing in new])
    return shown(counts, blur_of_round(new, secret=secret))


def blur_of_round(new: Collection[Standing], *, secret: str) -> Counts:
    """The noise for each band; it depends on who is counted and never on what they answered."""
    who = ",".join(sorted(f"{each.user_id}@{stamp_of(each)}" for each in new))
    first, middle, top = (noise(secret, f"{band}:{who}") for band in BANDS)
    return first, middle, top


def shown(counts: Counts, blur: Counts) -> Shares | None:
    """The coarse shares of blurred counts; None when the true or the blurred ones are alike."""
    first, middle, top = (
        max(0, count + change) for count, change in zip(counts, blur, strict=True)
    )
    total = first + middle + top
    blurred = (first, middle, top)
    if are_alike(counts) or are_alike(blurred) or max(blurred) >= LIKE_ONE_BAND * total:
        return None
    return share_of(first / total), share_of(middle / total), share_of(top / total)


def picture(places: Sequence[int | None], rounds: Rounds) -> Shares | None:
    """The team's spread from its rounds, each weighing as many people as still stand in it.

    `places` has the round of every contributor. None when fewer than half are in a round that was shown.
    """
    weights = Counter(place for place in places if place is not None)
    known = [(shares, weights[i]) for i, shares in enumerate(rounds) if shares and weights[i]]
    people = sum(weight for _, weight in known)
    if not known or people * 2 < len(places):
        return None
    first, middle, top = (
        sum(CENTERS[shares[band]] * weight for shares, weight in known) / people
        for band in range(3)
    )
    return share_of(first), share_of(middle), share_of(top)


def moved_on(before: Shares, after: Shares) -> bool:
    """Whether the picture leans clearly further up the scale than before."""
    return _leaning(after) - _leaning(before) >= MOVED_FROM


def _leaning(shares: Shares) -> float:
    first, middle, top = (CENTERS[share] for share in shares)
    return (middle + 2 * top) / (first + middle + top)
