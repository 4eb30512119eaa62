"""What members do with their plans: write one, ask a supervisor, withdraw it, change one that runs."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select
from sqlmodel import col

from coaching.members import MemberKey
from coaching.sandbox import (
    EDITABLE,
    UNDECIDED,
    Exclusion,
    Offer,
    PlanFacts,
    PlanProblem,
    plan_problems,
)
from storage import members
from storage.database import Session
from storage.database.rows import new_id
from storage.sandbox import ends, supervisors
from storage.sandbox.plan_rows import Plan as Plan
from storage.sandbox.plan_rows import is_of, locked, move
from storage.sandbox.plan_rows import of_member as of_member
from storage.sandbox.plan_rows import one as one

MOST_OPEN = 10
"""How many plans a member may have on which nobody decided."""

Gone = Literal["gone"]
"""There is no such plan of this member, or it is in no state for this."""


async def save_draft(
    session: Session,
    key: MemberKey,
    facts: PlanFacts,
    *,
    plan_id: str | None = None,
    replaces: str | None = None,
    now: datetime,
) -> Plan | Gone | Literal["many"]:
    """Store a new plan as a draft, or change the one with this id, and return it; it may have gaps.

    A plan can be changed while it is a draft or was returned. One that was returned and gets another
    supervisor goes on as a new plan.
    """
    if plan_id is not None:
        plan = await locked(session, key, plan_id)
        if plan is None or plan.status not in EDITABLE:
            return "gone"
        if plan.state == "draft" or plan.supervisor in (None, facts.supervisor):
            plan.put(facts)
            await session.flush()
            return plan
        # Who returned a plan stays known as its supervisor, because two may not supervise each other.
        await move(session, plan, "withdrawn", "plan_withdrawn", now=now, by=key)
        replaces = plan.replaces
    await members.ensure(session, key, now=now, is_alone=True)
    open_now = select(func.count()).where(is_of(key), col(Plan.state).in_(UNDECIDED))
    if (await session.scalar(open_now) or 0) >= MOST_OPEN:
        return "many"
    plan = Plan(
        workspace_id=key.workspace_id,
        id=new_id(),
        user_id=key.user_id,
        state="draft",
        replaces=replaces,
        opened_at=now,
    )
    plan.put(facts)
    session.add(plan)
    await session.flush()
    return plan


async def draft_from(
    session: Session, key: MemberKey, plan_id: str, *, now: datetime
) -> Plan | Gone | Literal["many"]:
    """Begin a plan with what another of the member's plans says.

    When that one runs, it ends as soon as this one is asked for: a running plan is never changed itself.
    """
    plan = await locked(session, key, plan_id)
    if plan is None or plan.status in EDITABLE or plan.status == "asked":
        return "gone"
    replaces = plan.id if plan.state == "running" else None
    return await save_draft(session, key, plan.facts, replaces=replaces, now=now)


async def remove_draft(session: Session, key: MemberKey, plan_id: str) -> bool:
    """Delete a plan that was never asked for; return False if there is none."""
    if await locked(session, key, plan_id) is None:
        return False
    gone = await session.execute(
        delete(Plan)
        .where(is_of(key), col(Plan.id) == plan_id, col(Plan.state) == "draft")
        .returning(col(Plan.id))
        .execution_options(synchronize_session=False)
    )
    return gone.first() is not None


async def ask(
    session: Session,
    key: MemberKey,
    plan_id: str,
    offer: Offer,
    known_risks: Collection[str],
    *,
    now: datetime,
) -> Plan | tuple[PlanProblem, ...] | Exclusion | Gone:
    """Ask the supervisor for the plan and return it; or return what is wrong with it, or with them.

    A running plan that it replaces ends at this moment, and with it the permissions of that plan.
    """
    plan = await locked(session, key, plan_id)
    if plan is None or plan.status not in EDITABLE:
        return "gone"
    if problems := plan_problems(plan.facts, offer, known_risks):
        return problems
    if exclusion := await supervisors.exclusion(session, plan, now=now):
        return exclusion
    if plan.replaces and (before := await locked(session, key, plan.replaces)):
        await ends.end(session, before, "changed", by=key, now=now)
    plan.round += 1
    plan.asked_at = now
    await move(session, plan, "asked", "plan_asked", now=now, by=key)
    return plan


async def withdraw(session: Session, key: MemberKey, plan_id: str, *, now: datetime) -> Plan | Gone:
    """Take back a plan that was asked for or returned, and return it."""
    plan = await locked(session, key, plan_id)
    if plan is None or plan.status not in ("asked", "returned"):
        return "gone"
    await move(session, plan, "withdrawn", "plan_withdrawn", now=now, by=key)
    return plan
