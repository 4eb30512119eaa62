"""What a member got so far: the latest of each kind, and when they last answered one."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.members import MemberKey
from storage.tables import Outgoing

CHECKIN = "checkin"
REASSESS = "reassess"
REMINDER = "reminder"


class Past(NamedTuple):
    """What came of one kind so far."""

    latest_on: date | None = None
    """The latest local date that a message belonged to, whatever became of it."""
    answered_at: datetime | None = None
    """When the member last answered one."""


async def past(session: AsyncSession, key: MemberKey) -> dict[str, Past]:
    """What the member got so far, by kind; a kind of which nothing came is left out."""
    latest, answered = func.max(col(Outgoing.local_date)), func.max(col(Outgoing.answered_at))
    rows = await session.execute(
        select(col(Outgoing.kind), latest, answered)
        .where(_to_member(key))
        .group_by(col(Outgoing.kind))
    )
    return {kind: Past(on, at) for kind, on, at in rows}


async def latest_sent(session: AsyncSession, key: MemberKey) -> Outgoing | None:
    """The check-in that came last."""
    found: Outgoing | None = await session.scalar(
        select(Outgoing)
        .where(_to_member(key), col(Outgoing.kind) == CHECKIN, col(Outgoing.state) == "sent")
        .order_by(col(Outgoing.sent_at).desc(), col(Outgoing.id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found


def _to_member(key: MemberKey) -> ColumnElement[bool]:
    of_workspace = col(Outgoing.workspace_id) == key.workspace_id
    return of_workspace & (col(Outgoing.subject) == key.user_id)
