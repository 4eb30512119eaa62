"""What a digest may say: each figure with the date it is from, or the reason why it is not shown."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coaching.experiments import Stand


class Band(StrEnum):
    """Three bands of tiers; finer ones would tell too much."""

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
    """How much of a team stands in a band, as coarse as the blur makes it."""

    FEW = "few"
    SOME = "some"
    MOST = "most"

    @property
    def height(self) -> int:
        """How high its bar or point is in a chart: 1, 2 or 3."""
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
    """The answers are alike, or look so after the blur."""
    NOT_YET = "not_yet"
    """No digest has gone out yet; the first one brings the first figures."""
    NOTHING_TO_COMPARE = "nothing_to_compare"
    """There are no two pictures, or they show no way forward."""
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
        """Where the answers lie mostly; "mixed" when no band holds most of them."""
        by_band: tuple[Stand, Stand, Stand] = ("first", "middle", "top")
        most = [
            stand for stand, share in zip(by_band, self.shares, strict=True) if share is Share.MOST
        ]
        return most[0] if len(most) == 1 else "mixed"


@dataclass(frozen=True)
class Movement:
    """The shown picture moved on since the one of `since`; standing still is not reported."""

    since: date
    on: date


@dataclass(frozen=True)
class Practised:
    """How many people tried steps since `since`, and the topics they chose most, in no order of merit."""

    people: str
    topics: tuple[str, ...] | Withheld
    since: date | None
    on: date


@dataclass(frozen=True)
class Digest:
    """All that a channel may be told; a figure with an earlier date than `on` is an old one."""

    on: date
    people: People | Withheld
    spread: Spread | Withheld
    movement: Movement | Withheld
    practised: Practised | Withheld

    @property
    def has_figures(self) -> bool:
        return not isinstance(self.people, Withheld)
