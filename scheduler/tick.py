"""Turn plans that are due into messages, each once, and move the plans on."""

from datetime import datetime

from bot.outgoing import FOR_MEMBERS, plan_of
from coaching.timing import Occurrence, following
from scheduler.work import Work
from storage.outbox import queue, schedules
from storage.outbox.queue import NewMessage
from storage.outbox.schedules import Schedule

ROWS = 100
"""So many in one transaction: others wait for it, and for the computing, a few milliseconds."""


async def tick(work: Work) -> bool:
    """One small step; True when there may be more that is due."""
    now = work.now()
    async with work.database.write() as session:
        due = await schedules.take_due(session, now=now, limit=ROWS)
        messages = [_message(work, schedule) for schedule, _ in due]
        await queue.enqueue(session, [one for one in messages if one], now=now)
        await schedules.advance(
            session, [(schedule, _next(schedule, days, now=now)) for schedule, days in due]
        )
    return len(due) == ROWS


def _message(work: Work, schedule: Schedule) -> NewMessage | None:
    if schedule.next_due_at is None or schedule.next_on is None:
        return None
    kind = work.kinds.get(schedule.kind)
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
    plan = plan_of(schedule, days_off=days_off)
    return following(plan, occurrence_on=schedule.next_on, now=now)
