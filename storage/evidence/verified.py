"""Verified levels. `levels_of` is the only reader of what a member has verified."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Index, select, true
from sqlmodel import Field, col

from coaching.evidence import NOTICE, LadderKey, Verified, after_months
from coaching.members import MemberKey
from storage import members, workspaces
from storage.access import due as access
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    insert_into,
    refers_to,
    update_rows,
)

ENDED_SHOWN = 12
"""For how many months a member sees that a level ended."""


class VerifiedLevel(Row, table=True):
    """A level that a claim verified. It counts until `ends_at`, unless it was revoked.

    `told_at` is when the member was told that it ends soon. `revoked_with` is the claim whose revocation also
    revoked this level.
    """

    __tablename__ = "evidence_verified"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("evidence_claim", claim_id="id"),
        Index("ix_evidence_verified_ends", "ends_at"),
        Index("ix_evidence_verified_claim", "workspace_id", "claim_id"),
    )

    user_id: str = Field(primary_key=True)
    framework: str = Field(primary_key=True)
    family: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    claim_id: str
    verified_at: datetime = Field(sa_type=UtcTime)
    ends_at: datetime = Field(sa_type=UtcTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTime)
    revoked_with: str | None = None
    told_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def ladder(self) -> LadderKey:
        """The ladder that it is a level of."""
        return LadderKey(self.framework, self.family)

    @property
    def value(self) -> Verified:
        """The same as a value for the rules."""
        return Verified(self.ladder, self.level, self.verified_at, self.ends_at, self.claim_id)


PERSONAL_DATA = OwnedTable(
    VerifiedLevel,
    "verified_levels",
    "results",
    order_by="level",
    internal=("told_at", "revoked_with"),
)


async def levels_of(session: Session, key: MemberKey, now: datetime) -> tuple[Verified, ...]:
    """Return the member's verified levels that count now, by ladder and level, by one query."""
    rows = await session.scalars(
        select(VerifiedLevel)
        .where(is_of(key), col(VerifiedLevel.revoked_at).is_(None))
        .where(col(VerifiedLevel.ends_at) > now)
        .order_by(col(VerifiedLevel.framework), col(VerifiedLevel.family), col(VerifiedLevel.level))
        .execution_options(populate_existing=True)
    )
    return tuple(row.value for row in rows)


async def ended_of(session: Session, key: MemberKey, now: datetime) -> tuple[Verified, ...]:
    """Return the member's levels that ended in the past 12 months, by ladder and level, by one query.

    They count for nothing. One that was revoked, or renewed, is not among them.
    """
    rows = await session.scalars(
        select(VerifiedLevel)
        .where(is_of(key), col(VerifiedLevel.revoked_at).is_(None))
        .where(col(VerifiedLevel.ends_at) <= now)
        .where(col(VerifiedLevel.ends_at) > after_months(now, -ENDED_SHOWN))
        .order_by(col(VerifiedLevel.framework), col(VerifiedLevel.family), col(VerifiedLevel.level))
        .execution_options(populate_existing=True)
    )
    return tuple(row.value for row in rows)


async def held_in(
    session: Session, key: MemberKey, ladder: LadderKey, *, or_revoked_with: str | None = None
) -> Mapping[int, Verified]:
    """Return the member's levels of one ladder that were not revoked, also those that ended.

    Levels that were revoked with the claim `or_revoked_with` are among them.
    """
    is_held: ColumnElement[bool] = col(VerifiedLevel.revoked_at).is_(None)
    if or_revoked_with is not None:
        is_held |= col(VerifiedLevel.revoked_with) == or_revoked_with
    rows = await session.scalars(
        select(VerifiedLevel)
        .where(is_of(key), is_in(ladder), is_held)
        .execution_options(populate_existing=True)
    )
    return {row.level: row.value for row in rows}


async def save(session: Session, key: MemberKey, one: Verified, *, now: datetime) -> None:
    """Store a level as it is after a decision."""
    changes = {
        "claim_id": one.claim_id,
        "verified_at": one.verified_at,
        "ends_at": one.ends_at,
        "revoked_at": None,
        "revoked_with": None,
        "told_at": None,
    }
    new = insert_into(session, VerifiedLevel).values(
        workspace_id=key.workspace_id,
        user_id=key.user_id,
        framework=one.ladder.framework,
        family=one.ladder.family,
        level=one.level,
        **changes,
    )
    columns = ["workspace_id", "user_id", "framework", "family", "level"]
    await session.execute(new.on_conflict_do_update(index_elements=columns, set_=changes))
    await access.mark(session, key, now=now)


async def revoke_from(
    session: Session,
    key: MemberKey,
    ladder: LadderKey,
    level: int,
    *,
    claim_id: str,
    now: datetime,
) -> None:
    """Revoke this level and those above it, with the claim that verified it."""
    await update_rows(
        session,
        VerifiedLevel,
        is_of(key),
        is_in(ladder),
        col(VerifiedLevel.level) >= level,
        col(VerifiedLevel.revoked_at).is_(None),
        revoked_at=now,
        revoked_with=claim_id,
    )
    await access.mark(session, key, now=now)


async def restore(
    session: Session, key: MemberKey, claim_id: str, *, up_to: int | None, now: datetime
) -> None:
    """Take back what was revoked with this claim, up to this level or all; no level ends later for it."""
    top = true() if up_to is None else col(VerifiedLevel.level) <= up_to
    await update_rows(
        session,
        VerifiedLevel,
        is_of(key),
        col(VerifiedLevel.revoked_with) == claim_id,
        top,
        revoked_at=None,
        revoked_with=None,
    )
    await access.mark(session, key, now=now)


async def due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces in which a member is to be told that a level ends within 30 days."""
    here = col(VerifiedLevel.workspace_id)
    return await workspaces.connected_with(session, here, _ends_soon(now))


async def next_notice(
    session: Session, workspace_id: str, *, now: datetime
) -> tuple[MemberKey, Verified] | None:
    """Return the highest level of a member that ends within 30 days, and store that they are told.

    The caller sends the message in the same transaction.
    """
    row: VerifiedLevel | None = await session.scalar(
        select(VerifiedLevel)
        .where(col(VerifiedLevel.workspace_id) == workspace_id, _ends_soon(now))
        .order_by(
            col(VerifiedLevel.user_id),
            col(VerifiedLevel.framework),
            col(VerifiedLevel.family),
            col(VerifiedLevel.level).desc(),
        )
        .limit(1)
    )
    if row is None:
        return None
    key, value = MemberKey(workspace_id, row.user_id), row.value
    if await members.lock(session, key, is_alone=True) is None:
        return None
    is_told = await update_rows(
        session, VerifiedLevel, is_of(key), is_in(row.ladder), _ends_soon(now), told_at=now
    )
    return (key, value) if is_told else None


def _ends_soon(now: datetime) -> ColumnElement[bool]:
    return (
        col(VerifiedLevel.told_at).is_(None)
        & col(VerifiedLevel.revoked_at).is_(None)
        & (col(VerifiedLevel.ends_at) > now)
        & (col(VerifiedLevel.ends_at) <= now + NOTICE)
    )


def is_of(key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the member's levels."""
    return (col(VerifiedLevel.workspace_id) == key.workspace_id) & (
        col(VerifiedLevel.user_id) == key.user_id
    )


def is_in(ladder: LadderKey) -> ColumnElement[bool]:
    """Return the condition that matches the levels of one ladder."""
    return (col(VerifiedLevel.framework) == ladder.framework) & (
        col(VerifiedLevel.family) == ladder.family
    )
