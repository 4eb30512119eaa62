"""Notices: what members are told about their own rights and their roles, bundled in one message a day.

A notice is stored in the transaction of what it tells of. So neither is there without the other, whatever
happens to the process in between.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Index, or_, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, new_id, refers_to
from storage.outbox.queue import Outgoing

NOTICES = "notices"
"""The kind of the message that has a member's notices of a day."""


class Notice(Row, table=True):
    """Something that a member is told: `kind` says what, `about` is the id of what it is about.

    `message_id` is the message that it went out with; None while it waits.
    """

    __tablename__ = "notice"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        Index("ix_notice_of_member", "workspace_id", "user_id", "message_id"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    kind: str
    about: str
    at: datetime = Field(sa_type=UtcTime)
    message_id: str | None = None

    @property
    def key(self) -> MemberKey:
        """The member who is told."""
        return MemberKey(self.workspace_id, self.user_id)


PERSONAL_DATA = OwnedTable(
    Notice, "notices", "messages", order_by="at", internal=("about", "message_id")
)


async def add(session: Session, key: MemberKey, kind: str, about: str, *, now: datetime) -> None:
    """Store a notice for the member, whose row is there."""
    session.add(
        Notice(
            workspace_id=key.workspace_id,
            id=new_id(),
            user_id=key.user_id,
            kind=kind,
            about=about,
            at=now,
        )
    )
    await session.flush()


async def of_message(session: Session, key: MemberKey, message_id: str) -> list[Notice]:
    """Return the member's notices that wait, or that this message has, oldest first."""
    found = await session.scalars(
        select(Notice)
        .where(
            col(Notice.workspace_id) == key.workspace_id,
            col(Notice.user_id) == key.user_id,
            or_(col(Notice.message_id).is_(None), col(Notice.message_id) == message_id),
        )
        .order_by(col(Notice.at), col(Notice.id))
        .execution_options(populate_existing=True)
    )
    return list(found)


async def is_waiting(session: Session, key: MemberKey) -> bool:
    """Return whether the member has notices that no message has yet."""
    waiting = select(col(Notice.id)).where(
        col(Notice.workspace_id) == key.workspace_id,
        col(Notice.user_id) == key.user_id,
        col(Notice.message_id).is_(None),
    )
    return await session.scalar(waiting.limit(1)) is not None


async def is_planned(session: Session, key: MemberKey) -> bool:
    """Return whether a message waits that will have the member's notices."""
    planned = select(col(Outgoing.id)).where(
        _is_bundle(key), col(Outgoing.state).in_(("ready", "leased"))
    )
    return await session.scalar(planned.limit(1)) is not None


async def last_day(session: Session, key: MemberKey) -> date | None:
    """Return the latest date of a message with notices to this member; None before the first one."""
    found = await session.execute(
        select(col(Outgoing.local_date), col(Outgoing.sent_on)).where(_is_bundle(key))
    )
    return max((max(on, sent or on) for on, sent in found), default=None)


def _is_bundle(key: MemberKey) -> ColumnElement[bool]:
    return (
        (col(Outgoing.workspace_id) == key.workspace_id)
        & (col(Outgoing.subject) == key.user_id)
        & (col(Outgoing.kind) == NOTICES)
    )
