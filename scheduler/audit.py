"""Which messages ought to exist for yesterday, worked out from the plans and not from what the tick did."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from logging import getLogger

from bot.outgoing import plan_of
from coaching.timing import QUARTER, Occurrence, Plan, first, previous
from scheduler.work import Work
from storage import audits, outbox, schedules
from storage.outbox import New
from storage.tables import Schedule

log = getLogger(__name__)

ROWS = 500
SAID = 20
"""So many ids of holes stand in the log; the count is in the table."""

LATE = timedelta(hours=1)
DAY = timedelta(days=1)


async def audit(work: Work) -> bool:
    """Look at yesterday for one workspace where nobody did yet; True when there was one."""
    yesterday = work.now().date() - DAY
    for workspace_id in work.coaches:
        async with work.database.read() as session:
            latest = await audits.latest(session, workspace_id)
        if latest is None or latest.day < yesterday:
            await audit_day(work, workspace_id, yesterday)
            return True
    return False


async def audit_day(work: Work, workspace_id: str, day: date) -> list[str]:
    """Compare what ought to exist for that day (in UTC) with what does; returns the ids of the holes."""
    now, expected, holes = work.now(), 0, list[str]()
    async for wanted in _wanted(work, workspace_id, day):
        expected += len(wanted)
        async with work.database.read() as session:
            there = await outbox.present(session, workspace_id, [*wanted])
        holes += [identity for key, identity in wanted.items() if key not in there]
    async with work.database.write() as session:
        late = await outbox.stuck(session, workspace_id, before=now - LATE)
        await audits.note(
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


async def _wanted(work: Work, workspace_id: str, day: date) -> AsyncIterator[dict[str, str]]:
    """Page by page, what ought to exist: ids of messages by their dedupe keys."""
    after = ("", "")
    while True:
        async with work.database.read() as session:
            page = await schedules.page(session, workspace_id, after=after, limit=ROWS)
        found = [_expected(schedule, days_off, day) for schedule, days_off in page]
        yield {new.dedupe_key: new.id for new in found if new}
        if len(page) < ROWS:
            return
        after = (page[-1][0].kind, page[-1][0].subject)


def _expected(schedule: Schedule, days_off: frozenset[int], day: date) -> New | None:
    """The message of this plan that was due on that day, if one was."""
    start = datetime.combine(day, time(), tzinfo=UTC)
    plan = plan_of(schedule, days_off=days_off)
    on = schedule.next_on
    while on is not None and on >= (schedule.begins_on or on):
        due_at = _due_at(plan, on)
        if due_at is None or due_at < max(start, schedule.planned_at):
            return None
        if due_at < start + DAY:
            return New(
                workspace_id=schedule.workspace_id,
                kind=schedule.kind,
                subject=schedule.subject,
                user_id=schedule.user_id,
                local_date=on,
                due_at=due_at,
                expires_at=due_at,
            )
        on = previous(plan, on)
    return None


def _due_at(plan: Plan, on: date) -> datetime | None:
    """The moment at which the occurrence of this date is due."""
    anchor = on - QUARTER if plan.rule == "quarterly" else on
    before = datetime.combine(on, time(), tzinfo=UTC) - 2 * DAY
    found: Occurrence | None = first(replace(plan, anchor=anchor), after=before)
    return found.due_at if found and found.on == on else None
