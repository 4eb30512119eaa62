"""People known as admins of a workspace: whom its owners named, and who changed a setting."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage import members
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, insert_into, refers_to, update_rows


class Admin(Row, table=True):
    """A person known as an admin.

    With `is_named`, an owner or admin in Slack named them, since `since`, and they may change settings.
    Without it they changed one, which Slack allowed at that time; the row only lets the log of changes say
    who it was.
    """

    __table_args__ = (refers_to("member", user_id="user_id"),)

    user_id: str = Field(primary_key=True)
    is_named: bool
    since: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(Admin, "admin", "you", is_single=True)


async def is_named(session: Session, key: MemberKey) -> bool:
    """Return whether this person was named as an admin."""
    found = await session.scalar(select(col(Admin.is_named)).where(_is(key)))
    return found is True


async def named(session: Session, workspace_id: str) -> Sequence[str]:
    """Return the user ids of those who were named, the first one first."""
    wanted = select(col(Admin.user_id)).where(
        col(Admin.workspace_id) == workspace_id, col(Admin.is_named).is_(True)
    )
    return (await session.scalars(wanted.order_by(col(Admin.since), col(Admin.user_id)))).all()


async def known(session: Session, workspace_id: str) -> Sequence[str]:
    """Return the user ids of all people known as admins."""
    wanted = select(col(Admin.user_id)).where(col(Admin.workspace_id) == workspace_id)
    return (await session.scalars(wanted)).all()


async def name(session: Session, key: MemberKey, *, now: datetime) -> bool:
    """Let this person change settings; return False if they were named before."""
    await remember(session, key, now=now)
    return await update_rows(
        session, Admin, _is(key), col(Admin.is_named).is_(False), is_named=True, since=now
    )


async def unname(session: Session, key: MemberKey) -> bool:
    """Take that back; return False if they were not named."""
    return await update_rows(
        session, Admin, _is(key), col(Admin.is_named).is_(True), is_named=False
    )


async def remember(session: Session, key: MemberKey, *, now: datetime) -> None:
    """Store that this person changes a setting, unless they are known."""
    await members.ensure(session, key, now=now)
    new = insert_into(session, Admin).values(
        workspace_id=key.workspace_id, user_id=key.user_id, is_named=False, since=now
    )
    await session.execute(new.on_conflict_do_nothing())


def _is(key: MemberKey) -> ColumnElement[bool]:
    return (col(Admin.workspace_id) == key.workspace_id) & (col(Admin.user_id) == key.user_id)
