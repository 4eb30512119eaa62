"""The planner: turns plans that are due into messages, one for each date, and moves the plans on."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.outgoing.kinds import FOR_MEMBERS
from coaching.timing import Occurrence, next_occurrence
from scheduler.context import SchedulerContext
from storage.database import Session
from storage.outbox import queue, schedules, turns
from storage.outbox.queue import NewMessage
from storage.outbox.schedules import Due, Schedule

PLANS_AT_ONCE = 100
"""How many plans one transaction takes; other writers wait for it, so it should take a few milliseconds."""


TURNS_AT_ONCE = 50
"""How many workspaces have their turn in one transaction."""

FAIR_SHARE = PLANS_AT_ONCE // 5
"""When more plans of one transaction are of the same workspace, others may be waiting behind it."""


async def plan_due(context: SchedulerContext) -> bool:
    """Turn some due plans into messages; return True when more plans may be due.

    The longest due come first, `PLANS_AT_ONCE` at a time. If most of these are of one workspace, a round
    follows in which each workspace with due plans has a turn, so that the others do not wait until all of
    its plans are done.
    """
    if context.state.turn_after is None:
        return await _plan_longest_due(context)
    return await _plan_in_turns(context, after=context.state.turn_after)


async def _plan_longest_due(context: SchedulerContext) -> bool:
    now = context.now()
    async with context.database.write() as session:
        due = await schedules.take_due(session, now=now, limit=PLANS_AT_ONCE)
        await _plan(context, session, due, now=now)
    is_full = len(due) == PLANS_AT_ONCE
    context.state.turn_after = "" if is_full and _most_of_one(due) > FAIR_SHARE else None
    return is_full


async def _plan_in_turns(context: SchedulerContext, *, after: str) -> bool:
    now = context.now()
    async with context.database.read() as session:
        found = await turns.next_in_turn(session, now=now, after=after, limit=TURNS_AT_ONCE)
    if found:
        async with context.database.write() as session:
            due = await turns.take(session, found, now=now, each=PLANS_AT_ONCE // len(found))
            await _plan(context, session, due, now=now)
    context.state.turn_after = found[-1] if len(found) == TURNS_AT_ONCE else None
    return True


def _most_of_one(due: Sequence[Due]) -> int:
    """Return how many of these are of the workspace with the most of them."""
    return max(Counter(schedule.workspace_id for schedule, _ in due).values())


async def _plan(
    context: SchedulerContext, session: Session, due: Sequence[Due], *, now: datetime
) -> None:
    """Put in the message of each plan, and move the plan on."""
    messages = [_message(context, schedule) for schedule, _ in due]
    await queue.enqueue(session, [one for one in messages if one], now=now)
    await schedules.advance(
        session, [(schedule, _next(schedule, days, now=now)) for schedule, days in due]
    )


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
