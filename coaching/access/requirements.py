"""Whether a member meets what a permission requires, until when, and what is missing in order of effort.

Every requirement comes down to one moment: its end. That of `All` is the earliest of its parts, and that of
`AnyOf` the latest. A part that is not there at all ended before any time, so grace never brings it back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import NamedTuple

from coaching.access.facts import Facts
from coaching.access.policy import (
    ANY_FAMILY,
    All,
    AnyOf,
    Approval,
    Part,
    Permission,
    Policy,
    Requirement,
    RulesRead,
    TrainingDone,
    VerifiedLevel,
)
from coaching.evidence import FAMILIES, LadderKey, highest

NEVER = datetime.min.replace(tzinfo=UTC)
ALWAYS = datetime.max.replace(tzinfo=UTC)
"""The ends of what is not there, and of what has no end."""


class Effort(NamedTuple):
    """How much something takes: what comes first outweighs all that follows."""

    levels: int = 0
    trainings: int = 0
    approvals: int = 0
    readings: int = 0


@dataclass(frozen=True)
class Missing:
    """A part that is not met.

    `ended_at` is since when its time is over; None if it was never met, or was taken back. `has_level` is the
    highest level of its ladder that is verified now.
    """

    part: Part
    effort: Effort
    ended_at: datetime | None = None
    has_level: int = 0


Way = tuple[Missing, ...]
"""What a member can do to meet a requirement, in order of effort: all of it."""


@dataclass(frozen=True)
class Met:
    """Whether a requirement is met, and until when; None for no end, and where it is not met.

    Where it is not, `missing` is the way of least effort, and `other_ways` are the others, which may share
    parts with it.
    """

    is_met: bool
    until: datetime | None = None
    missing: Way = ()
    other_ways: tuple[Way, ...] = ()


def requirement_state(policy: Policy, permission_id: str, facts: Facts, now: datetime) -> Met:
    """Return how the member stands with the requirements of a permission, without grace.

    It says nothing of whether the permission is switched on. An unknown permission is not met.
    """
    permission = policy.permissions.get(permission_id)
    if permission is None:
        return Met(is_met=False)
    end = end_of(permission, facts, now)
    if now < end:
        return Met(is_met=True, until=None if end == ALWAYS else end)
    ways = _ways(permission, facts, now)
    return Met(is_met=False, missing=ways[0] if ways else (), other_ways=tuple(ways[1:]))


def end_of(permission: Permission, facts: Facts, now: datetime) -> datetime:
    """Return when the requirements of a permission end, or ended; `NEVER` and `ALWAYS` are possible.

    Facts from after `now`, as when the clock was set back, do not count.
    """
    return _end(permission.requires, permission, facts, now)


def with_grace(end: datetime, grace: timedelta) -> datetime:
    """Return until when a grant stays whose requirements end at this moment."""
    return end if end in (NEVER, ALWAYS) else end + grace


def _end(requirement: Requirement, permission: Permission, facts: Facts, now: datetime) -> datetime:
    match requirement:
        case All(of):
            return min((_end(one, permission, facts, now) for one in of), default=NEVER)
        case AnyOf(of):
            return max((_end(one, permission, facts, now) for one in of), default=NEVER)
        case VerifiedLevel(ladder, level):
            ladders = _families(facts) if ladder == ANY_FAMILY else [ladder]
            ends = (_level_end(one, level, facts, now) for one in ladders)
            return max(ends, default=NEVER)
        case RulesRead(days):
            return _reading_end(timedelta(days=days), facts, now)
        case TrainingDone(training, days):
            return _after(facts.trainings.get(training), timedelta(days=days), now)
        case Approval():
            given = facts.approvals.get(permission.id)
            if permission.asks_again:
                return _after(given, permission.valid_for, now)
            return NEVER if given is None or now < given else ALWAYS


def _after(began: datetime | None, lasts: timedelta, now: datetime) -> datetime:
    """Return the end of what began at that moment; `NEVER` for what did not begin by now."""
    return NEVER if began is None or now < began else began + lasts


def _reading_end(lasts: timedelta, facts: Facts, now: datetime) -> datetime:
    """Return until when the rules count as read: those in force, or those that they replaced."""
    ends = [_after(facts.rules_read_at, lasts, now)]
    if (earlier := facts.earlier_rules) and earlier.replaced_at <= now:
        ends.append(min(_after(earlier.read_at, lasts, now), earlier.replaced_at))
    return max(ends)


def _families(facts: Facts) -> list[LadderKey]:
    return sorted({one.ladder for one in facts.verified if one.ladder.framework == FAMILIES})


def _level_end(ladder: LadderKey, level: int, facts: Facts, now: datetime) -> datetime:
    """Return when the first of the levels up to this one ends."""
    ends = dict.fromkeys(range(1, level + 1), NEVER)
    for one in facts.verified:
        if one.ladder == ladder and one.level in ends and one.verified_at <= now:
            ends[one.level] = max(ends[one.level], one.ends_at)
    return min(ends.values(), default=NEVER)


def _ways(permission: Permission, facts: Facts, now: datetime) -> list[Way]:
    """Return the ways to meet what is not met, by effort, without those that hold another way."""
    order = {part: place for place, part in reversed([*enumerate(permission.parts)])}
    missing = {part: _missing(part, permission, facts, now) for part in order}
    is_met = {part for part in order if now < _end(part, permission, facts, now)}
    listed = [
        tuple(
            sorted((missing[part] for part in way), key=lambda one: (one.effort, order[one.part]))
        )
        for way in ways_to_meet(permission.requires, is_met)
    ]
    return sorted(listed, key=lambda way: (_effort(way), [order[one.part] for one in way]))


def ways_to_meet(
    requirement: Requirement, met: Collection[Part] = ()
) -> Collection[frozenset[Part]]:
    """Return the sets of parts that meet a requirement beside those that are met.

    A set that holds all that another one asks for is left out.
    """

    def ways(one: Requirement) -> Iterable[frozenset[Part]]:
        match one:
            case All(of):
                return map(_joined, product(*map(tuple, map(ways, of))))
            case AnyOf(of):
                return (way for each in of for way in ways(each))
            case part:
                return (frozenset() if part in met else frozenset({part}),)

    found = set(ways(requirement))
    return [way for way in found if not any(_holds(way, other) for other in found - {way})]


def _joined(ways: Sequence[frozenset[Part]]) -> frozenset[Part]:
    """Return these ways as one, of two parts of the same kind the one that asks for more."""
    parts = frozenset[Part]().union(*ways)
    return frozenset(
        part for part in parts if not any(_asks_more(other, part) for other in parts - {part})
    )


def implies(one: Requirement, other: Requirement) -> bool:
    """Return whether whoever meets the first requirement meets the other one too, whatever their facts."""
    return all(any(_holds(way, less) for less in ways_to_meet(other)) for way in ways_to_meet(one))


def _holds(way: frozenset[Part], less: frozenset[Part]) -> bool:
    """Return whether whoever meets all parts of the first set meets all of the other."""
    return all(any(one == part or _asks_more(one, part) for one in way) for part in less)


def _asks_more(one: Part, other: Part) -> bool:
    """Return whether whoever meets the first of these parts, which differ, meets the other one too."""
    match one, other:
        case VerifiedLevel(), VerifiedLevel():
            is_family = one.ladder.framework == FAMILIES and other.ladder == ANY_FAMILY
            return (is_family or one.ladder == other.ladder) and one.level >= other.level
        case RulesRead(), RulesRead():
            return one.within_days <= other.within_days
        case TrainingDone(), TrainingDone():
            return one.training == other.training and one.within_days <= other.within_days
    return False


def _missing(part: Part, permission: Permission, facts: Facts, now: datetime) -> Missing:
    end = _end(part, permission, facts, now)
    ended_at = end if NEVER < end <= now else None
    match part:
        case VerifiedLevel(ladder, level):
            ladders = _families(facts) if ladder == ANY_FAMILY else [ladder]
            has = max((_level(one, facts, now) for one in ladders), default=0)
            return Missing(part, Effort(levels=level - has), ended_at, has)
        case TrainingDone():
            return Missing(part, Effort(trainings=1), ended_at)
        case Approval():
            return Missing(part, Effort(approvals=1), ended_at)
        case RulesRead():
            return Missing(part, Effort(readings=1), ended_at)


def _level(ladder: LadderKey, facts: Facts, now: datetime) -> int:
    begun = [one for one in facts.verified if one.ladder == ladder and one.verified_at <= now]
    return highest(begun, now)


def _effort(way: Way) -> Effort:
    return Effort(*map(sum, zip(*(one.effort for one in way), strict=True)))
