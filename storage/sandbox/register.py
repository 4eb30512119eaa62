"""Plans as supervisors and leads read them: what waits for whom, what runs, what was learned."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from coaching.members import MemberKey
from storage.database import Session
from storage.sandbox.plan_rows import Plan, every
from storage.sandbox.reports import Report

PAGE = 10
SHOWN = ("running", "ended", "reported")
"""The states of the plans that the register has; others only their member and their supervisor see."""


@dataclass(frozen=True)
class Entry:
    """A plan of the register with its report; None while there is none."""

    plan: Plan
    report: Report | None


async def waiting_for(session: Session, supervisor: MemberKey) -> list[Plan]:
    """Return the plans on which this person is to decide, oldest first."""
    theirs = _is_under(supervisor) & (col(Plan.state) == "asked")
    return await every(session, select(Plan).where(theirs).order_by(col(Plan.asked_at)))


async def supervised(session: Session, supervisor: MemberKey, *, limit: int = 50) -> list[Plan]:
    """Return the plans that ran under this person, those that run first, then the newest."""
    theirs = _is_under(supervisor) & col(Plan.state).in_(SHOWN)
    is_over = col(Plan.state) != "running"
    found = select(Plan).where(theirs).order_by(is_over, col(Plan.started_at).desc(), col(Plan.id))
    return await every(session, found.limit(limit))


async def for_supervisor(session: Session, supervisor: MemberKey, plan_id: str) -> Plan | None:
    """Return a plan that this person supervises and that was asked for; None for any other."""
    theirs = _is_under(supervisor) & (col(Plan.id) == plan_id) & (col(Plan.state) != "draft")
    return next(iter(await every(session, select(Plan).where(theirs))), None)


async def page(
    session: Session, workspace_id: str, *, number: int = 1, size: int = PAGE
) -> tuple[list[Entry], bool]:
    """Return one page of the register, newest plans first, and whether there is another page."""
    here = (col(Plan.workspace_id) == workspace_id) & col(Plan.state).in_(SHOWN)
    found = await every(
        session,
        select(Plan)
        .where(here)
        .order_by(col(Plan.started_at).desc(), col(Plan.id).desc())
        .offset((number - 1) * size)
        .limit(size + 1),
    )
    shown = found[:size]
    reports = await reports_of(session, workspace_id, [plan.id for plan in shown])
    return [Entry(plan, reports.get(plan.id)) for plan in shown], len(found) > size


async def reports_of(
    session: Session, workspace_id: str, plan_ids: Sequence[str]
) -> dict[str, Report]:
    """Return the reports of these plans by the id of the plan."""
    found = await session.scalars(
        select(Report)
        .where(col(Report.workspace_id) == workspace_id, col(Report.plan_id).in_(plan_ids))
        .execution_options(populate_existing=True)
    )
    return {report.plan_id: report for report in found}


def _is_under(supervisor: MemberKey) -> ColumnElement[bool]:
    return (col(Plan.workspace_id) == supervisor.workspace_id) & (
        col(Plan.supervisor) == supervisor.user_id
    )
