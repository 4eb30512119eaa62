"""Retention: deletes old requests from Slack, old messages and old audits, a few hundred rows at a time."""

from datetime import datetime, timedelta

from scheduler.context import SchedulerContext
from storage import inbound, members
from storage.database.engine import Database
from storage.outbox import queue, reports

INBOUND_KEPT = timedelta(days=3)
"""How long requests are kept to recognize repetitions; Slack repeats nothing after a day."""

MESSAGES_KEPT = timedelta(days=400)
ROWS_AT_ONCE = 500


async def prune(context: SchedulerContext) -> bool:
    """Do one small step; True when there may be more to delete."""
    now = context.now()
    more = await prune_inbound(context.database, now=now)
    return await prune_messages(context.database, now=now) or more


async def prune_inbound(database: Database, *, now: datetime) -> bool:
    """Delete up to `ROWS_AT_ONCE` old requests; True when there may be more."""
    async with database.write() as session:
        removed = await inbound.prune(session, before=now - INBOUND_KEPT, limit=ROWS_AT_ONCE)
    return removed >= ROWS_AT_ONCE


async def prune_messages(database: Database, *, now: datetime) -> bool:
    """Delete up to `ROWS_AT_ONCE` old messages per workspace, and old audits; True when there may be more."""
    before = (now - MESSAGES_KEPT).date()
    removed = 0
    async with database.write() as session:
        for workspace_id in await members.workspace_ids(session):
            removed += await queue.prune(session, workspace_id, before=before, limit=ROWS_AT_ONCE)
            await reports.prune_audits(session, workspace_id, before=before)
    return removed >= ROWS_AT_ONCE
