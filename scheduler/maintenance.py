"""Maintenance: the daily check for missing messages, and the deletion of old rows.

The check compares yesterday's messages with what the plans call for. It computes from the plans which
messages should exist, independently of the planner that made them, so that an error in the planner is found
too. Its results are rows of the table `completeness`.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from logging import getLogger
from random import sample

from coaching.timing import (
    QUARTER,
    Occurrence,
    Plan,
    first_occurrence,
    next_occurrence,
    previous_date,
)
from scheduler.context import SchedulerContext
from storage.database.engine import Database
from storage.database.rows import Retention
from storage.outbox import queue, reports, schedules
from storage.outbox.queue import NewMessage
from storage.outbox.reports import EVERYWHERE
from storage.outbox.schedules import Schedule
from storage.privacy import CORE_RETENTION

log = getLogger(__name__)

CHECKED_AT_ONCE = 100
PLANS_PER_PAGE = 500
LOGGED_IDS = 20
"""At most this many ids are logged; the table has the count."""

LATE_AFTER = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEK = 7

ROWS_AT_ONCE = 500


async def check_completeness(context: SchedulerContext) -> bool:
    """Check yesterday in some workspaces in which it was not checked yet; True when there were any."""
    yesterday = context.now().date() - _DAY
    async with context.database.read() as session:
        if await reports.is_checked(session, EVERYWHERE, yesterday):
            return False
        found = await reports.workspaces_to_check(session, yesterday, limit=CHECKED_AT_ONCE)
    # In an order of its own, so that processes that do this at once seldom check the same one.
    for workspace_id in sample(found, len(found)):
        await _check_once(context, workspace_id, yesterday)
    if not found:
        async with context.database.write() as session:
            await reports.record_completeness(
                session, EVERYWHERE, yesterday, expected=0, missing=0, late=0
            )
    return bool(found)


async def _check_once(context: SchedulerContext, workspace_id: str, day: date) -> None:
    """Check the day unless another process did meanwhile, or this one is to stop."""
    async with context.database.read() as session:
        if context.state.is_ending or await reports.is_checked(session, workspace_id, day):
            return
    await check_day(context, workspace_id, day)


async def check_day(context: SchedulerContext, workspace_id: str, day: date) -> list[str]:
    """Compare the planned messages of a day (in UTC) with the existing ones; return the missing ids."""
    now, expected, missing = context.now(), 0, list[str]()
    async for planned in _planned(context, workspace_id, day):
        expected += len(planned)
        keys = [message.dedupe_key for messages in planned for message in messages]
        async with context.database.read() as session:
            there = await queue.existing_keys(session, workspace_id, keys)
        missing += [
            messages[0].id
            for messages in planned
            if there.isdisjoint(message.dedupe_key for message in messages)
        ]
    async with context.database.write() as session:
        late = await queue.stuck_ids(session, workspace_id, before=now - LATE_AFTER)
        await reports.record_completeness(
            session, workspace_id, day, expected=expected, missing=len(missing), late=len(late)
        )
    if missing or late:
        log.error(
            "messages_missing",
            extra={
                "workspace": workspace_id,
                "missing": missing[:LOGGED_IDS],
                "late": late[:LOGGED_IDS],
                "count": len(missing) + len(late),
            },
        )
    return missing


async def _planned(
    context: SchedulerContext, workspace_id: str, day: date
) -> AsyncIterator[list[list[NewMessage]]]:
    """Yield, page by page, the planned messages; of each inner list one should exist."""
    after = ("", "")
    while True:
        async with context.database.read() as session:
            page = await schedules.list_page(
                session, workspace_id, after=after, limit=PLANS_PER_PAGE
            )
        found = [_expected(schedule, days_off, day) for schedule, days_off in page]
        yield [messages for messages in found if messages]
        if len(page) < PLANS_PER_PAGE:
            return
        after = (page[-1][0].kind, page[-1][0].subject)


def _expected(schedule: Schedule, days_off: frozenset[int], day: date) -> list[NewMessage]:
    """Return the plan's message that was due that day; all candidates when it may be any of several."""
    start = datetime.combine(day, time(), tzinfo=UTC)
    plan = schedules.plan_of(schedule, days_off=days_off)
    dates = [schedule.next_on] if schedule.next_on else []
    while dates:
        dates = [on for on in dates if on >= (schedule.begins_on or on)]
        due = [(on, due_at) for on in dates if (due_at := _due_at(plan, on))]
        due = [(on, due_at) for on, due_at in due if due_at >= schedule.planned_at]
        if any(start <= due_at < start + _DAY for _, due_at in due):
            return [_message(schedule, on, due_at) for on, due_at in due]
        if not due or max(due_at for _, due_at in due) < start:
            return []
        dates = _before(plan, dates[0])
    return []


def _before(plan: Plan, on: date) -> list[date]:
    """Return the dates that this one may follow.

    With `quarterly` there can be several: dates whose 90th day is on a weekend move to the same working day.
    """
    latest = previous_date(plan, on)
    if latest is None or plan.rule != "quarterly":
        return [latest] if latest else []
    near = (latest - n * _DAY for n in range(_WEEK))
    leads_here = (one for one in near if _next_on(plan, one) == on)
    return [one for one in leads_here if one.weekday() not in plan.days_off]


def _next_on(plan: Plan, on: date) -> date | None:
    found = next_occurrence(plan, occurrence_on=on, now=datetime.min.replace(tzinfo=UTC))
    return found.on if found else None


def _message(schedule: Schedule, on: date, due_at: datetime) -> NewMessage:
    return NewMessage(
        workspace_id=schedule.workspace_id,
        kind=schedule.kind,
        subject=schedule.subject,
        user_id=schedule.user_id,
        local_date=on,
        due_at=due_at,
        expires_at=due_at,
    )


def _due_at(plan: Plan, on: date) -> datetime | None:
    """Return the moment at which the occurrence of this date is due; None when there is none."""
    anchor = on - QUARTER if plan.rule == "quarterly" else on
    before = datetime.combine(on, time(), tzinfo=UTC) - 2 * _DAY
    found: Occurrence | None = first_occurrence(replace(plan, anchor=anchor), after=before)
    return found.due_at if found and found.on == on else None


async def delete_old_rows(context: SchedulerContext) -> bool:
    """Delete up to `ROWS_AT_ONCE` old rows of each table with a retention; True when there may be more."""
    now, declared = context.now(), (*CORE_RETENTION, *context.retention)
    return any([await prune(context.database, one, now=now) for one in declared])


async def prune(database: Database, retention: Retention, *, now: datetime) -> bool:
    """Delete up to `ROWS_AT_ONCE` rows that are older than they are kept; True when there may be more."""
    async with database.write() as session:
        removed = await retention.prune(session, before=now - retention.kept, limit=ROWS_AT_ONCE)
    return removed >= ROWS_AT_ONCE
