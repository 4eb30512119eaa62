"""What changes for a member at a moment: their grants, what others are told, and what comes next.

A permission that a member has, as receivers and they were told, is *held*. Each time it begins, its end
moves, or it ends, there is one `Move`. When a held permission is decided on only after its end, it ended,
also if it is granted again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from coaching.access.decision import Decision, decide, ends_at, next_grant, renewed_from
from coaching.access.facts import Facts, Grant, SandboxGrant
from coaching.access.policy import Permission, Policy
from coaching.access.requirements import ALWAYS, end_of, with_grace

TOLD_BEFORE = timedelta(days=14)
"""How long before the end of a permission the member is told."""

Change = Literal["granted", "changed", "ended"]
Source = Literal["policy", "sandbox"]


@dataclass(frozen=True)
class Held:
    """A permission that a member has, as was told; `told_until` is the end of which they were told ahead."""

    permission: str
    since: datetime
    until: datetime
    via: Source
    version: str
    told_until: datetime | None = None


@dataclass(frozen=True)
class Move:
    """One change of what a member has; `until` is None and `reason` says why when it ended."""

    permission: str
    change: Change
    until: datetime | None
    via: Source
    reason: str
    version: str


@dataclass(frozen=True)
class Settled:
    """What holds from now on.

    `grants` are those by the policy, and `sandbox` those by plans that go on; all others are over. `held`
    are the permissions that the member has, `moves` how this differs from before, in their order, and
    `ending` those of whose end the member is told now. `next_at` is when to settle again if nothing happens.
    """

    grants: Mapping[str, Grant]
    sandbox: tuple[SandboxGrant, ...]
    held: Mapping[str, Held]
    moves: tuple[Move, ...]
    ending: tuple[str, ...]
    next_at: datetime | None


def settle(policy: Policy, facts: Facts, held: Mapping[str, Held], now: datetime) -> Settled:
    """Return what changes for a member at this moment, from the facts and from what they have so far."""
    given = {one: next_grant(policy, one, facts, now) for one in sorted(policy.permissions)}
    grants = {name: grant for name, grant in given.items() if grant}
    sandbox = tuple(one for one in facts.sandbox if _goes_on(policy, one, facts, now))
    after = replace(facts, grants=grants, sandbox=sandbox)
    moves: list[Move] = []
    kept: dict[str, Held] = {}
    for name in sorted(policy.permissions.keys() | held.keys()):
        decision = decide(policy, name, after, now)
        before = held.get(name)
        if before and decision.reason != "allowed" and _is_ahead(name, after, now):
            kept[name] = before  # The clock was set back: the answer is no, and nothing is told.
            continue
        moves += _moves(name, before, decision, now)
        if decision.is_allowed and decision.until:
            goes_on = before is not None and now < before.until
            since = before.since if before and goes_on else now
            told = before.told_until if before and goes_on else None
            via = _source(decision)
            kept[name] = Held(name, since, decision.until, via, decision.version, told)
    ending = _ending(policy, after, kept, now)
    kept |= {name: replace(kept[name], told_until=end) for name, end in ending.items()}
    return Settled(
        grants,
        sandbox,
        kept,
        tuple(moves),
        tuple(name for name in ending if name in held and kept[name].since != now),
        min(_moments(policy, after, kept.values(), now), default=None),
    )


def _goes_on(policy: Policy, one: SandboxGrant, facts: Facts, now: datetime) -> bool:
    """Return whether a grant by a plan is not over: by time, or because the member can have it no more."""
    permission = policy.permissions.get(one.permission)
    if permission is None or not permission.sandbox or one.permission not in facts.on:
        return False
    return facts.is_member and not facts.is_guest and now < one.until


def _is_ahead(permission: str, facts: Facts, now: datetime) -> bool:
    """Return whether the member has a grant of this permission that begins only after this moment."""
    grant = facts.grants.get(permission)
    if grant and now < grant.since:
        return True
    return any(one.permission == permission and now < one.since for one in facts.sandbox)


def _moves(
    permission: str, before: Held | None, decision: Decision, now: datetime
) -> Iterable[Move]:
    was = before
    if was and (not decision.is_allowed or was.until <= now):
        reason = "ended" if decision.is_allowed else decision.reason
        yield Move(permission, "ended", None, was.via, reason, decision.version)
        was = None
    if not decision.is_allowed:
        return
    via = _source(decision)
    if was is None:
        yield Move(permission, "granted", decision.until, via, "allowed", decision.version)
    elif (was.until, was.via) != (decision.until, via):
        yield Move(permission, "changed", decision.until, via, "allowed", decision.version)


def _source(decision: Decision) -> Source:
    return "sandbox" if decision.via == "sandbox" else "policy"


def _ending(
    policy: Policy,
    facts: Facts,
    kept: Mapping[str, Held],
    now: datetime,
) -> dict[str, datetime]:
    """Return the permissions by the policy that end soon, and when; not those of which this was told."""
    found = {}
    for name, one in kept.items():
        if one.via == "policy" and (permission := policy.permissions.get(name)):
            end = ends_at(permission, facts, now)
            if end and end - TOLD_BEFORE <= now < end and one.told_until != end:
                found[name] = end
    return found


def _moments(
    policy: Policy, facts: Facts, kept: Collection[Held], now: datetime
) -> Iterable[datetime]:
    """Yield the moments after this one at which something changes by time alone."""
    found = [*_beginnings(facts), *(one.until for one in kept), *(one.since for one in kept)]
    for sandbox in facts.sandbox:
        found += (sandbox.since, sandbox.until)
    for name, grant in facts.grants.items():
        found += (grant.since, grant.until)
        if permission := policy.permissions.get(name):
            found += _of_grant(permission, grant, facts, now)
    return (moment for moment in found if now < moment < ALWAYS)


def _of_grant(
    permission: Permission, grant: Grant, facts: Facts, now: datetime
) -> Iterable[datetime]:
    if permission.on_expiry == "renew":
        yield renewed_from(permission, grant)
    end = end_of(permission, facts, now)
    yield from (end, with_grace(end, permission.grace))
    last = ends_at(permission, facts, now)
    if last:
        yield last - TOLD_BEFORE


def _beginnings(facts: Facts) -> Iterable[datetime]:
    """Yield the moments from which facts count; those after now are there when a clock was set back."""
    yield from (one.verified_at for one in facts.verified)
    yield from facts.trainings.values()
    yield from facts.approvals.values()
    if facts.rules_read_at:
        yield facts.rules_read_at
    if facts.earlier_rules:
        yield from (facts.earlier_rules.read_at, facts.earlier_rules.replaced_at)
