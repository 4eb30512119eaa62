"""What waits in the queue of changes, as admins see it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from storage.changes.queue import Change
from storage.database import Session


@dataclass(frozen=True)
class Waiting:
    """How many changes wait for a receiver, since when, and how many were given up."""

    count: int = 0
    since: datetime | None = None
    dead: int = 0


async def waiting(session: Session, workspace_id: str) -> dict[str, Waiting]:
    """Return what waits for the receivers of a workspace, by their ids; without those that have nothing."""
    is_dead = col(Change.state) == "dead"
    rows = await session.execute(
        select(
            col(Change.receiver_id),
            func.count().filter(~is_dead),
            func.min(col(Change.at)).filter(~is_dead),
            func.count().filter(is_dead),
        )
        .where(col(Change.workspace_id) == workspace_id)
        .group_by(col(Change.receiver_id))
    )
    return {receiver: Waiting(count, since, dead) for receiver, count, since, dead in rows}
