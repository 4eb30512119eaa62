"""What of a skill, a tier or a level is checked, until when, and when the next try is possible."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

TRY_EVERY = timedelta(days=30)
"""The time from the end of one try at a skill to the beginning of the next."""

CHECKED_FOR = timedelta(days=365)
"""How long a skill stays checked."""

NOTICE_BEFORE = timedelta(days=30)
"""How long before its end a member is told that a skill will no longer be checked."""

TRIES_IN_A_YEAR = timedelta(days=365) // TRY_EVERY + 1
"""At most so many tries at a skill can somebody begin within a year."""


@dataclass(frozen=True)
class Checked:
    """A skill that is checked now, and when that ends."""

    skill: str
    checked_at: datetime

    @property
    def fades_at(self) -> datetime:
        return self.checked_at + CHECKED_FOR

    @property
    def notice_at(self) -> datetime:
        """The moment from which the member may be told that it ends."""
        return self.fades_at - NOTICE_BEFORE


@dataclass(frozen=True)
class Needed:
    """What a tier or a level takes to be checked: its skills, and those of them that are."""

    skills: tuple[str, ...]
    checked: tuple[Checked, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The skills that are not checked now, in their order."""
        have = {one.skill for one in self.checked}
        return tuple(skill for skill in self.skills if skill not in have)

    @property
    def is_checked(self) -> bool:
        return bool(self.skills) and not self.missing

    @property
    def fades_at(self) -> datetime | None:
        """When the first of its skills ends, and so the whole; None while it is not checked."""
        return min(one.fades_at for one in self.checked) if self.is_checked else None


def next_try_at(ended_at: datetime, *, now: datetime) -> datetime | None:
    """Return when the next try at a skill may begin, from when the last one ended; None for now."""
    possible = ended_at + TRY_EVERY
    return possible if possible > now else None


def needed(skills: Iterable[str], checked: Collection[Checked]) -> Needed:
    """Return what of these skills is checked."""
    wanted = tuple(skills)
    return Needed(wanted, tuple(one for one in checked if one.skill in wanted))
