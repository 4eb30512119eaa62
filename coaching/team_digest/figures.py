"""The figures of a digest: each with the date it is from, or the reason why it is not shown.

Figures are coarse on purpose: counts and shares are given in words, tiers in three bands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Literal, get_args

Stand = Literal["first", "middle", "top", "mixed"]
"""The band that holds most of a team's answers; "mixed" when none does."""

STANDS: tuple[Stand, ...] = get_args(Stand)
ANY = "any"
SEVERAL = "several"
"""Used in `families` in place of a role family: for teams in which several families work together."""


@dataclass(frozen=True)
class Experiment:
    """Something that a team does together in one meeting; `stands` and `families` say for which teams."""

    id: str
    stands: frozenset[str]
    families: frozenset[str]
    title: str
    minutes: int
    together: str
    why: str
    done_when: str

    def fits(self, stand: Stand | None, families: frozenset[str]) -> bool:
        """Return whether it suits such a team; where something is unknown, only `any` fits."""
        here = ANY in self.stands or stand in self.stands
        kind = families if len(families) < 2 else frozenset({SEVERAL})
        return here and (ANY in self.families or bool(self.families & kind))


def next_in_turn(
    experiments: Sequence[Experiment],
    *,
    used: Sequence[str],
    seed: str,
    stand: Stand | None = None,
    families: frozenset[str] = frozenset(),
) -> Experiment | None:
    """Return the fitting experiment that the team used least; None when none fits.

    `used` are the ids of earlier experiments, oldest first: none is repeated before all that fit were used.
    `seed` gives every team an order of its own.
    """
    fitting = [each for each in experiments if each.fits(stand, families)]
    last = {experiment: turn for turn, experiment in enumerate(used)}

    def turn(each: Experiment) -> tuple[int, int, str]:
        shuffled = sha256(f"{seed}:{each.id}".encode()).hexdigest()
        return used.count(each.id), last.get(each.id, -1), shuffled

    return min(fitting, key=turn, default=None)


class Band(StrEnum):
    """Three bands of tiers; finer ones would disclose too much."""

    FIRST = "first"
    MIDDLE = "middle"
    TOP = "top"


BANDS = tuple(Band)

BAND_NAMES = {
    Band.FIRST: "AI on single steps",
    Band.MIDDLE: "AI in parts of the work",
    Band.TOP: "AI working from detailed instructions",
}


class Share(StrEnum):
    """How much of a team is in a band, as coarse as the noise makes it."""

    FEW = "few"
    SOME = "some"
    MOST = "most"

    @property
    def height(self) -> int:
        """The height of its bar or point in a chart: 1, 2 or 3."""
        return tuple(Share).index(self) + 1


SHARE_NAMES = {Share.FEW: "a few or none", Share.SOME: "some", Share.MOST: "most"}


class Reason(StrEnum):
    """Why a figure is not shown."""

    TOO_FEW = "too_few"
    """Fewer people take part than a digest needs."""
    TOO_FEW_CHANGES = "too_few_changes"
    """So few people came or left that new figures would be about them."""
    TOO_CLOSE_TO_A_TEAM = "too_close_to_a_team"
    """Another channel's digest rests on nearly the same people."""
    ALIKE = "alike"
    """The answers are alike, or look alike after noise was added."""
    NOT_YET = "not_yet"
    """No digest has gone out yet; the first one brings the first figures."""
    NOTHING_TO_COMPARE = "nothing_to_compare"
    """There are no two spreads to compare, or the later one is not clearly higher."""
    NOTHING_IN_COMMON = "nothing_in_common"
    """No topic was chosen often enough."""


@dataclass(frozen=True)
class Withheld:
    """A figure that is not shown, and why."""

    reason: Reason


@dataclass(frozen=True)
class People:
    """How many people take part, in a band such as "5–9"."""

    words: str
    on: date


@dataclass(frozen=True)
class Spread:
    """How a team spreads over the bands; rounded and slightly blurred, in the order of `BANDS`."""

    shares: tuple[Share, Share, Share]
    on: date

    @property
    def stand(self) -> Stand:
        """The band that holds most of the answers; "mixed" when there is no such band or several."""
        by_band: tuple[Stand, Stand, Stand] = ("first", "middle", "top")
        most = [
            stand for stand, share in zip(by_band, self.shares, strict=True) if share is Share.MOST
        ]
        return most[0] if len(most) == 1 else "mixed"


@dataclass(frozen=True)
class Movement:
    """The published spread is clearly higher than the one of `since`; nothing else is reported."""

    since: date
    on: date


@dataclass(frozen=True)
class Practiced:
    """How many people tried steps since `since`, and the topics they chose most, in no order of merit."""

    people: str
    topics: tuple[str, ...] | Withheld
    since: date | None
    on: date


@dataclass(frozen=True)
class Digest:
    """Everything that may be said in a channel; a figure dated before `on` is from an earlier digest."""

    on: date
    people: People | Withheld
    spread: Spread | Withheld
    movement: Movement | Withheld
    practiced: Practiced | Withheld

    @property
    def has_figures(self) -> bool:
        return not isinstance(self.people, Withheld)


FROM = {5: "5–9", 10: "10–19", 20: "20–49", 50: "50–99", 100: "100 or more"}
UNDER_FIVE = "3–4"

SOME_FROM, MOST_FROM = 0.25, 0.6
CENTERS = {Share.FEW: 0.12, Share.SOME: 0.42, Share.MOST: 0.7}
"""The number that a published share counts as when rounds are put together; each is within its range."""

Counts = tuple[int, int, int]
Shares = tuple[Share, Share, Share]


def how_many(people: int) -> str:
    """Return the range that a number of people is in, such as "5–9"; for three people or more."""
    fitting = [words for start, words in FROM.items() if people >= start]
    return fitting[-1] if fitting else UNDER_FIVE


def band_of(tier: float) -> Band:
    """Return the band of a tier: up to 1, up to 2, above."""
    if tier <= 1:
        return Band.FIRST
    return Band.MIDDLE if tier <= 2 else Band.TOP


def count_bands(tiers: list[float]) -> Counts:
    """Return how many tiers are in each band."""
    bands = [band_of(tier) for tier in tiers]
    first, middle, top = (bands.count(band) for band in BANDS)
    return first, middle, top


def share_of(part: float) -> Share:
    """Return the coarse share for a part between 0 and 1."""
    if part < SOME_FROM:
        return Share.FEW
    return Share.SOME if part < MOST_FROM else Share.MOST


def are_alike(counts: Counts) -> bool:
    """Return whether all, or all but one, are in the same band."""
    return max(counts) >= sum(counts) - 1
