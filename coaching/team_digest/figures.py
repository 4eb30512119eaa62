"""The figures of a digest, and the experiments for teams.

Figures are coarse on purpose: counts and shares are given in words, tiers in three bands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
    """How much of a team something is true of, as coarse as the shuffles make it."""

    FEW = "few"
    SOME = "some"
    MOST = "most"

    @property
    def height(self) -> int:
        """The height of its bar or point in a chart: 1, 2 or 3."""
        return tuple(Share).index(self) + 1


SHARE_NAMES = {Share.FEW: "a few or none", Share.SOME: "some", Share.MOST: "most"}

Shares = tuple[Share, Share, Share]
"""The share of each band, in the order of `BANDS`."""


@dataclass(frozen=True)
class Spread:
    """How a team spread over the bands on a date."""

    shares: Shares
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
class Figures:
    """What a digest says in figures: how many take part, their spread, and how many practiced.

    `people` is a range such as "5–9". `practiced` is None where too few took part for the whole week before.
    """

    people: str
    spread: Spread
    practiced: Share | None = None

    def is_like(self, other: "Figures") -> bool:
        """Return whether they say the same, but for their dates and the end of the range of people."""
        same = self.spread.shares == other.spread.shares and self.practiced is other.practiced
        return same and self.people.partition("–")[0] == other.people.partition("–")[0]


@dataclass(frozen=True)
class Week:
    """A whole week, from Monday to Sunday in UTC; the same for all channels."""

    first: date

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        return self.begin + timedelta(weeks=1)


def week_before(now: datetime) -> Week:
    """Return the last week that is over."""
    today = now.astimezone(UTC).date()
    return Week(today - timedelta(days=today.weekday() + 7))


@dataclass(frozen=True)
class Digest:
    """Everything that may be said in a channel; without figures when too few people take part.

    `moved_since` is the date of the figures before, when the picture is clearly higher now. `is_news` is
    False when the figures say what those of the last digest said.
    """

    on: date
    figures: Figures | None
    moved_since: date | None = None
    is_news: bool = True


FROM = {3: 4, 5: 9, 10: 19, 20: 49, 50: 99}
"""The ranges in which people are counted."""

MANY = 100

SOME_FROM, MOST_FROM = 0.25, 0.6


def how_many(people: int, *, within: int | None = None) -> str:
    """Return the range that a number of people is in, such as "5–9"; for three people or more.

    It ends at `within`, how many are in the channel.
    """
    start, end = next(((start, end) for start, end in FROM.items() if people <= end), (MANY, None))
    if within is not None and within >= people and (end is None or within < end):
        end = within
    if end is None:
        return f"{start} or more"
    return str(start) if end == start else f"{start}–{end}"


def band_of(tier: float) -> Band:
    """Return the band of a tier: up to 1, up to 2, above."""
    if tier <= 1:
        return Band.FIRST
    return Band.MIDDLE if tier <= 2 else Band.TOP


def share_of(part: float) -> Share:
    """Return the coarse share for a part between 0 and 1."""
    if part < SOME_FROM:
        return Share.FEW
    return Share.SOME if part < MOST_FROM else Share.MOST
