"""How messages ended, counted for one workspace alone."""

from datetime import timedelta

from storage import workspaces
from storage.database.engine import Database
from storage.outbox import queue
from storage.outbox.queue import NewMessage
from storage.outbox.reports import OutcomeCount, count_outcomes
from tests.storage.cast import START, minute


def planned(workspace_id: str, channel: str, *, days: int = 0) -> NewMessage:
    """One digest of a channel."""
    due = START + timedelta(days=days)
    return NewMessage(
        workspace_id=workspace_id,
        kind="digest",
        subject=channel,
        user_id=None,
        local_date=due.date(),
        due_at=due,
        expires_at=due + timedelta(days=3),
    )


async def test_messages_are_counted_by_what_became_of_them(database: Database) -> None:
    async with database.write() as session:
        for name in ("T1", "T2"):
            await workspaces.connect(session, name, name, now=START)
        due = [planned("T1", "C1"), planned("T1", "C2"), planned("T2", "C3")]
        await queue.enqueue(session, due, now=START)
        # Late by more than its three days.
        await queue.enqueue(session, [planned("T1", "C4", days=-4)], now=minute(1))
    async with database.read() as session:
        assert await count_outcomes(session, "T1") == [
            OutcomeCount("digest", "ready", None, None, 2),
            OutcomeCount("digest", "skipped", "expired", None, 1),
        ]
        assert await count_outcomes(session, "T2") == [
            OutcomeCount("digest", "ready", None, None, 1)
        ]
        assert await count_outcomes(session, "T3") == []
