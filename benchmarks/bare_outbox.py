"""The reference for the outbox: the statements that claim, announce and mark, and nothing around them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.filling import WORKSPACE
from storage.database.engine import normalized, sqlite_writer

OWNER = "bare"
LEASE = timedelta(seconds=60)
CLAIM = text("""
    UPDATE message
    SET state = 'leased', owner = :owner, epoch = epoch + 1, lease_until = :until, changed_at = :now
    WHERE workspace_id = :workspace AND state = 'ready' AND id IN (
        SELECT id FROM message
        WHERE workspace_id = :workspace AND state = 'ready' AND not_before <= :now
        ORDER BY not_before, id LIMIT :batch)
    RETURNING id, subject, epoch
""")
BEGIN = text("""
    UPDATE message
    SET state = 'sending', channel = :channel, sending_at = :now, lease_until = :until,
        attempt = attempt + 1, form = 'plain', changed_at = :now
    WHERE workspace_id = :workspace AND id = :id AND owner = :owner AND epoch = :epoch
        AND state = 'leased' AND lease_until > :now
""")
FINISH = text("""
    UPDATE message
    SET state = 'sent', channel = :channel, slack_ts = :ts, sent_at = :now, lease_until = NULL,
        reason = NULL, changed_at = :now
    WHERE workspace_id = :workspace AND id = :id AND owner = :owner AND epoch = :epoch
        AND state = 'sending'
""")


class BareOutbox:
    """The statements on a connection that is set like ours, each in a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, database: Path) -> "BareOutbox":
        """The outbox in this file."""
        return cls(sqlite_writer(normalized(f"sqlite:///{database}")))

    async def close(self) -> None:
        await self._engine.dispose()

    async def claim(self, *, batch: int, now: datetime) -> Sequence[Row[Any]]:
        """The (id, subject, epoch) of some messages that are due."""
        values = {"owner": OWNER, "until": _kept(now + LEASE), "now": _kept(now), "batch": batch}
        async with self._engine.begin() as connection:
            return (await connection.execute(CLAIM, values | {"workspace": WORKSPACE})).all()

    async def begin(self, row: Row[Any], *, channel: str, now: datetime) -> None:
        """Announce a post."""
        until = _kept(now + LEASE)
        await self._mark(BEGIN, row, channel=channel, until=until, now=_kept(now))

    async def finish(self, row: Row[Any], *, channel: str, ts: str, now: datetime) -> None:
        """Mark it sent."""
        await self._mark(FINISH, row, channel=channel, ts=ts, now=_kept(now))

    async def _mark(self, statement: Any, row: Row[Any], **values: str) -> None:
        mine = {"workspace": WORKSPACE, "id": row.id, "owner": OWNER, "epoch": row.epoch}
        async with self._engine.begin() as connection:
            await connection.execute(statement, values | mine)


def _kept(moment: datetime) -> str:
    """A moment as SQLite keeps it."""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
