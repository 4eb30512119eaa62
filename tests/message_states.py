"""How many messages of the outbox are in each state, which the product counts by index alone."""

from sqlalchemy import func, select
from sqlmodel import col

from storage.database import Session
from storage.outbox.queue import Outgoing


async def count_by_state(session: Session) -> dict[str, int]:
    """Return the number of messages in each state, over all workspaces; reads the whole table."""
    counted = select(col(Outgoing.state), func.count()).group_by(col(Outgoing.state))
    return {str(state): int(count) for state, count in await session.execute(counted)}
