"""Forget what Slack sent long ago: Slack itself repeats nothing after a day."""

from datetime import datetime, timedelta

from storage import inbound
from storage.database import Database

KEPT = timedelta(days=3)
ROWS = 500


async def prune_inbound(database: Database, *, now: datetime) -> bool:
    """One small step; True when there may be more to forget."""
    async with database.write() as session:
        removed = await inbound.prune(session, before=now - KEPT, limit=ROWS)
    return removed >= ROWS
