"""Forget what nobody needs any more: what Slack sent long ago, and messages of the year before last."""

from datetime import datetime, timedelta

from scheduler.work import Work
from storage import inbound, members
from storage.database.engine import Database
from storage.outbox import queue, reports

KEPT = timedelta(days=3)
"""Slack itself repeats nothing after a day."""

MESSAGES_KEPT = timedelta(days=400)
ROWS = 500


async def prune(work: Work) -> bool:
    """One small step; True when there may be more to forget."""
    now = work.now()
    more = await prune_inbound(work.database, now=now)
    return await prune_messages(work.database, now=now) or more


async def prune_inbound(database: Database, *, now: datetime) -> bool:
    """One small step; True when there may be more to forget."""
    async with database.write() as session:
        removed = await inbound.prune(session, before=now - KEPT, limit=ROWS)
    return removed >= ROWS


async def prune_messages(database: Database, *, now: datetime) -> bool:
    """One small step for messages and audits; True when there may be more to forget."""
    before = (now - MESSAGES_KEPT).date()
    removed = 0
    async with database.write() as session:
        for workspace_id in await members.workspace_ids(session):
            removed += await queue.prune(session, workspace_id, before=before, limit=ROWS)
            await reports.prune_audits(session, workspace_id, before=before)
    return removed >= ROWS
