"""What the clock does with sandboxes: ends, lines a week, looks halfway, missing reports, supervision.

Each plan has one moment at which it has to be looked at next. `take_next` does the one thing that is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func
from sqlmodel import col

from coaching.sandbox import OPEN_AFTER, REMIND_AFTER, UNSUPERVISED_FOR, next_week
from storage import holders, workspaces
from storage.database import Session
from storage.database.rows import update_rows, workspaces_with
from storage.sandbox import ends, plan_rows
from storage.sandbox.plan_rows import Plan
from storage.sandbox.supervisors import SUPERVISOR

What = Literal["ended", "halfway", "week", "reminded", "open", "looked"]
"""What happened to a plan: it ended, its look halfway or a line of a week is due, its report is missing for a
week, or for so long that its supervisor hears of it. "looked" when there was nothing to do yet.
"""


@dataclass(frozen=True)
class Event:
    """Something that the clock did with a plan, of which the caller tells somebody."""

    what: What
    plan: Plan


async def due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces with a plan that has to be looked at."""
    return await workspaces.connected_with(session, col(Plan.workspace_id), _is_due(now))


async def take_next(session: Session, workspace_id: str, *, now: datetime) -> Event | None:
    """Do the next thing that is due in the workspace, and return what it was; None if nothing is.

    The caller tells of it in the same transaction, so that neither is there without the other. Only one plan
    is looked at, because two transactions that lock the people of several could wait for each other.
    """
    here = col(Plan.workspace_id) == workspace_id
    for key, plan_id in await plan_rows.keys_of(session, here, _is_due(now)):
        plan = await plan_rows.locked(session, key, plan_id)
        if plan is None or plan.due_at is None or plan.due_at > now:
            continue
        what = await _look_at(session, plan, now=now)
        plan.plan_next()
        await session.flush()
        return Event(what, plan)
    return None


async def _look_at(session: Session, plan: Plan, *, now: datetime) -> What:
    if plan.state == "running":
        return await _look_at_running(session, plan, now=now)
    if plan.state != "ended" or plan.ended_at is None:
        return "looked"
    if plan.reminded_at is None and plan.ended_at + REMIND_AFTER <= now:
        plan.reminded_at = now
        return "reminded"
    if plan.reminded_at and plan.open_told_at is None and plan.ended_at + OPEN_AFTER <= now:
        plan.open_told_at = now
        return "open"
    return "looked"


async def _look_at_running(session: Session, plan: Plan, *, now: datetime) -> What:
    gone = plan.unsupervised_since
    if plan.ends_at and plan.ends_at <= now:
        await ends.end(session, plan, "time", by=None, now=now)
        return "ended"
    if gone and gone + UNSUPERVISED_FOR <= now:
        await ends.end(session, plan, "unsupervised", by=None, now=now)
        return "ended"
    if plan.halfway_at and plan.halfway_at <= now:
        plan.halfway_at = None
        return "halfway"
    if plan.week_at and plan.week_at <= now and plan.started_at and plan.ends_at:
        plan.week_at = next_week(plan.started_at, plan.ends_at, now)
        return "week"
    return "looked"


def _is_due(now: datetime) -> ColumnElement[bool]:
    return col(Plan.due_at).is_not(None) & (col(Plan.due_at) <= now)


async def supervised_workspaces(session: Session, *, now: datetime) -> Sequence[str]:  # noqa: ARG001
    """Return connected workspaces in which plans run, at most 200: others each time where there are more."""
    here = col(Plan.workspace_id)
    found = workspaces_with(
        Plan, None, (col(Plan.state) == "running") & workspaces.is_connected(here)
    )
    return list(await session.scalars(found.order_by(func.random()).limit(200)))


async def check_supervision(session: Session, workspace_id: str, *, now: datetime) -> None:
    """Store of which running plans the supervisor has the role no more, or has it again.

    The clock has to look at these plans at once, and stores when it has to look at them next.
    """
    able = await holders.holders(session, workspace_id, SUPERVISOR, now=now)
    running = (col(Plan.workspace_id) == workspace_id) & (col(Plan.state) == "running")
    # A supervisor who erased their data is NULL.
    is_without = col(Plan.supervisor).is_(None) | col(Plan.supervisor).not_in(able)
    since = col(Plan.unsupervised_since)
    for condition, moment in (
        (is_without & since.is_(None), now),
        (~is_without & since.is_not(None), None),
    ):
        await update_rows(session, Plan, running, condition, unsupervised_since=moment, due_at=now)
