"""Which messages ought to exist for yesterday, worked out from the plans and not from what the tick did."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from logging import getLogger

from bot.outgoing import plan_of
from coaching.timing import QUARTER, Occurrence, Plan, first, following, previous
from scheduler.work import Work
from storage.outbox import queue, reports, schedules
from storage.outbox.queue import NewMessage
from storage.outbox.schedules import Schedule

log = getLogger(__name__)

ROWS = 500
SAID = 20
"""So many ids of holes stand in the log; the count is in the table."""

LATE = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = 7


async def audit(work: Work) -> bool:
    """Look at yesterday for one workspace where nobody did yet; True when there was one."""
    yesterday = work.now().date() - DAY
    for workspace_id in work.coaches:
        async with work.database.read() as session:
            latest = await reports.latest_audit(session, workspace_id)
        if latest is None or latest.day < yesterday:
            await audit_day(work, workspace_id, yesterday)
            return True
    return False


async def audit_day(work: Work, workspace_id: str, day: date) -> list[str]:
    """Compare what ought to exist for that day (in UTC) with what does; returns the ids of the holes."""
    now, expected, holes = work.now(), 0, list[str]()
    async for wanted in _wanted(work, workspace_id, day):
        expected += len(wanted)
        keys = [message.dedupe_key for messages in wanted for message in messages]
        async with work.database.read() as session:
            there = await queue.existing_keys(session, workspace_id, keys)
        holes += [
            messages[0].id
            for messages in wanted
            if there.isdisjoint(message.dedupe_key for message in messages)
        ]
    async with work.database.write() as session:
        late = await queue.stuck_ids(session, workspace_id, before=now - LATE)
        await reports.record_audit(
            session, workspace_id, day, expected=expected, missing=len(holes), late=len(late)
        )
    if holes or late:
        log.error(
            "messages_missing",
            extra={
                "workspace": workspace_id,
                "missing": holes[:SAID],
                "late": late[:SAID],
                "count": len(holes) + len(late),
            },
        )
    return holes


async def _wanted(
    work: Work, workspace_id: str, day: date
) -> AsyncIterator[list[list[NewMessage]]]:
    """Page by page, what ought to exist: one of each list."""
    after = ("", "")
    while True:
        async with work.database.read() as session:
            page = await schedules.list_page(session, workspace_id, after=after, limit=ROWS)
        found = [_expected(schedule, days_off, day) for schedule, days_off in page]
        yield [messages for messages in found if messages]
        if len(page) < ROWS:
            return
        after = (page[-1][0].kind, page[-1][0].subject)


def _expected(schedule: Schedule, days_off: frozenset[int], day: date) -> list[NewMessage]:
    """The message of this plan that was due on that day, if one was; several if it may have been any."""
    start = datetime.combine(day, time(), tzinfo=UTC)
    plan = plan_of(schedule, days_off=days_off)
    dates = [schedule.next_on] if schedule.next_on else []
    while dates:
        dates = [on for on in dates if on >= (schedule.begins_on or on)]
        due = [(on, due_at) for on in dates if (due_at := _due_at(plan, on))]
        due = [(on, due_at) for on, due_at in due if due_at >= schedule.planned_at]
        if any(start <= due_at < start + DAY for _, due_at in due):
            return [_message(schedule, on, due_at) for on, due_at in due]
        if not due or max(due_at for _, due_at in due) < start:
            return []
        dates = _before(plan, dates[0])
    return []


def _before(plan: Plan, on: date) -> list[date]:
    """The dates that this one may follow: after ninety days, a weekend leads to the same working day."""
    latest = previous(plan, on)
    if latest is None or plan.rule != "quarterly":
        return [latest] if latest else []
    near = (latest - n * DAY for n in range(WEEK))
    leads_here = (one for one in near if _next_on(plan, one) == on)
    return [one for one in leads_here if one.weekday() not in plan.days_off]


def _next_on(plan: Plan, on: date) -> date | None:
    found = following(plan, occurrence_on=on, now=datetime.min.replace(tzinfo=UTC))
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
    """The moment at which the occurrence of this date is due."""
    anchor = on - QUARTER if plan.rule == "quarterly" else on
    before = datetime.combine(on, time(), tzinfo=UTC) - 2 * DAY
    found: Occurrence | None = first(replace(plan, anchor=anchor), after=before)
    return found.due_at if found and found.on == on else None
