"""Who may supervise which plan, and which permissions a plan may still be granted, as stored now."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from coaching.members import MemberKey
from coaching.sandbox import (
    LONGEST_DAYS,
    NOT_MUTUAL,
    WITHIN,
    Exclusion,
    Span,
    days_left,
    exclusion_of,
)
from storage import holders
from storage.database import Session
from storage.sandbox.plan_rows import Plan, every, is_of

SUPERVISOR = "supervisor"
"""The role of those whom admins let supervise."""


async def candidates(session: Session, key: MemberKey, *, now: datetime) -> list[str]:
    """Return the user ids of those who may supervise this member's plans."""
    named = await holders.holders(session, key.workspace_id, SUPERVISOR, now=now)
    mutual = await _supervised_by(session, key, named, now=now)
    return [user for user in named if user != key.user_id and user not in mutual]


async def exclusion(
    session: Session, plan: Plan, *, by: MemberKey | None = None, now: datetime
) -> Exclusion | None:
    """Return why this person, or whom the plan names, may not supervise it; None if they may."""
    user_id = by.user_id if by else plan.supervisor
    if plan.key is None or user_id is None or user_id != plan.supervisor:
        return "not_supervisor"
    who = MemberKey(plan.workspace_id, user_id)
    return exclusion_of(
        is_themselves=user_id == plan.user_id,
        is_supervisor=await holders.has_role(session, who, SUPERVISOR, now=now),
        supervised_them=user_id in await _supervised_by(session, plan.key, [user_id], now=now),
    )


async def _supervised_by(
    session: Session, key: MemberKey, user_ids: Collection[str], *, now: datetime
) -> set[str]:
    """Return which of these people had a plan on which this member decided, or ran one, within 180 days."""
    since = now - NOT_MUTUAL
    is_recent: ColumnElement[bool] = (
        (col(Plan.decided_at) > since)
        | (col(Plan.ended_at) > since)
        | (col(Plan.state) == "running")
    )
    found = await session.scalars(
        select(col(Plan.user_id)).where(
            col(Plan.workspace_id) == key.workspace_id,
            col(Plan.supervisor) == key.user_id,
            col(Plan.user_id).in_(user_ids),
            is_recent,
        )
    )
    return {str(user) for user in found}


async def spans(
    session: Session, key: MemberKey, *, now: datetime, without: str | None = None
) -> dict[str, list[Span]]:
    """Return when the member had which permission through a sandbox lately, by permission.

    `without` is a plan that is left out, such as one that is about to run for longer.
    """
    past = (
        select(Plan)
        .where(is_of(key), col(Plan.started_at).is_not(None), col(Plan.granted) != "[]")
        .where((col(Plan.ended_at) > now - 2 * WITHIN) | col(Plan.ended_at).is_(None))
    )
    had: dict[str, list[Span]] = {}
    for plan in await every(session, past):
        for permission in plan.granted_ids:
            if plan.span and plan.id != without:
                had.setdefault(permission, []).append(plan.span)
    return had


async def days_left_for(
    session: Session,
    key: MemberKey,
    permissions: Collection[str],
    *,
    now: datetime,
    most: int = LONGEST_DAYS,
) -> Mapping[str, int]:
    """Return for how many days, at most `most`, each permission can be granted to the member from now on."""
    had = await spans(session, key, now=now)
    return {one: days_left(had.get(one, ()), now, most=most) for one in permissions}


async def still_supervises(session: Session, plan: Plan, *, now: datetime) -> bool:
    """Return whether the supervisor of the plan has the role now."""
    if plan.supervisor is None:
        return False
    who = MemberKey(plan.workspace_id, plan.supervisor)
    return await holders.has_role(session, who, SUPERVISOR, now=now)
