"""The planner: turns plans that are due into messages, one for each date, and moves the plans on."""

from datetime import datetime

from bot.outgoing.kinds import FOR_MEMBERS
from coaching.timing import Occurrence, next_occurrence
from scheduler.context import SchedulerContext
from storage.outbox import queue, schedules
from storage.outbox.queue import NewMessage
from storage.outbox.schedules import Schedule

PLANS_AT_ONCE = 100
"""How many plans one transaction takes; other writers wait for it, so it should take a few milliseconds."""


async def plan_due(context: SchedulerContext) -> bool:
    """Turn up to `PLANS_AT_ONCE` due plans into messages; return True when more plans may be due."""
    now = context.now()
    async with context.database.write() as session:
        due = await schedules.take_due(session, now=now, limit=PLANS_AT_ONCE)
        messages = [_message(context, schedule) for schedule, _ in due]
        await queue.enqueue(session, [one for one in messages if one], now=now)
        await schedules.advance(
            session, [(schedule, _next(schedule, days, now=now)) for schedule, days in due]
        )
    return len(due) == PLANS_AT_ONCE


def _message(context: SchedulerContext, schedule: Schedule) -> NewMessage | None:
    if schedule.next_due_at is None or schedule.next_on is None:
        return None
    kind = context.kinds.get(schedule.kind)
    return NewMessage(
        workspace_id=schedule.workspace_id,
        kind=schedule.kind,
        subject=schedule.subject,
        user_id=schedule.user_id,
        local_date=schedule.next_on,
        due_at=schedule.next_due_at,
        expires_at=schedule.next_due_at + (kind.expires_after if kind else FOR_MEMBERS),
    )


def _next(schedule: Schedule, days_off: frozenset[int], *, now: datetime) -> Occurrence | None:
    if schedule.next_on is None:
        return None
    plan = schedules.plan_of(schedule, days_off=days_off)
    return next_occurrence(plan, occurrence_on=schedule.next_on, now=now)
