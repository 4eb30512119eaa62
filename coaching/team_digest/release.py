"""What a digest is made from, and what each release to a channel remembers for the next one.

Why releases remember anything: two digests, each harmless by itself, could be compared, and the difference
between them could be one person's answer. So each self-check is counted once only, in a *round* together with
other new ones; a round's coarse shares are stored, and a later picture of the team is put together from the
stored rounds and never computed from the answers again. A release therefore keeps who was counted in which
round (as keyed hashes) and what each round made known, as facts that are ready for JSON.
"""

import hmac
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import exp, floor, log
from typing import Any

from coaching.team_digest.figures import (
    BANDS,
    CENTERS,
    Counts,
    People,
    Share,
    Shares,
    Spread,
    are_alike,
    count_bands,
    share_of,
)

BLUR = 0.35
"""One person changes the odds of a blurred count at most by a factor of e to this."""

TOPIC_BLUR = 1.0
"""The same for counts of topics, which are less personal than tiers."""


def contributor(secret: str, user_id: str) -> str:
    """Return the keyed hash by which a release remembers a person; useless without the team's secret."""
    return _digest(secret, f"contributor:{user_id}").hex()[:24]


def noise(secret: str, question: str, *, blur: float = BLUR) -> int:
    """Return two-sided geometric noise that depends on the secret and the question alone.

    Every whole number is possible, so that a blurred count excludes no true count.
    """
    drawn = _digest(secret, f"noise:{question}")
    return _geometric(drawn[:8], blur) - _geometric(drawn[8:16], blur)


def chance_of_noise(size: int, *, blur: float = BLUR) -> float:
    """Return how likely `noise` is to be `size`, over all secrets."""
    fading = exp(-blur)
    return (1 - fading) / (1 + fading) * fading ** abs(size)


def _geometric(drawn: bytes, blur: float) -> int:
    uniform = (int.from_bytes(drawn, "big") + 1) / (2**64 + 1)
    return floor(-log(uniform) / blur)


def _digest(secret: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), "sha256")


SMALLEST = 3
"""The lower limit of the setting for the fewest people that a digest may rest on."""


@dataclass(frozen=True)
class Standing:
    """The last self-check of somebody on the roster."""

    user_id: str
    tier: float
    assessed_at: datetime


@dataclass(frozen=True)
class Tried:
    """A step of this topic that somebody on the roster tried, in full or in part."""

    user_id: str
    topic: str


@dataclass(frozen=True)
class ReleaseRecord:
    """What is stored of a digest: keyed hashes of whose answers it rests on, and facts ready for JSON."""

    contributors: frozenset[str]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class OtherRelease:
    """The last release to another channel of the workspace, with that channel's secret."""

    secret: str
    contributors: frozenset[str]


@dataclass(frozen=True)
class Group:
    """The data of one team's digest; `topics` are all topics, tried by somebody or not.

    Of several rows of one person in `tried` the last one counts.
    """

    secret: str
    standings: Sequence[Standing]
    tried: Sequence[Tried] = ()
    topics: Sequence[str] = ()
    elsewhere: Sequence[OtherRelease] = ()


FEWEST_NEW = 4
"""With three people, a round that is shown because not all are alike would tell everybody's band."""

LIKE_ONE_BAND = 0.75
"""A blurred band with this share or more counts as all alike, so that a hidden round may be either."""

MOVED_FROM = 0.4
"""The least movement, on a scale from 0 (all first) to 2 (all top), that is more than noise."""


@dataclass(frozen=True)
class Counted:
    """The round that a person was last counted in, and the time of the self-check that counted."""

    round: int
    stamp: int


Rounds = tuple[Shares | None, ...]
"""The shares that each round made known; None when its answers were alike, or looked alike."""


def stamp_of(standing: Standing) -> int:
    """Return the time of a self-check in microseconds."""
    return int(standing.assessed_at.timestamp() * 1_000_000)


def newly_done(
    counting: Mapping[str, Standing], counted: Mapping[str, Counted]
) -> dict[str, Standing]:
    """Return the self-checks that no round has counted yet, by the keyed hash of the person."""

    def is_new(name: str) -> bool:
        before = counted.get(name)
        return before is None or stamp_of(counting[name]) > before.stamp

    return {name: counting[name] for name in counting if is_new(name)}


def shares_of_round(new: Collection[Standing], *, secret: str) -> Shares | None:
    """Return the shares of the new self-checks; None when they are alike, or look alike after the noise."""
    counts = count_bands([standing.tier for standing in new])
    return disclosed_shares(counts, blur_of_round(new, secret=secret))


def blur_of_round(new: Collection[Standing], *, secret: str) -> Counts:
    """Return the noise for each band; it depends on who is counted and never on what they answered."""
    who = ",".join(sorted(f"{each.user_id}@{stamp_of(each)}" for each in new))
    first, middle, top = (noise(secret, f"{band}:{who}") for band in BANDS)
    return first, middle, top


def disclosed_shares(counts: Counts, blur: Counts) -> Shares | None:
    """Return the coarse shares of blurred counts; None when the true or the blurred counts are alike."""
    first, middle, top = (
        max(0, count + change) for count, change in zip(counts, blur, strict=True)
    )
    total = first + middle + top
    blurred = (first, middle, top)
    if are_alike(counts) or are_alike(blurred) or max(blurred) >= LIKE_ONE_BAND * total:
        return None
    return share_of(first / total), share_of(middle / total), share_of(top / total)


def picture(places: Sequence[int | None], rounds: Rounds) -> Shares | None:
    """Return the team's spread from its rounds, each weighted by the contributors last counted in it.

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
    """Return whether the spread is clearly higher on the scale than before."""
    return _leaning(after) - _leaning(before) >= MOVED_FROM


def _leaning(shares: Shares) -> float:
    first, middle, top = (CENTERS[share] for share in shares)
    return (middle + 2 * top) / (first + middle + top)


@dataclass(frozen=True)
class Memory:
    """The figures published last, the shares of each round, and who was counted in which round.

    People who left or were erased stay in `counted`, by their keyed hash, so that an answer is not counted a
    second time when they come back.
    """

    people: People | None = None
    spread: Spread | None = None
    rounds: Rounds = ()
    counted: Mapping[str, Counted] = field(default_factory=dict)
    practiced_at: datetime | None = None

    def with_round(self, shares: Shares | None, stamps: Mapping[str, int]) -> "Memory":
        """Return the memory with a new round of the people with these stamps."""
        place = len(self.rounds)
        new = {name: Counted(place, stamp) for name, stamp in stamps.items()}
        return replace(self, rounds=(*self.rounds, shares), counted={**self.counted, **new})

    def place_of(self, name: str) -> int | None:
        """Return the round in which this contributor was last counted; None when in none."""
        found = self.counted.get(name)
        return found.round if found else None


def to_facts(memory: Memory) -> dict[str, Any]:
    """Return the memory as values for JSON."""
    people, spread, moment = memory.people, memory.spread, memory.practiced_at
    return {
        "people": people and {"words": people.words, "on": people.on.isoformat()},
        "spread": spread and {"shares": list(spread.shares), "on": spread.on.isoformat()},
        "rounds": [shares and list(shares) for shares in memory.rounds],
        "counted": {name: [each.round, each.stamp] for name, each in memory.counted.items()},
        "practised_at": moment and moment.isoformat(),
    }


def memory_of(last: ReleaseRecord | None) -> Memory:
    """Return what the last release remembers; an empty memory when there was none."""
    if last is None:
        return Memory()
    facts = last.facts
    moment = facts["practised_at"]
    return Memory(
        people=_people(facts["people"]),
        spread=_spread(facts["spread"]),
        rounds=tuple(shares and _shares(shares) for shares in facts["rounds"]),
        counted={name: Counted(*pair) for name, pair in facts["counted"].items()},
        practiced_at=datetime.fromisoformat(moment) if moment else None,
    )


def _people(fact: dict[str, str] | None) -> People | None:
    return People(fact["words"], date.fromisoformat(fact["on"])) if fact else None


def _spread(fact: dict[str, Any] | None) -> Spread | None:
    return Spread(_shares(fact["shares"]), date.fromisoformat(fact["on"])) if fact else None


def _shares(words: list[str]) -> Shares:
    first, middle, top = map(Share, words)
    return first, middle, top
