"""What admins may read of how many people of a workspace take part: bands for a whole month, counted once.

For each member and month it is one fact whether they took part: yes or no. As for digests, chance decides
once and for good whether this member's facts count as they are, or all as the opposite; in 8 of 10 cases as
they are. All figures are made of what is counted, so whoever knows everything else is right about a member's
month in at most 8 of 10 cases, after any number of months. Who took part in both of two months is made of the
same counted facts, so it says nothing more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from coaching.team_digest.disclosure import KEPT, YES_OR_NO, counted_as, enough
from coaching.team_digest.figures import how_many

MONTH = "month"
"""The kind of statement that is shuffled; another name would draw everybody's shuffle anew."""


@dataclass(frozen=True)
class Month:
    """A whole month in UTC."""

    first: date

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        return self.next.begin

    @property
    def next(self) -> "Month":
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def before(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))


def month_before(now: datetime) -> Month:
    """Return the last month that is over."""
    return Month(now.astimezone(UTC).date().replace(day=1)).before


@dataclass(frozen=True)
class MemberMonth:
    """Whether a member took part in a month and in the one before.

    `was_there` says whether they had finished a self-check before that earlier month began. A member counts
    from the first whole month after their first self-check on.
    """

    user_id: str
    took_part: bool
    took_part_before: bool
    was_there: bool


@dataclass(frozen=True)
class Adoption:
    """What may be said of a month, each in a band: who could take part, who did, and who came back.

    A number below the minimum is None.
    """

    people: str
    took_part: str | None
    came_back: str | None


class Tally:
    """Counts members page by page, each as their shuffle says."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._people = self._took_part = 0
        self._both: dict[tuple[bool, bool], int] = dict.fromkeys(
            [(a, b) for a in YES_OR_NO for b in YES_OR_NO], 0
        )

    def add(self, members: Iterable[MemberMonth]) -> None:
        """Count these members too."""
        for one in members:
            now, before = (
                counted_as(self._secret, one.user_id, MONTH, value, YES_OR_NO)
                for value in (one.took_part, one.took_part_before)
            )
            self._people += 1
            self._took_part += now
            if one.was_there:
                self._both[now, before] += 1

    def decide(self, *, minimum: int | None) -> Adoption | None:
        """Return what may be said; None for fewer people than the minimum, and without a minimum."""
        if minimum is None or self._people < enough(minimum):
            return None
        least, other = enough(minimum), 1 - KEPT
        took_part = (self._took_part - other * self._people) / (KEPT - other)
        return Adoption(
            how_many(self._people),
            _band(took_part, least=least),
            _band(_came_back(self._both), least=least),
        )


def _came_back(both: Mapping[tuple[bool, bool], int]) -> float:
    """Return the likeliest number who took part in both months, given what was counted.

    Of those who did, 8 in 10 are counted with two times yes and the others with two times no; of those who
    did in neither month it is the other way round.
    """
    other = 1 - KEPT
    return (KEPT * both[True, True] - other * both[False, False]) / (KEPT - other)


def _band(estimate: float, *, least: int) -> str | None:
    """Return the range; it does not end at the number of people, which would tell that number."""
    people = max(0, round(estimate))
    return how_many(people) if people >= least else None


def to_facts(found: Adoption | None, minimum: int | None) -> Mapping[str, object] | None:
    """Return what was decided as values for JSON."""
    if found is None:
        return None
    return {
        "people": found.people,
        "took_part": found.took_part,
        "came_back": found.came_back,
        "minimum": minimum,
    }
