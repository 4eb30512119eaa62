"""`python -m tests.access.agreement`: policies and members that chance makes, decided by both evaluators.

Prints how many agreed. It makes 100,000, or as many as it is told; the tests make a few hundred.
"""

import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import HealthCheck, Phase, given, settings
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

AGO = [-40, -30, -13, *range(-10, 0), *range(-10, 0), 0, 0, 1, 3]
moments = st.sampled_from(
    [
        (NOW + timedelta(days=days, seconds=seconds)).astimezone(zone)
        for days in AGO
        for seconds in (0, 0, 0, -1, 1)
        for zone in ZONES
    ]
)
"""Moments around now, many of them exactly so many days away, or a second beside that."""

spans = st.tuples(moments, st.sampled_from([0, *range(1, 12), 20, 45])).map(
    lambda one: (one[0], one[0] + timedelta(days=one[1]))
)

LEAVES: list[list[Tree]] = [
    [("level", ladder, level) for ladder in (*LADDERS, "any") for level in (1, 1, 2, 3)],
    [("rules", days) for days in DAYS],
    [("training", name, days) for name in "ab" for days in DAYS],
    [("approval",)],
]
leaves = st.sampled_from(LEAVES).flatmap(st.sampled_from)
trees = st.recursive(
    leaves,
    lambda inner: st.tuples(
        st.sampled_from(["all", "any"]), st.lists(inner, min_size=2, max_size=3)
    ),
    max_leaves=7,
)
rules = st.builds(
    Rule,
    tree=trees,
    valid_for=st.sampled_from(DAYS),
    grace=st.sampled_from([0, 1, 3, 10]),
    asks_again=st.booleans(),
    sandbox=st.booleans(),
)
mostly = st.sampled_from([True] * 19 + [False])
ladder_levels = st.sampled_from([(one, level) for one in LADDERS for level in (1, 1, 2, 3)])
levels = st.tuples(ladder_levels, spans).map(lambda one: (*one[0], *one[1]))
anybody = st.builds(
    Person,
    is_member=mostly,
    is_guest=mostly.map(lambda one: not one),
    is_on=mostly,
    levels=st.lists(levels, min_size=2, max_size=9).map(tuple),
    read=moments | moments | st.none(),
    replaced=st.none() | spans,
    trained=st.dictionaries(st.sampled_from("ab"), moments, min_size=1),
    approved=moments | st.none(),
    grant=spans | spans | spans | st.none(),
    sandboxes=st.lists(spans, max_size=2).map(tuple),
)
late = st.sampled_from([NOW - timedelta(days=days, seconds=1) for days in (0, 0, 1, 2, 9)])
long = late.flatmap(
    lambda since: st.sampled_from([since + timedelta(days=days) for days in (1, 2, 3, 12, 40)]).map(
        lambda until: (since, until)
    )
)
capable = st.builds(
    Person,
    levels=st.tuples(long, long, long, long).map(
        lambda one: tuple((ladder, 1, *span) for ladder, span in zip(LADDERS, one, strict=True))
    ),
    read=late,
    trained=st.fixed_dictionaries({"a": late, "b": late}),
    approved=late,
    grant=long,
)
"""People who have a little of everything, so that many are allowed what they ask for."""

people = anybody | capable


@given(rules, people, st.sampled_from(ZONES))
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


def run(examples: int) -> None:
    """Compare the two evaluators over so many examples."""
    check = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )(agree)
    seen.clear()
    check()


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    found = ", ".join(f"{number:,} {name}" for name, number in seen.most_common())
    sys.stdout.write(
        f"{seen.total():,} policies and members: {found}. Both evaluators agreed on all.\n"
    )
