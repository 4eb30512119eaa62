"""Reads what `/rungs try` shows: the plans of a member and of a supervisor, and one plan with all of it."""

from bot.deps import Deps
from bot.features.sandbox.plan_views import PlanView
from bot.features.sandbox.publications import was_refused
from bot.features.sandbox.service import (
    offer,
    permission_titles,
    risk_titles,
    sees_register,
    supervises,
)
from bot.features.sandbox.views import Overview
from bot.slack.directory import clock_of
from coaching.members import MemberKey
from coaching.sandbox import plan_problems
from storage.access import grants
from storage.database import Session
from storage.sandbox import notes, plan_rows, register, reports, supervisors
from storage.sandbox.plan_rows import Plan


async def overview_of(session: Session, deps: Deps, key: MemberKey) -> Overview:
    """Return the plans that the card of `/rungs try` lists for this person."""
    is_supervisor = await supervises(session, deps, key)
    return Overview(
        own=await plan_rows.of_member(session, key),
        waiting=await register.waiting_for(session, key) if is_supervisor else [],
        supervised=await register.supervised(session, key) if is_supervisor else [],
        clock=await clock_of(session, deps, key),
        has_supervisors=bool(await supervisors.candidates(session, key, now=deps.now())),
        sees_register=await sees_register(session, deps, key),
    )


async def own_plan(session: Session, key: MemberKey, plan_id: str) -> Plan | None:
    """Return the member's plan with this id; None for what is not theirs."""
    plan = await plan_rows.one(session, key.workspace_id, plan_id)
    return plan if plan is not None and plan.key == key else None


async def own_view(
    session: Session, deps: Deps, key: MemberKey, plan_id: str, *, note: str | None = None
) -> PlanView | None:
    """Return the member's plan as its card shows it; None for what is not theirs."""
    plan = await own_plan(session, key, plan_id)
    return await view_of(session, deps, plan, key, note=note) if plan else None


async def overseen_view(
    session: Session, deps: Deps, key: MemberKey, plan_id: str, *, note: str | None = None
) -> PlanView | None:
    """Return a plan that this person supervises now; None for any other, and for a draft."""
    plan = await overseen_plan(session, deps, key, plan_id)
    return await view_of(session, deps, plan, key, note=note) if plan else None


async def overseen_plan(session: Session, deps: Deps, key: MemberKey, plan_id: str) -> Plan | None:
    """Return a plan that this person supervises now; None for a draft, their own, and any other."""
    if not await supervises(session, deps, key):
        return None
    plan = await register.for_supervisor(session, key, plan_id)
    return plan if plan is not None and plan.key != key else None


async def view_of(
    session: Session, deps: Deps, plan: Plan, reader: MemberKey, *, note: str | None = None
) -> PlanView:
    """Return a plan as this person reads it, who may."""
    risks = risk_titles(deps)
    workspace_id = plan.workspace_id
    report = await reports.of_plan(session, workspace_id, plan.id)
    waits = plan.state == "asked"
    able = waits and await supervisors.still_supervises(session, plan, now=deps.now())
    before = plan.replaces and await plan_rows.one(session, workspace_id, plan.replaces)
    return PlanView(
        plan,
        await clock_of(session, deps, reader),
        risks=risks,
        titles=permission_titles(deps),
        notes=await notes.of_plan(session, workspace_id, plan.id),
        report=report,
        was_refused=report is not None and await was_refused(session, report),
        changes_running=bool(before and before.state == "running"),
        is_stranded=waits and not able,
        lost=await _lost(session, plan),
        problems=plan_problems(plan.facts, offer(deps), risks),
        offered=[(title, one) for one, title in risks.items()],
        is_own=plan.key == reader,
        note=note,
    )


async def _lost(session: Session, plan: Plan) -> list[str]:
    """Return the permissions that a running plan was granted and that ended before it."""
    if plan.state != "running" or plan.user_id is None or not plan.granted_ids:
        return []
    every = await grants.of_members(session, plan.workspace_id, [plan.user_id])
    left = {one.permission_id for one in every if one.plan_id == plan.id}
    return [one for one in plan.granted_ids if one not in left]
