"""How the messages that the bot sent by itself ended, counted."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import Outgoing


@dataclass(frozen=True)
class Outcome:
    """So many messages of one kind ended like this."""

    kind: str
    state: str
    reason: str | None
    form: str | None
    count: int


async def outcomes(session: AsyncSession, workspace_id: str) -> list[Outcome]:
    """The messages of a workspace by kind, state, reason and form."""
    parts = (col(Outgoing.kind), col(Outgoing.state), col(Outgoing.reason), col(Outgoing.form))
    counted = select(*parts, func.count()).where(col(Outgoing.workspace_id) == workspace_id)
    rows = await session.execute(counted.group_by(*parts).order_by(*parts))
    return [Outcome(*row) for row in rows]
