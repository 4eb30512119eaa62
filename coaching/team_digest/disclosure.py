"""What a digest may say about a team.

`decide_digest` is the only function that turns members' answers into figures. It counts for each member what
their permanent shuffle gives, never what is true. So no digest, no difference between two, and
no digest without figures says more about one person than their shuffle lets through. Whether there are
figures depends on how many people take part, never on what they answered or did.

For each member and each kind of statement, chance decides once and for good: the values count as they are,
or in a random order, in which one may stand for itself or for another. So whoever finds out what is counted
of a member, by any number of digests, channels and helpers, still does not know the value: a true value is
counted as itself in 8 of 10 cases. Nothing is ever drawn anew, because several draws about the same value
would give it away. decisions/0030 has the argument.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from coaching.team_digest.figures import (
    BANDS,
    FROM,
    Digest,
    Figures,
    Share,
    Shares,
    Spread,
    Week,
    band_of,
    how_many,
    share_of,
)

SMALLEST = 3
"""The lower limit of the setting for the fewest people that a digest may rest on."""

BAND, PRACTICE = "band", "practice"
"""The kinds of statements that are shuffled; another name would draw everybody's shuffle anew."""

YES_OR_NO = (True, False)

CENTERS = {Share.FEW: 0.12, Share.SOME: 0.42, Share.MOST: 0.7}
"""The number that a share counts as when two spreads are compared."""

MOVED_FROM = 0.4
"""The least movement that is reported, on a scale from 0 (all first) to 2 (all top)."""


@dataclass(frozen=True)
class Contributor:
    """Somebody in the channel who finished a self-check.

    `tier` is of the last one. `since` is when they finished the first one that is still stored: after an
    erasure it begins anew. `has_practiced` is about the week that the digest tells of.
    """

    user_id: str
    tier: float
    since: datetime
    has_practiced: bool = False


@dataclass(frozen=True)
class Group:
    """The data of one team's digest; `people` is how many are in the channel, None if that is not known."""

    secret: str
    contributors: Sequence[Contributor]
    people: int | None = None


def decide_digest(
    group: Group, *, on: date, week: Week, last: Figures | None, minimum: int = 5
) -> Digest:
    """Return what the digest of `on` says, given the figures that the channel saw last."""
    counting = group.contributors
    if len(counting) < enough(minimum):
        return Digest(on=on, figures=None)
    figures = Figures(
        people=how_many(len(counting), within=group.people),
        spread=Spread(_shares(group), on),
        practiced=_practiced(group, week, minimum=enough(minimum)),
    )
    if last is None:
        return Digest(on=on, figures=figures)
    has_moved = moved_on(last.spread.shares, figures.spread.shares)
    return Digest(
        on=on,
        figures=figures,
        moved_since=last.spread.on if has_moved else None,
        is_news=not figures.is_like(last),
    )


def enough(minimum: int) -> int:
    """Return the least number of people that a figure may rest on."""
    return max(minimum, SMALLEST)


def minimum_choices(least: int) -> list[int]:
    """Return what the minimum of a workspace can be raised to from `least`.

    These are the beginnings of the ranges in which people are counted. So whoever raises and lowers it learns
    which range a channel is in, which its figures say anyway, and never the number of people.
    """
    return [start for start in FROM if start > least]


def _shares(group: Group) -> Shares:
    counted = [
        counted_as(group.secret, each.user_id, BAND, band_of(each.tier), BANDS)
        for each in group.contributors
    ]
    first, middle, top = map(share_of, estimate(counted, BANDS))
    return first, middle, top


def _practiced(group: Group, week: Week, *, minimum: int) -> Share | None:
    """Return how many practiced in this week; None when fewer than `minimum` took part for all of it.

    Only who took part before the week began is counted. Otherwise somebody who erases their data in the days
    between two channels' digests would be counted twice about the same week, once with what they did and once
    without it, and the difference would give it away.
    """
    counted = [
        counted_as(group.secret, each.user_id, PRACTICE, each.has_practiced, YES_OR_NO)
        for each in group.contributors
        if each.since < week.begin
    ]
    return share_of(estimate(counted, YES_OR_NO)[0]) if len(counted) >= minimum else None


def moved_on(before: Shares, after: Shares) -> bool:
    """Return whether the spread is clearly higher on the scale than before."""
    return _leaning(after) - _leaning(before) >= MOVED_FROM


def _leaning(shares: Shares) -> float:
    first, middle, top = (CENTERS[share] for share in shares)
    return (middle + 2 * top) / (first + middle + top)


def to_facts(figures: Figures) -> dict[str, Any]:
    """Return the figures as values for JSON."""
    on = figures.spread.on.isoformat()
    return {
        "people": {"words": figures.people, "on": on},
        "spread": {"shares": list(figures.spread.shares), "on": on},
        "practiced": figures.practiced,
    }


def figures_of(facts: Mapping[str, Any]) -> Figures | None:
    """Return stored figures; None for those of an earlier version in which the spread was withheld."""
    people, spread, practiced = facts["people"], facts["spread"], facts.get("practiced")
    if not people or not spread:
        return None
    first, middle, top = map(Share, spread["shares"])
    return Figures(
        people=people["words"],
        spread=Spread((first, middle, top), date.fromisoformat(spread["on"])),
        practiced=Share(practiced) if practiced else None,
    )


T = TypeVar("T")

KEPT = 0.8
"""The chance that a value is counted as itself, and so the most that anybody can know of it."""

BITS = 64


def shuffled(secret: str, user_id: str, statement: str, values: Sequence[T]) -> tuple[T, ...]:
    """Return what each value of a statement is counted as for this member, in the order of `values`.

    It depends on nothing but the arguments, so it is the same in every channel and after an erasure. There
    can be two or three values.
    """
    drawn = hmac.digest(secret.encode(), f"{statement}:{user_id}".encode(), "sha256")
    numbers = [int.from_bytes(drawn[start : start + 8], "big") for start in range(0, 32, 8)]
    # A random order leaves a value in its place once in so many times as there are values.
    random_orders = (1 - KEPT) * len(values) / (len(values) - 1)
    if numbers[0] >= random_orders * 2**BITS:
        return tuple(values)
    order = sorted(range(len(values)), key=numbers[1:].__getitem__)
    return tuple(values[place] for place in order)


def counted_as(secret: str, user_id: str, statement: str, value: T, values: Sequence[T]) -> T:
    """Return the value that is counted for this member in place of the true one."""
    return shuffled(secret, user_id, statement, values)[values.index(value)]


def estimate(counted: Sequence[T], values: Sequence[T]) -> tuple[float, ...]:
    """Return the likeliest true share of each value, from 0 to 1, given what was counted.

    Without the limits it would be right on average over all secrets.
    """
    other = (1 - KEPT) / (len(values) - 1)
    shares = (counted.count(value) / len(counted) for value in values)
    return tuple(min(1.0, max(0.0, (share - other) / (KEPT - other))) for share in shares)
