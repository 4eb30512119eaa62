"""The skills that members had checked, each as it was checked last, and who is to be told that one ends."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, text
from sqlmodel import Field, col

from coaching.knowledge.checked import CHECKED_FOR, NOTICE_BEFORE, Checked
from coaching.members import MemberKey
from storage import members, workspaces
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    insert_into,
    partial_index,
    refers_to,
    update_rows,
)

UNTOLD = text("told_at IS NULL")


class CheckedSkill(Row, table=True):
    """A skill that was checked; `told_at` is when the notice of its end was planned."""

    __tablename__ = "checked_skill"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        partial_index("ix_checked_skill_untold", "checked_at", where=UNTOLD),
    )

    user_id: str = Field(primary_key=True)
    skill: str = Field(primary_key=True)
    checked_at: datetime = Field(sa_type=UtcTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(CheckedSkill, "checked_skills", "results", order_by="skill")


async def record(session: Session, key: MemberKey, skill: str, *, now: datetime) -> None:
    """Store that a skill was checked now; the notice of its end is due anew."""
    new = insert_into(session, CheckedSkill).values(
        workspace_id=key.workspace_id, user_id=key.user_id, skill=skill, checked_at=now
    )
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "user_id", "skill"],
            set_={"checked_at": new.excluded.checked_at, "told_at": None},
        )
    )


async def checked_of(session: Session, key: MemberKey, now: datetime) -> tuple[Checked, ...]:
    """Return the skills of a member that are checked now."""
    rows = await session.execute(
        select(col(CheckedSkill.skill), col(CheckedSkill.checked_at))
        .where(_is_of(key), col(CheckedSkill.checked_at) > now - CHECKED_FOR)
        .order_by(col(CheckedSkill.skill))
    )
    return tuple(Checked(skill, at) for skill, at in rows if at <= now)


async def workspaces_with_ends(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces in which a member is to be told that a skill ends."""
    here = col(CheckedSkill.workspace_id)
    return await workspaces.connected_with(session, here, _ends_soon(now))


async def next_end(
    session: Session, workspace_id: str, *, now: datetime
) -> tuple[MemberKey, str] | None:
    """Return a member and the skill of theirs that ends soon, and store that they are told; None without one.

    The caller plans the notice in the same transaction.
    """
    row: CheckedSkill | None = await session.scalar(
        select(CheckedSkill)
        .where(col(CheckedSkill.workspace_id) == workspace_id, _ends_soon(now))
        .order_by(col(CheckedSkill.checked_at))
        .limit(1)
    )
    if row is None:
        return None
    key, skill = MemberKey(workspace_id, row.user_id), row.skill
    # The member first, as an erasure locks them, so that the two cannot deadlock.
    if await members.lock(session, key, is_alone=True) is None:
        return None
    is_first = await update_rows(
        session,
        CheckedSkill,
        _is_of(key),
        col(CheckedSkill.skill) == skill,
        _ends_soon(now),
        told_at=now,
    )
    return (key, skill) if is_first else None


def _ends_soon(now: datetime) -> ColumnElement[bool]:
    return (
        col(CheckedSkill.told_at).is_(None)
        & (col(CheckedSkill.checked_at) > now - CHECKED_FOR)
        & (col(CheckedSkill.checked_at) <= now - CHECKED_FOR + NOTICE_BEFORE)
    )


def _is_of(key: MemberKey) -> ColumnElement[bool]:
    here = col(CheckedSkill.workspace_id) == key.workspace_id
    return here & (col(CheckedSkill.user_id) == key.user_id)
