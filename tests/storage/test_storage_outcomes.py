"""How messages ended, counted for one workspace alone."""

from datetime import timedelta

from storage import outbox, workspaces
from storage.database import Database
from storage.outbox import New
from storage.outcomes import Outcome, outcomes
from tests.storage.cast import START, minute


def planned(workspace_id: str, channel: str, *, days: int = 0) -> New:
    """One digest of a channel."""
    due = START + timedelta(days=days)
    return New(
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
        await outbox.enqueue(session, due, now=START)
        # Late by more than its three days.
        await outbox.enqueue(session, [planned("T1", "C4", days=-4)], now=minute(1))
    async with database.read() as session:
        assert await outcomes(session, "T1") == [
            Outcome("digest", "ready", None, None, 2),
            Outcome("digest", "skipped", "expired", None, 1),
        ]
        assert await outcomes(session, "T2") == [Outcome("digest", "ready", None, None, 1)]
        assert await outcomes(session, "T3") == []
