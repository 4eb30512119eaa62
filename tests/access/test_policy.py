"""Decisions: at the second of an end, in other zones, with the clock set back, and what is missing first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coaching.access.decision import Reason, decide, ends_at, next_grant, renewed_from
from coaching.access.facts import EarlierReading, Facts, Grant, SandboxGrant
from coaching.access.policy import (
    ANY_FAMILY,
    All,
    AnyOf,
    Approval,
    Permission,
    Policy,
    Requirement,
    RulesRead,
    TrainingDone,
    VerifiedLevel,
)
from coaching.access.requirements import requirement_state
from coaching.evidence import FAMILIES, LadderKey, Verified
from tests.access import agreement

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
CODING, SALES = LadderKey("ai-coding"), LadderKey(FAMILIES, "sales")


def policy(requires: Requirement, *, grace: int = 0, asks: bool = False) -> Policy:
    permission = Permission(
        id="agent",
        title="Agent",
        lets="You can let an agent work.",
        tools=("Agents",),
        data=("internal",),
        risk="high",
        requires=requires,
        valid_for=365 * DAY,
        grace=grace * DAY,
        on_expiry="ask" if asks else "renew",
        approver="security",
        sandbox=True,
    )
    return Policy({"agent": permission})


def verified(level: int, until: datetime, ladder: LadderKey = CODING) -> Verified:
    return Verified(ladder, level, NOW - 100 * DAY, until, "claim")


def member(**facts: Any) -> Facts:
    """A member who has had the permission for ten days."""
    grant = Grant("agent", NOW - 10 * DAY, NOW + 355 * DAY)
    return replace(Facts(is_member=True, on=frozenset({"agent"}), grants={"agent": grant}), **facts)


def is_allowed(policy: Policy, facts: Facts, now: datetime) -> bool:
    return decide(policy, "agent", facts, now).is_allowed


CODING_2 = policy(VerifiedLevel(CODING, 2))


def test_a_permission_ends_at_the_second_at_which_a_level_ends() -> None:
    facts = member(verified=(verified(1, NOW + 40 * DAY), verified(2, NOW)))
    before = decide(CODING_2, "agent", facts, NOW - SECOND)
    assert (before.is_allowed, before.via, before.until) == (True, "policy", NOW)
    assert not is_allowed(CODING_2, facts, NOW)
    assert is_allowed(CODING_2, facts, NOW - timedelta(microseconds=1))


def test_a_level_needs_every_level_below_it() -> None:
    facts = member(verified=(verified(1, NOW), verified(2, NOW + DAY)))
    assert decide(CODING_2, "agent", facts, NOW - SECOND).until == NOW
    assert not is_allowed(CODING_2, facts, NOW)


@pytest.mark.parametrize("hours", [-11, 0, 5.5, 13])
def test_a_zone_changes_nothing(hours: float) -> None:
    zone = timezone(timedelta(hours=hours))
    facts = member(verified=(verified(1, NOW), verified(2, NOW.astimezone(zone))))
    for now in (NOW, NOW.astimezone(zone)):
        assert is_allowed(CODING_2, facts, now - SECOND)
        assert not is_allowed(CODING_2, facts, now)


def test_time_without_a_zone_is_a_no() -> None:
    facts = member(verified=(verified(1, NOW + DAY), verified(2, NOW + DAY)))
    found = decide(CODING_2, "agent", facts, NOW.replace(tzinfo=None))
    assert (found.is_allowed, found.reason) == (False, "clock")


def test_a_clock_set_back_is_a_no() -> None:
    read = policy(RulesRead(30))
    facts = member(rules_read_at=NOW, grants={"agent": Grant("agent", NOW, NOW + DAY)})
    assert is_allowed(read, facts, NOW)
    found = decide(read, "agent", facts, NOW - SECOND)
    assert (found.is_allowed, found.reason) == (False, "clock")
    assert next_grant(read, "agent", facts, NOW - SECOND) == facts.grants["agent"]
    assert not requirement_state(read, "agent", facts, NOW - SECOND).is_met


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (member(on=frozenset()), "not_on"),
        (member(is_member=False), "not_member"),
        (member(is_guest=True), "guest"),
        (member(), "not_met"),
        (member(rules_read_at=NOW, grants={}), "not_granted"),
        (member(rules_read_at=NOW, grants={"agent": Grant("agent", NOW - DAY, NOW)}), "ended"),
    ],
)
def test_everything_else_is_a_no_with_its_reason(facts: Facts, reason: Reason) -> None:
    read = policy(RulesRead(30))
    assert decide(read, "agent", facts, NOW).reason == reason
    assert not is_allowed(read, facts, NOW)
    unknown = decide(read, "agents", facts, NOW)
    assert (unknown.is_allowed, unknown.reason) == (False, "unknown_permission")


def test_grace_is_for_what_ended_by_time_and_never_for_what_was_taken_back() -> None:
    graced = policy(VerifiedLevel(CODING, 1), grace=14)
    ended = member(verified=(verified(1, NOW - 13 * DAY),))
    found = decide(graced, "agent", ended, NOW)
    assert (found.is_allowed, found.until) == (True, NOW + DAY)
    assert not is_allowed(graced, ended, NOW + DAY)
    revoked = member()
    assert not is_allowed(graced, revoked, NOW)
    assert next_grant(graced, "agent", replace(ended, grants={}), NOW) is None


def test_grace_prolongs_no_grant_that_ends_by_itself() -> None:
    graced = policy(VerifiedLevel(CODING, 1), grace=14)
    facts = member(
        verified=(verified(1, NOW),), grants={"agent": Grant("agent", NOW - 365 * DAY, NOW)}
    )
    assert decide(graced, "agent", facts, NOW - SECOND).until == NOW
    kept = next_grant(graced, "agent", facts, NOW - SECOND)
    assert kept is not None
    facts = replace(facts, grants={"agent": kept})
    assert is_allowed(graced, facts, NOW + 14 * DAY - SECOND)
    assert not is_allowed(graced, facts, NOW + 14 * DAY)
    assert next_grant(graced, "agent", facts, NOW + 14 * DAY) is None


def test_new_rules_leave_the_days_of_grace_to_read_them() -> None:
    read = policy(RulesRead(365), grace=14)
    facts = member(earlier_rules=EarlierReading(NOW - 100 * DAY, NOW - 14 * DAY + SECOND))
    assert is_allowed(read, facts, NOW)
    assert not is_allowed(read, facts, NOW + SECOND)
    assert not requirement_state(read, "agent", facts, NOW).is_met
    assert is_allowed(read, replace(facts, rules_read_at=NOW), NOW + SECOND)


def test_all_end_with_the_first_and_any_with_the_last() -> None:
    first, last = RulesRead(10), TrainingDone("safety", 20)
    facts = member(rules_read_at=NOW, trainings={"safety": NOW})
    for requires, days in ((All((first, last)), 10), (AnyOf((first, last)), 20)):
        state = requirement_state(policy(requires), "agent", facts, NOW)
        assert (state.is_met, state.until) == (True, NOW + days * DAY)
        assert decide(policy(requires), "agent", facts, NOW).until == NOW + days * DAY


def test_any_family_is_the_best_of_them() -> None:
    any_2 = policy(VerifiedLevel(ANY_FAMILY, 2))
    design = LadderKey(FAMILIES, "design")
    split = (verified(1, NOW + DAY, SALES), verified(2, NOW + DAY, design))
    (missing,) = requirement_state(any_2, "agent", member(verified=split), NOW).missing
    assert (missing.has_level, missing.effort.levels) == (1, 1)
    both = (*split, verified(1, NOW + 2 * DAY, design), verified(2, NOW + 3 * DAY, CODING))
    assert requirement_state(any_2, "agent", member(verified=both), NOW).until == NOW + DAY


def test_what_is_missing_comes_in_order_of_effort() -> None:
    requires = All(
        (
            VerifiedLevel(CODING, 3),
            VerifiedLevel(SALES, 1),
            TrainingDone("safety", 30),
            Approval(),
            RulesRead(30),
        )
    )
    facts = member(verified=(verified(1, NOW + DAY),), trainings={"safety": NOW - 30 * DAY})
    missing = requirement_state(policy(requires), "agent", facts, NOW).missing
    assert [one.part for one in missing] == [
        *(RulesRead(30), Approval(), TrainingDone("safety", 30)),
        *(VerifiedLevel(SALES, 1), VerifiedLevel(CODING, 3)),
    ]
    assert [(one.ended_at, one.has_level, one.effort.levels) for one in missing[2:]] == [
        (NOW, 0, 0),
        (None, 0, 1),
        (None, 1, 2),
    ]


def test_of_several_ways_the_one_of_least_effort_comes_first() -> None:
    levels = All((VerifiedLevel(CODING, 1), RulesRead(30)))
    requires = AnyOf((levels, TrainingDone("safety", 30), All((RulesRead(30), Approval()))))
    state = requirement_state(policy(requires), "agent", member(), NOW)
    ways = [[one.part for one in way] for way in (state.missing, *state.other_ways)]
    assert ways == [
        [RulesRead(30), Approval()],
        [TrainingDone("safety", 30)],
        [RulesRead(30), VerifiedLevel(CODING, 1)],
    ]


def test_no_way_asks_for_more_than_is_needed() -> None:
    requires = All((RulesRead(30), AnyOf((VerifiedLevel(SALES, 2), VerifiedLevel(ANY_FAMILY, 1)))))
    state = requirement_state(policy(requires), "agent", member(rules_read_at=NOW), NOW)
    assert [one.part for one in state.missing] == [VerifiedLevel(ANY_FAMILY, 1)]
    assert state.other_ways == ()


def test_a_sandbox_grants_what_the_policy_does_not_and_ends_at_its_second() -> None:
    facts = member(grants={}, sandbox=(SandboxGrant("agent", "plan", NOW - DAY, NOW + DAY),))
    found = decide(CODING_2, "agent", facts, NOW)
    assert (found.is_allowed, found.via, found.until) == (True, "sandbox", NOW + DAY)
    assert not is_allowed(CODING_2, facts, NOW + DAY)
    assert not is_allowed(CODING_2, facts, NOW - DAY - SECOND)
    unmarked = replace(CODING_2.permissions["agent"], sandbox=False)
    assert not is_allowed(Policy({"agent": unmarked}), facts, NOW)


def test_a_grant_is_renewed_without_a_gap_while_all_is_met() -> None:
    approved = policy(Approval())
    facts = member(approvals={"agent": NOW - DAY})
    grant = next_grant(approved, "agent", replace(facts, grants={}), NOW)
    assert grant == Grant("agent", NOW, NOW + 365 * DAY)
    permission = approved.permissions["agent"]
    facts, ahead = replace(facts, grants={"agent": grant}), renewed_from(permission, grant)
    assert ahead == grant.until - 14 * DAY
    assert next_grant(approved, "agent", facts, ahead - SECOND) == grant
    assert next_grant(approved, "agent", facts, ahead) == Grant("agent", NOW, ahead + 365 * DAY)
    assert ends_at(permission, facts, NOW) is None


def test_where_approval_is_asked_for_again_only_a_new_one_goes_on() -> None:
    asking = policy(Approval(), asks=True)
    permission = asking.permissions["agent"]
    facts = member(approvals={"agent": NOW}, grants={"agent": Grant("agent", NOW, NOW + 365 * DAY)})
    end = NOW + 365 * DAY
    assert ends_at(permission, facts, NOW) == end
    assert next_grant(asking, "agent", facts, end - SECOND) == facts.grants["agent"]
    assert next_grant(asking, "agent", facts, end) is None
    again = replace(facts, approvals={"agent": end - 9 * DAY})
    grant = next_grant(asking, "agent", again, end - 9 * DAY)
    assert grant == Grant("agent", NOW, end - 9 * DAY + 365 * DAY)


def test_the_version_is_that_of_what_the_permissions_say() -> None:
    one, other = CODING_2.permissions["agent"], policy(All((Approval(), RulesRead(30))))
    second = replace(one, id="second")
    both = Policy({"agent": one, "second": second})
    assert both.version == Policy({"second": second, "agent": one}).version
    assert len({CODING_2.version, other.version, both.version, Policy().version}) == 4
    changed = policy(AnyOf((Approval(), RulesRead(30))))
    assert changed.version != other.version


def test_a_second_evaluator_decides_the_same() -> None:
    agreement.run(1000, seed=1)
    assert {"policy", "sandbox", "not_met", "not_granted", "ended"} <= agreement.seen.keys()


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_it_also_does_on_what_is_made_to_differ(data: st.DataObject) -> None:
    agreement.agree_on(data)
