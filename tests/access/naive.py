"""A second evaluator of policies: it tries all moments and all sets of parts, and knows no ends or grace.

It reads plain tuples, such as `("all", [("rules", 365), ("approval",)])`, and shares no code with the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

Tree = tuple[Any, ...]
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Rule:
    """A permission: what it requires, and its days."""

    tree: Tree
    valid_for: int
    grace: int
    asks_again: bool = False
    sandbox: bool = False


@dataclass(frozen=True)
class Person:
    """What is known of somebody: levels as (ladder, level, from, until), everything else as moments."""

    is_member: bool = True
    is_guest: bool = False
    is_on: bool = True
    levels: tuple[tuple[str, int, datetime, datetime], ...] = ()
    read: datetime | None = None
    replaced: Span | None = None
    trained: dict[str, datetime] = field(default_factory=dict)
    approved: datetime | None = None
    grant: Span | None = None
    sandboxes: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What is decided, with the sets of parts of which each would be enough."""

    is_allowed: bool
    via: str
    until: datetime | None
    ways: frozenset[frozenset[Tree]]
    least: tuple[int, int, int, int]


def answer(rule: Rule, person: Person, now: datetime) -> Answer:
    """Return what is decided of this person at this moment."""
    known = as_known(person, now)
    via = allowed_via(rule, known, now)
    ways = frozenset[frozenset[Tree]]()
    if is_let(person) and not is_met(rule, known, now):
        ways = frozenset(smallest(rule, known, now))
    efforts = [effort(way, known, now) for way in ways]
    until = next(
        (at for at in moments(rule, known) if at > now and not allowed_via(rule, known, at)), None
    )
    return Answer(
        bool(via),
        lasting(rule, known, now) if via else "",
        until if via else None,
        ways,
        min(efforts, default=(0, 0, 0, 0)),
    )


def as_known(person: Person, now: datetime) -> Person:
    """Return the person without what lies in the future."""
    replaced = person.replaced if person.replaced and max(person.replaced) <= now else None
    return replace(
        person,
        levels=tuple(one for one in person.levels if one[2] <= now),
        read=person.read if person.read and person.read <= now else None,
        replaced=replaced,
        trained={name: at for name, at in person.trained.items() if at <= now},
        approved=person.approved if person.approved and person.approved <= now else None,
        grant=person.grant if person.grant and person.grant[0] <= now else None,
        sandboxes=tuple(one for one in person.sandboxes if one[0] <= now),
    )


def is_let(person: Person) -> bool:
    """Return whether anything can be decided of this person."""
    return person.is_on and person.is_member and not person.is_guest


def allowed_via(rule: Rule, person: Person, now: datetime) -> set[str]:
    """Return by what the person has the permission."""
    found = set[str]()
    if not is_let(person):
        return found
    if person.grant and now < person.grant[1]:
        # Grace: what was met at some moment of the last days is still good.
        lately = [now - timedelta(days=rule.grace), now]
        if any(is_met(rule, person, at) for at in lately):
            found.add("policy")
    if rule.sandbox and any(now < until for _, until in person.sandboxes):
        found.add("sandbox")
    return found


def lasting(rule: Rule, person: Person, now: datetime) -> str:
    """Return by what the person has the permission for the longest time."""
    left = allowed_via(rule, person, now)
    for at in moments(rule, person):
        if at > now and (after := left & allowed_via(rule, person, at)):
            left = after
        elif at > now:
            break
    return "policy" if "policy" in left else "sandbox"


def moments(rule: Rule, person: Person) -> list[datetime]:
    """Return every moment at which something may end, in order."""
    days = {part[-1] for part in parts(rule.tree) if part[0] in ("rules", "training")}
    ends = [one[3] for one in person.levels]
    for began in (person.read, person.replaced and person.replaced[0], *person.trained.values()):
        ends += [began + timedelta(days=one) for one in days] if began else []
    ends += [person.replaced[1]] if person.replaced else []
    ends += [person.approved + timedelta(days=rule.valid_for)] if person.approved else []
    last = [person.grant[1]] if person.grant else []
    last += [until for _, until in person.sandboxes]
    graced = [end + timedelta(days=rule.grace) for end in ends]
    return sorted({*ends, *graced, *last})


def is_met(rule: Rule, person: Person, at: datetime, given: Iterable[Tree] = ()) -> bool:
    """Return whether the tree is true at that moment, if these parts were met beside what is known."""

    def true(tree: Tree) -> bool:
        if tree[0] == "all":
            return all(map(true, tree[1]))
        if tree[0] == "any":
            return any(map(true, tree[1]))
        return part_is_met(rule, tree, person, at) or tree in given

    return true(rule.tree)


def part_is_met(rule: Rule, part: Tree, person: Person, at: datetime) -> bool:
    match part:
        case ("level", ladder, level):
            return has(ladder, person, at) >= int(level)
        case ("rules", days):
            lasts = timedelta(days=days)
            if person.replaced and at < person.replaced[1] and at < person.replaced[0] + lasts:
                return True
            return person.read is not None and at < person.read + lasts
        case ("training", name, days):
            return name in person.trained and at < person.trained[name] + timedelta(days=days)
    if person.approved is None:
        return False
    return not rule.asks_again or at < person.approved + timedelta(days=rule.valid_for)


def has(ladder: str, person: Person, at: datetime) -> int:
    """Return the level that counts on a ladder; "any" is the best of all families, which begin with "f"."""
    if ladder == "any":
        families = {one[0] for one in person.levels if one[0].startswith("f")}
        return max([has(one, person, at) for one in families], default=0)
    level = 0
    while any(one[:2] == (ladder, level + 1) and at < one[3] for one in person.levels):
        level += 1
    return level


def parts(tree: Tree) -> Iterator[Tree]:
    """Yield the parts of a tree."""
    if tree[0] in ("all", "any"):
        for one in tree[1]:
            yield from parts(one)
    else:
        yield tree


def smallest(rule: Rule, person: Person, now: datetime) -> Iterator[frozenset[Tree]]:
    """Yield each set of missing parts that is enough, and holds none that is enough with less."""
    every = {part for part in parts(rule.tree) if not part_is_met(rule, part, person, now)}
    closed: dict[frozenset[Tree], frozenset[Tree]] = {}
    for number in range(len(every) + 1):
        for chosen in combinations(sorted(every, key=repr), number):
            brought = frozenset(part for part in every if any(brings(one, part) for one in chosen))
            if is_met(rule, person, now, brought):
                closed.setdefault(brought, frozenset(chosen))
    for brought, way in closed.items():
        if not any(other < brought for other in closed):
            yield way


def brings(one: Tree, part: Tree) -> bool:
    """Return whether whoever meets the one part meets this part as well."""
    if one[0] != part[0]:
        return False
    if one[0] == "level":
        is_same = one[1] == part[1] or (part[1] == "any" and one[1].startswith("f"))
        return bool(is_same and one[2] >= part[2])
    return one[:-1] == part[:-1] and one[-1:] <= part[-1:]


def effort(way: Iterable[Tree], person: Person, now: datetime) -> tuple[int, int, int, int]:
    """Return the levels to go, and the numbers of trainings, approvals and readings."""
    kinds: Sequence[Tree] = list(way)
    levels = [part[2] - has(part[1], person, now) for part in kinds if part[0] == "level"]
    numbers = [sum(part[0] == kind for part in kinds) for kind in ("training", "approval", "rules")]
    return (sum(levels), numbers[0], numbers[1], numbers[2])
