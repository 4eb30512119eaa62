"""Badges that members asked for, and which of them were revoked.

Each badge has a number of its own in its workspace's status list, drawn at random. A number stays used when
its badge is gone. Revocation is not stored but computed: a number counts as revoked when it has no badge,
or when the level of its badge is not verified any more. So an erasure revokes the badges, and leaves numbers
that lead to nobody. A badge that the database lost with a restore counts as revoked too.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import randbelow
from uuid import uuid4

from sqlalchemy import ColumnElement, Index, and_, delete, func, select
from sqlmodel import Field, col

from coaching.badges.credential import Achieved
from coaching.badges.status_list import length_for
from coaching.members import MemberKey
from storage import allowances, members
from storage.allowances import Limit
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    insert_new,
    refers_to,
)
from storage.evidence.verified import VerifiedLevel

BADGES = Limit("badges", 5, timedelta(days=1))
"""Badges that one person asks for."""


class BadgeNumber(Row, table=True):
    """A number that a badge of the workspace has, or had."""

    __tablename__ = "badge_number"

    number: int = Field(primary_key=True)


class Badge(Row, table=True):
    """A badge for a verified level of a member; the name on it is not stored."""

    __table_args__ = (
        refers_to("member", user_id="user_id"),
        Index(
            "one_badge_per_level",
            *("workspace_id", "user_id", "framework", "family", "level"),
            unique=True,
        ),
        Index("ix_badge_number", "workspace_id", "number"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    framework: str
    family: str
    level: int
    number: int
    verified_at: datetime = Field(sa_type=UtcTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcTime)
    issued_at: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(Badge, "badges", "results", order_by="issued_at", internal=("number",))


async def issue(session: Session, key: MemberKey, achieved: Achieved, *, now: datetime) -> Badge:
    """Store a badge in place of the one before for the same level, which counts as revoked from now on.

    LimitReached when the member asked for too many.
    """
    await members.ensure(session, key, now=now)
    await session.execute(
        delete(Badge)
        .where(_is_of(key), _is_for(achieved))
        .execution_options(synchronize_session=False)
    )
    badge = Badge(
        workspace_id=key.workspace_id,
        id=str(uuid4()),
        user_id=key.user_id,
        framework=achieved.framework,
        family=achieved.family,
        level=achieved.level,
        number=await _draw(session, key.workspace_id),
        verified_at=achieved.verified_at,
        ends_at=achieved.ends_at,
        issued_at=now,
    )
    session.add(badge)
    await session.flush()
    await allowances.spend(session, key.workspace_id, key.user_id, BADGES, now=now)
    return badge


async def _draw(session: Session, workspace_id: str) -> int:
    """Return a number that no badge of the workspace had before, drawn at random."""
    while True:
        number = randbelow(await list_length(session, workspace_id))
        values = {"workspace_id": workspace_id, "number": number}
        if await insert_new(session, BadgeNumber, values):
            return number


async def list_length(session: Session, workspace_id: str) -> int:
    """Return how many numbers the workspace's list has."""
    used = select(func.count()).where(col(BadgeNumber.workspace_id) == workspace_id)
    return length_for(int(await session.scalar(used) or 0))


async def of_member(session: Session, key: MemberKey) -> Sequence[Badge]:
    """Return the member's badges, the newest first."""
    newest_first = (col(Badge.issued_at).desc(), col(Badge.id).desc())
    rows = await session.scalars(select(Badge).where(_is_of(key)).order_by(*newest_first))
    return list(rows)


async def good_numbers(session: Session, workspace_id: str, number: int | None = None) -> list[int]:
    """Return the numbers of badges that are not revoked, or the one given if it is such. All others are.

    A level that was verified again after a revocation is a new one, which needs a new badge. One that was
    verified again after the badge had ended leaves it as it is: expired.
    """
    names = ("workspace_id", "user_id", "framework", "family", "level")
    same = [getattr(Badge, name) == getattr(VerifiedLevel, name) for name in names]
    wanted = (
        select(col(Badge.number))
        .join(VerifiedLevel, and_(*same))
        .where(
            col(Badge.workspace_id) == workspace_id,
            col(VerifiedLevel.revoked_at).is_(None),
            (col(VerifiedLevel.verified_at) <= col(Badge.issued_at))
            | (col(VerifiedLevel.verified_at) >= col(Badge.ends_at)),
        )
    )
    if number is not None:
        wanted = wanted.where(col(Badge.number) == number)
    return list(await session.scalars(wanted))


def _is_of(key: MemberKey) -> ColumnElement[bool]:
    return (col(Badge.workspace_id) == key.workspace_id) & (col(Badge.user_id) == key.user_id)


def _is_for(achieved: Achieved) -> ColumnElement[bool]:
    return (
        (col(Badge.framework) == achieved.framework)
        & (col(Badge.family) == achieved.family)
        & (col(Badge.level) == achieved.level)
    )
