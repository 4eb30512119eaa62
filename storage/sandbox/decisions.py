"""What supervisors do: approve a plan and grant permissions with it, return it, decline it, extend it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from coaching.members import MemberKey
from coaching.sandbox import (
    LONGEST_DAYS,
    SHORTEST_DAYS,
    Exclusion,
    Offer,
    PlanState,
    Span,
    allowed_data,
    grantable,
    halfway,
    is_too_long,
    is_within_limit,
    next_week,
)
from storage.database import Session
from storage.sandbox import permissions, plan_rows, supervisors
from storage.sandbox.notes import words_problem
from storage.sandbox.plan_rows import Plan

Problem = Literal["gone", "words", "long", "data", "permissions", "days", "extended"]
"""Why a decision cannot be made: the plan is in no state for it, words are missing or too many, its data is
no longer allowed, a permission was not asked for or is not for this data, the days are out of bounds, or the
plan was extended before.
"""


@dataclass(frozen=True)
class OverLimit:
    """The permissions that the member would have for more than 12 weeks in 52, in the order of their ids."""

    permissions: tuple[str, ...]


async def approve(
    session: Session,
    by: MemberKey,
    plan_id: str,
    granted: Collection[str],
    offer: Offer,
    *,
    words: str = "",
    now: datetime,
) -> Plan | Exclusion | Problem | OverLimit:
    """Let a plan run from now on, with these of the permissions that it asks for, and return it."""
    plan = await _to_decide(session, by, plan_id, now=now)
    if not isinstance(plan, Plan):
        return plan
    if plan.data not in allowed_data(offer):
        return "data"
    if plan.key is None or not set(granted) <= {*plan.facts.permissions} & {
        *grantable(offer, plan.data)
    }:
        return "permissions"
    if is_too_long(words):
        return "long"
    until = now + plan_rows.days_of(plan)
    if over := await _over_limit(session, plan, plan.key, granted, Span(now, until), now=now):
        return over
    plan.granted = json.dumps([one for one in plan.facts.permissions if one in granted])
    plan.decided_at = plan.started_at = now
    plan.decision_words, plan.ends_at = words or None, until
    plan.week_at, plan.halfway_at = next_week(now, until, now), halfway(now, until)
    facts = {"permissions": " ".join(plan.granted_ids)}
    await permissions.grant(session, plan, now=now)
    await plan_rows.move(session, plan, "running", "plan_approved", now=now, by=by, facts=facts)
    return plan


async def give_back(
    session: Session, by: MemberKey, plan_id: str, words: str, *, now: datetime
) -> Plan | Exclusion | Problem:
    """Return a plan to its member with words, so that they can change it and ask again."""
    return await _refuse(session, by, plan_id, "returned", words, now=now)


async def decline(
    session: Session, by: MemberKey, plan_id: str, words: str, *, now: datetime
) -> Plan | Exclusion | Problem:
    """Decline a plan with words."""
    return await _refuse(session, by, plan_id, "declined", words, now=now)


async def extend(
    session: Session, by: MemberKey, plan_id: str, days: int, reason: str, *, now: datetime
) -> Plan | Exclusion | Problem | OverLimit:
    """Let a running plan end so many days later, once, and its permissions with it."""
    found = await plan_rows.locked_for(session, by, plan_id)
    if found is None or found[0].supervisor != by.user_id:
        return "gone"
    plan, _ = found
    is_over = plan.ends_at is None or plan.ends_at <= now
    if plan.state != "running" or plan.started_at is None or plan.ends_at is None or is_over:
        return "gone"
    if not await supervisors.still_supervises(session, plan, now=now):
        return "not_supervisor"
    if plan.extended_at is not None:
        return "extended"
    if problem := words_problem(reason):
        return problem
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        return "days"
    span = Span(plan.started_at, plan.ends_at + timedelta(days=days))
    if plan.key is None:
        return "gone"
    if over := await _over_limit(session, plan, plan.key, plan.granted_ids, span, now=now):
        return over
    plan.ends_at, plan.extended_at, plan.extension_words = span.until, now, reason
    plan.week_at = next_week(plan.started_at, span.until, now)
    await permissions.grant(session, plan, now=now)
    facts = {"extended_by": days}
    await plan_rows.move(session, plan, "running", "plan_extended", now=now, by=by, facts=facts)
    return plan


async def _to_decide(
    session: Session, by: MemberKey, plan_id: str, *, now: datetime
) -> Plan | Exclusion | Literal["gone"]:
    """Return a plan that waits for this person, locked with both people; or why they cannot decide on it."""
    found = await plan_rows.locked_for(session, by, plan_id)
    if found is None or found[0].state != "asked" or found[0].supervisor != by.user_id:
        return "gone"
    plan, _ = found
    return await supervisors.exclusion(session, plan, by=by, now=now) or plan


async def _refuse(
    session: Session, by: MemberKey, plan_id: str, state: PlanState, words: str, *, now: datetime
) -> Plan | Exclusion | Problem:
    plan = await _to_decide(session, by, plan_id, now=now)
    if not isinstance(plan, Plan):
        return plan
    if problem := words_problem(words):
        return problem
    plan.decided_at, plan.decision_words = now, words
    await plan_rows.move(session, plan, state, f"plan_{state}", now=now, by=by)
    return plan


async def _over_limit(
    session: Session,
    plan: Plan,
    key: MemberKey,
    granted: Collection[str],
    span: Span,
    *,
    now: datetime,
) -> OverLimit | None:
    had = await supervisors.spans(session, key, now=now, without=plan.id)
    over = [one for one in sorted(granted) if not is_within_limit(had.get(one, ()), span)]
    return OverLimit(tuple(over)) if over else None
