"""`python -m tests.access.agreement`: policies and members that chance makes, decided by both evaluators.

Prints how many agreed: of 100,000, or of as many as it is told, with a seed if it is told one. Where the two
differ it fails, and the seed printed first brings the same examples again.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from time import time_ns
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from coaching.access.decision import Decision, decide, next_grant
from coaching.access.facts import EarlierReading, Facts, Grant, SandboxGrant
from coaching.access.policy import (
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
from coaching.access.requirements import requirement_state
from coaching.evidence import FAMILIES, LadderKey, Verified
from tests.access import naive
from tests.access.naive import Person, Rule, Tree

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAYS = (1, 2, 3, 10, 30)
LADDERS = ("coding", "review", "f1", "f2")
ZONES = [UTC, timezone(timedelta(hours=13)), timezone(timedelta(hours=-11, minutes=-30))]

seen = Counter[str]()
"""How many examples were of each kind; a kind that never comes says nothing."""

AGO = (-40, -30, -13, *range(-10, 0), *range(-10, 0), 0, 0, 1, 3)
MOMENTS = [
    (NOW + timedelta(days=days, seconds=seconds)).astimezone(zone)
    for days in AGO
    for seconds in (0, 0, 0, -1, 1)
    for zone in ZONES
]
"""Moments around now, many of them exactly so many days away, or a second beside that."""

LATELY = [NOW - timedelta(days=days, seconds=1) for days in (0, 0, 1, 2, 9)]
LENGTHS = [timedelta(days=days) for days in (0, *range(1, 12), 20, 45)]
LEAVES: list[list[Tree]] = [
    [("level", ladder, level) for ladder in (*LADDERS, "any") for level in (1, 1, 2, 3)],
    [("rules", days) for days in DAYS],
    [("training", name, days) for name in "ab" for days in DAYS],
    [("approval",)],
]

T = TypeVar("T")


class Choose(Protocol):
    """Chooses one of several values: by chance, or as hypothesis does to find a small example."""

    def __call__(self, options: Sequence[T], /) -> T: ...


def made_rule(choose: Choose) -> Rule:
    """Return a permission with a tree of at most nine parts."""
    return Rule(
        tree=made_tree(choose, choose((0, 1, 1, 2))),
        valid_for=choose(DAYS),
        grace=choose((0, 1, 3, 10)),
        asks_again=choose((True, False)),
        sandbox=choose((True, False)),
    )


def made_tree(choose: Choose, depth: int) -> Tree:
    if not depth:
        return choose(choose(LEAVES))
    inner = [made_tree(choose, choose((0, depth - 1))) for _ in range(choose((2, 2, 3)))]
    return (choose(("all", "any")), inner)


def made_person(choose: Choose) -> Person:
    """Return somebody with a little of everything, or somebody who has all that is needed, for now."""

    def span() -> tuple[datetime, datetime]:
        since = choose(MOMENTS)
        return since, since + choose(LENGTHS)

    def long() -> tuple[datetime, datetime]:
        since = choose(LATELY)
        return since, since + choose(LENGTHS[1:])

    if choose((True, False)):
        return Person(
            levels=tuple((ladder, 1, *long()) for ladder in LADDERS),
            read=choose(LATELY),
            trained={name: choose(LATELY) for name in "ab"},
            approved=choose(LATELY),
            grant=long(),
        )
    return Person(
        is_member=choose(MOSTLY),
        is_guest=not choose(MOSTLY),
        is_on=choose(MOSTLY),
        levels=tuple(
            (choose(LADDERS), choose((1, 1, 2, 3)), *span()) for _ in range(choose(range(2, 9)))
        ),
        read=choose((None, *MOMENTS[::7])),
        replaced=choose((None, span())),
        trained={name: choose(MOMENTS) for name in "ab" if choose((True, True, False))},
        approved=choose((None, choose(MOMENTS))),
        grant=choose((None, span(), span(), span())),
        sandboxes=tuple(span() for _ in range(choose((0, 0, 1, 2)))),
    )


MOSTLY = (True,) * 19 + (False,)


def agree_on(data: st.DataObject) -> None:
    """Compare the two evaluators on an example of hypothesis, which makes it small where they differ."""

    def choose(options: Sequence[T], /) -> T:
        return data.draw(st.sampled_from(options))

    agree(made_rule(choose), made_person(choose), choose(ZONES))


def agree(rule: Rule, person: Person, zone: timezone) -> None:
    """Decide by both evaluators, and compare all that they say; then grant what the policy gives."""
    policy, facts, now = built(rule), facts_of(person), NOW.astimezone(zone)
    found, expected = decide(policy, "p", facts, now), naive.answer(rule, person, now)
    assert (found.is_allowed, found.via) == (expected.is_allowed, expected.via)
    assert found.until == expected.until
    assert found.is_allowed == (found.reason == "allowed")
    state = requirement_state(policy, "p", facts, now)
    assert state.is_met == naive.is_met(rule, naive.as_known(person, now), now)
    if naive.is_let(person):
        every = [way for way in (state.missing, *state.other_ways) if way]
        assert {frozenset(plain(one.part) for one in way) for way in every} == expected.ways
        assert tuple(
            sum(each) for each in zip(*(one.effort for one in state.missing), strict=True)
        ) == (expected.least if state.missing else ())
        assert all(list(way) == sorted(way, key=lambda one: one.effort) for way in every)
    count(found)
    grants_agree(policy, facts, now)


def grants_agree(policy: Policy, facts: Facts, now: datetime) -> None:
    """Whoever meets all is granted it, whoever has it and is in grace keeps it, and nobody else has it."""
    before = decide(policy, "p", replace(facts, sandbox=()), now)
    grant = next_grant(policy, "p", facts, now)
    after = decide(
        policy, "p", replace(facts, sandbox=(), grants={"p": grant} if grant else {}), now
    )
    old = facts.grants.get("p")
    is_out_of_order = old is not None and now < old.since
    is_met = requirement_state(policy, "p", facts, now).is_met
    is_let = facts.is_member and not facts.is_guest and "p" in facts.on
    assert after.is_allowed == (is_let and not is_out_of_order and (is_met or before.is_allowed))
    if grant and old and old.counts(now):
        assert grant.since == old.since
        assert grant.until >= old.until
    if grant and not is_out_of_order:
        longest = now + policy.permissions["p"].valid_for + policy.permissions["p"].grace
        assert grant.until <= max(longest, old.until if old else longest)


def count(decision: Decision) -> None:
    """Count this decision by its reason."""
    seen[decision.via or decision.reason] += 1


def built(rule: Rule) -> Policy:
    """Return the policy with this rule as its permission "p"."""
    permission = Permission(
        id="p",
        title="P",
        lets="You can do it.",
        tools=("Tool",),
        data=("public",),
        risk="low",
        requires=requirement(rule.tree),
        valid_for=timedelta(days=rule.valid_for),
        grace=timedelta(days=rule.grace),
        on_expiry="ask" if rule.asks_again else "renew",
        approver="boss",
        sandbox=rule.sandbox,
    )
    return Policy({"p": permission})


def requirement(tree: Tree) -> Requirement:
    match tree:
        case ("all", inner):
            return All(tuple(map(requirement, inner)))
        case ("any", inner):
            return AnyOf(tuple(map(requirement, inner)))
        case ("level", ladder, level):
            return VerifiedLevel(key(ladder), level)
        case ("rules", days):
            return RulesRead(days)
        case ("training", name, days):
            return TrainingDone(name, days)
    return Approval()


def plain(part: Part) -> Tree:
    """Return a part as the second evaluator names it."""
    match part:
        case VerifiedLevel(ladder, level):
            return ("level", ladder.family or ladder.framework, level)
        case RulesRead(days):
            return ("rules", days)
        case TrainingDone(name, days):
            return ("training", name, days)
        case Approval():
            return ("approval",)


def key(ladder: str) -> LadderKey:
    is_family = ladder == "any" or ladder.startswith("f")
    return LadderKey(FAMILIES, ladder) if is_family else LadderKey(ladder)


def facts_of(person: Person) -> Facts:
    """Return the person as facts."""
    return Facts(
        is_member=person.is_member,
        is_guest=person.is_guest,
        verified=tuple(
            Verified(key(ladder), level, since, until, "")
            for ladder, level, since, until in person.levels
        ),
        rules_read_at=person.read,
        earlier_rules=EarlierReading(*person.replaced) if person.replaced else None,
        trainings=person.trained,
        approvals={"p": person.approved} if person.approved else {},
        grants={"p": Grant("p", *person.grant)} if person.grant else {},
        sandbox=tuple(SandboxGrant("p", "plan", *one) for one in person.sandboxes),
        on=frozenset({"p"} if person.is_on else ()),
    )


def run(examples: int, seed: int) -> None:
    """Compare the two evaluators on so many examples that chance makes."""
    seen.clear()
    chance = Random(seed)
    for _ in range(examples):
        agree(made_rule(chance.choice), made_person(chance.choice), chance.choice(ZONES))


if __name__ == "__main__":
    told = [int(one) for one in sys.argv[1:]]
    number, seed = told[0] if told else 100_000, told[1] if told[1:] else time_ns()
    sys.stdout.write(f"Seed {seed}.\n")
    run(number, seed)
    kinds = ", ".join(f"{count:,} {name}" for name, count in seen.most_common())
    sys.stdout.write(
        f"{seen.total():,} policies and members: {kinds}. Both evaluators agreed on all.\n"
    )
