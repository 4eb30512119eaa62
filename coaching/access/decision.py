"""Decisions: whether a member has a permission now, why not, and which grant the policy gives them.

Whatever is unknown or out of order is a no: a permission, a member, a clock.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coaching.access.facts import Facts, Grant
from coaching.access.policy import RENEWED_BEFORE, Permission, Policy
from coaching.access.requirements import (
    ALWAYS,
    NEVER,
    Way,
    end_of,
    requirement_state,
    with_grace,
)

Reason = Literal[
    "allowed", "unknown_permission", "not_on", "not_member", "guest", "clock", "ended", "not_met",
    "not_granted",
]  # fmt: skip
Via = Literal["", "policy", "sandbox"]


@dataclass(frozen=True)
class Decision:
    """Whether a member has a permission, and why or why not.

    `missing` is what they can do about it, in order of effort; only they may see it. `until` is when a yes
    ends at the latest, and `version` the version of the policy.
    """

    is_allowed: bool
    reason: Reason
    version: str
    missing: Way = ()
    until: datetime | None = None
    via: Via = ""


def decide(policy: Policy, permission_id: str, facts: Facts, now: datetime) -> Decision:
    """Return whether the member has this permission at this moment."""
    if reason := _refusal(policy, permission_id, facts, now):
        return Decision(is_allowed=False, reason=reason, version=policy.version)
    permission = policy.permissions[permission_id]
    by_policy = _until_by_policy(permission, facts, now)
    by_sandbox = _until_by_sandbox(permission, facts, now)
    if now < max(by_policy, by_sandbox):
        return Decision(
            is_allowed=True,
            reason="allowed",
            version=policy.version,
            until=max(by_policy, by_sandbox),
            via="policy" if by_policy >= by_sandbox else "sandbox",
        )
    return _denial(policy, permission, facts, now)


def _refusal(policy: Policy, permission_id: str, facts: Facts, now: datetime) -> Reason | None:
    """Return why nothing of this permission can be decided on; None when it can."""
    if now.utcoffset() is None:
        return "clock"
    if permission_id not in policy.permissions:
        return "unknown_permission"
    if permission_id not in facts.on:
        return "not_on"
    if not facts.is_member:
        return "not_member"
    return "guest" if facts.is_guest else None


def _until_by_policy(permission: Permission, facts: Facts, now: datetime) -> datetime:
    """Return when the member's grant ends, by itself or with its requirements; `NEVER` without one."""
    grant = facts.grants.get(permission.id)
    if grant is None or not grant.counts(now):
        return NEVER
    return min(grant.until, with_grace(end_of(permission, facts, now), permission.grace))


def _until_by_sandbox(permission: Permission, facts: Facts, now: datetime) -> datetime:
    """Return when the last grant by a sandbox ends that counts now; `NEVER` without one."""
    if not permission.sandbox:
        return NEVER
    ends = (
        one.until for one in facts.sandbox if one.permission == permission.id and one.counts(now)
    )
    return max(ends, default=NEVER)


def _denial(policy: Policy, permission: Permission, facts: Facts, now: datetime) -> Decision:
    grant = facts.grants.get(permission.id)
    met = requirement_state(policy, permission.id, facts, now)
    reason: Reason = "not_granted"
    if grant and now < grant.since:
        reason = "clock"
    elif not met.is_met:
        reason = "not_met"
    elif grant and grant.until <= now:
        reason = "ended"
    return Decision(is_allowed=False, reason=reason, version=policy.version, missing=met.missing)


def next_grant(policy: Policy, permission_id: str, facts: Facts, now: datetime) -> Grant | None:
    """Return the grant that the policy gives the member at this moment; None for none.

    A grant that goes on keeps its `since`. While all is met it is renewed ahead of its end, or by a
    new approval where approval is asked for again. In grace it lasts until the grace is over. One from after
    `now` is left as it is: the clock was set back, and nobody knows how far.
    """
    if _refusal(policy, permission_id, facts, now):
        return None
    permission, old = policy.permissions[permission_id], facts.grants.get(permission_id)
    if old and now < old.since:
        return old
    end = end_of(permission, facts, now)
    if old is None or not old.counts(now):
        if end <= now:
            return None
        return Grant(permission_id, now, now + permission.valid_for)
    if with_grace(end, permission.grace) <= now:
        return None
    if permission.asks_again:
        approved = facts.approvals.get(permission_id, NEVER)
        is_new = old.since < approved <= now < end
        until = approved + permission.valid_for if is_new else old.until
    elif now < renewed_from(permission, old):
        until = old.until
    else:
        until = now + permission.valid_for if now < end else with_grace(end, permission.grace)
    return Grant(permission_id, old.since, max(old.until, until))


def renewed_from(permission: Permission, grant: Grant) -> datetime:
    """Return from when on a grant is renewed, if its permission is one that is renewed."""
    return grant.until - min(RENEWED_BEFORE, permission.valid_for / 2)


def ends_at(permission: Permission, facts: Facts, now: datetime) -> datetime | None:
    """Return when the member's grant ends if nobody does anything; None for no end, or without a grant.

    Members are told ahead of this moment. A grant that will be renewed ends with its requirements.
    """
    grant = facts.grants.get(permission.id)
    if grant is None or not grant.counts(now):
        return None
    end = with_grace(end_of(permission, facts, now), permission.grace)
    last = end if permission.on_expiry == "renew" else min(end, grant.until)
    return None if last == ALWAYS else last
