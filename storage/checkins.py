"""What check-ins a member got: the latest one, and when they last answered one."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.people import MemberKey
from storage.tables import Outgoing

CHECKIN = "checkin"
REASSESS = "reassess"
REMINDER = "reminder"


async def latest_on(session: AsyncSession, key: MemberKey, kind: str) -> date | None:
    """The latest local date that a message of this kind belonged to, whatever became of it."""
    on: date | None = await session.scalar(
        select(func.max(col(Outgoing.local_date))).where(_of_kind(key, kind))
    )
    return on


async def latest_sent(session: AsyncSession, key: MemberKey) -> Outgoing | None:
    """The check-in that came last."""
    found: Outgoing | None = await session.scalar(
        select(Outgoing)
        .where(_of_kind(key, CHECKIN), col(Outgoing.state) == "sent")
        .order_by(col(Outgoing.sent_at).desc(), col(Outgoing.id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found


async def answered_at(session: AsyncSession, key: MemberKey) -> datetime | None:
    """When the member last answered a check-in."""
    moment: datetime | None = await session.scalar(
        select(func.max(col(Outgoing.answered_at))).where(_of_kind(key, CHECKIN))
    )
    return moment


def _of_kind(key: MemberKey, kind: str) -> ColumnElement[bool]:
    to_member = (col(Outgoing.workspace_id) == key.workspace_id) & (
        col(Outgoing.subject) == key.user_id
    )
    return to_member & (col(Outgoing.kind) == kind)
