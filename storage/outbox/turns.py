"""Turns: a few due schedules of each workspace, however many one of them has."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, column, select, true, values
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.checkins import Pace
from storage.database import Session
from storage.database.rows import workspaces_with
from storage.outbox.schedules import Due, Schedule, days_off_of, is_planned, take_due


async def next_in_turn(session: Session, *, now: datetime, after: str, limit: int) -> list[str]:
    """Return the next workspaces after this one, in order, that have a schedule which is due."""
    due = workspaces_with(Schedule, is_planned(), col(Schedule.next_due_at) <= now, after=after)
    return list(await session.scalars(due.limit(limit)))


async def take(
    session: Session, workspaces: Sequence[str], *, now: datetime, each: int
) -> list[Due]:
    """Lock so many due schedules of each of these workspaces until the transaction ends.

    PostgreSQL does it in one statement. SQLite has no LATERAL, and a statement costs less there.
    """
    if session.get_bind().dialect.name == "sqlite":
        return [
            due
            for one in workspaces
            for due in await take_due(session, now=now, limit=each, workspace_id=one)
        ]
    turn = values(column("workspace_id", String), name="turn").data([(one,) for one in workspaces])
    due = (
        select(Schedule)
        .where(col(Schedule.workspace_id) == turn.c.workspace_id)
        .where(is_planned(), col(Schedule.next_due_at) <= now)
        .order_by(col(Schedule.next_due_at))
        .limit(each)
        .with_for_update(skip_locked=True)
        .lateral("due")
    )
    plan = aliased(Schedule, due)
    of_member = (col(Pace.workspace_id) == plan.workspace_id) & (col(Pace.user_id) == plan.user_id)
    found = select(plan, col(Pace.days_off)).select_from(turn).join(plan, true())
    rows = await session.execute(
        found.outerjoin(Pace, of_member).execution_options(populate_existing=True)
    )
    return [(schedule, days_off_of(days)) for schedule, days in rows]
