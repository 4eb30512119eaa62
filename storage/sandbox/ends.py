"""How sandboxes end: by whoever stops them, by time, by what the clock finds, and with the whole capability.

Whatever ends a plan ends the permissions that were granted with it in the same transaction.
"""

from datetime import datetime
from typing import Literal

from sqlmodel import col

from coaching.members import MemberKey
from coaching.sandbox import EndReason, is_too_long
from storage.database import Session
from storage.sandbox import permissions, plan_rows
from storage.sandbox.notes import Problem
from storage.sandbox.plan_rows import NO_REPORT, Plan, is_of


async def stop(
    session: Session, by: MemberKey, plan_id: str, *, words: str = "", now: datetime
) -> Plan | Problem:
    """Stop a running plan at once; its member and its supervisor can, and neither has to say why."""
    found = await plan_rows.locked_for(session, by, plan_id)
    plan = found[0] if found else None
    if plan is None or plan.state != "running" or by.user_id not in (plan.user_id, plan.supervisor):
        return "gone"
    if is_too_long(words):
        return "long"
    plan.end_words = words or None
    is_own = by.user_id == plan.user_id
    reason: EndReason = "stopped_by_member" if is_own else "stopped_by_supervisor"
    await end(session, plan, reason, by=by, now=now)
    return plan


async def end(
    session: Session, plan: Plan, reason: EndReason, *, by: MemberKey | None, now: datetime
) -> None:
    """End a plan that is locked, if it runs, and its permissions with it.

    A plan whose time was over ended when it was over, also when the clock comes late.
    """
    if plan.state != "running" or plan.started_at is None or plan.ends_at is None:
        return
    if now >= plan.ends_at:
        reason = reason if reason in NO_REPORT else "time"
    plan.ended_at, plan.end_reason = max(plan.started_at, min(now, plan.ends_at)), reason
    plan.week_at = plan.halfway_at = plan.unsupervised_since = None
    await permissions.end(session, plan, now=now)
    facts = {"reason": reason}
    await plan_rows.move(session, plan, "ended", "plan_ended", now=now, by=by, facts=facts)


async def end_of_member(
    session: Session, key: MemberKey, reason: Literal["left", "erased"], *, now: datetime
) -> None:
    """End the plans of a member who is gone, and take back those that wait for a decision."""
    is_open = col(Plan.state).in_(("running", "asked", "returned"))
    for _, plan_id in await plan_rows.keys_of(session, is_of(key), is_open):
        plan = await plan_rows.locked(session, key, plan_id)
        if plan is not None and plan.state == "running":
            await end(session, plan, reason, by=None, now=now)
        elif plan is not None and plan.state in ("asked", "returned"):
            await plan_rows.move(session, plan, "withdrawn", "plan_withdrawn", now=now, by=None)


async def end_next(session: Session, workspace_id: str, *, now: datetime) -> Plan | None:
    """End one plan of a workspace in which sandboxes are off, and return it; None if none runs."""
    running = (col(Plan.workspace_id) == workspace_id) & (col(Plan.state) == "running")
    for key, plan_id in await plan_rows.keys_of(session, running, limit=1):
        plan = await plan_rows.locked(session, key, plan_id)
        if plan is not None and plan.state == "running":
            await end(session, plan, "off", by=None, now=now)
            return plan
    return None
