"""The people who met the bot."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.people import MemberKey
from storage.inserting import insert_into, insert_new
from storage.tables import Member


def is_member(key: MemberKey) -> ColumnElement[bool]:
    """The condition that finds exactly this member's row."""
    return (col(Member.workspace_id) == key.workspace_id) & (col(Member.user_id) == key.user_id)


async def get(session: AsyncSession, key: MemberKey) -> Member | None:
    """The member, if the bot has met them."""
    return await _one(session, select(Member).where(is_member(key)))


async def ensure(session: AsyncSession, key: MemberKey, *, now: datetime) -> Member:
    """The member, added when new; one who is there already is left as they are."""
    # Held until this transaction ends: an erasure at the same time comes before it or after it.
    kept = select(Member).where(is_member(key)).with_for_update(read=True, key_share=True)
    values = {
        "workspace_id": key.workspace_id,
        "user_id": key.user_id,
        "created_at": now,
        "seen_at": now,
    }
    while True:
        member = await _one(session, kept) or await insert_new(session, Member, values)
        if member:
            return member


async def meet(
    session: AsyncSession, key: MemberKey, *, now: datetime, family: str | None = None
) -> Member:
    """The member, as they begin something; new ones are added and greeted, `family` is remembered.

    Whose `greeted_at` is this moment is here for the first time.
    """
    new = insert_into(session, Member).values(
        workspace_id=key.workspace_id,
        user_id=key.user_id,
        family=family,
        greeted_at=now,
        created_at=now,
        seen_at=now,
    )
    met = new.on_conflict_do_update(
        index_elements=["workspace_id", "user_id"],
        set_={
            "seen_at": now,
            "deactivated_at": None,
            "greeted_at": func.coalesce(col(Member.greeted_at), new.excluded.greeted_at),
            "family": func.coalesce(new.excluded.family, col(Member.family)),
        },
    )
    member = await session.scalar(met.returning(Member).execution_options(populate_existing=True))
    if member is None:
        raise LookupError(f"{key} could not be written down.")
    return member


async def choose_family(
    session: AsyncSession, key: MemberKey, family: str, *, now: datetime
) -> None:
    """Remember the role family that the member chose."""
    await ensure(session, key, now=now)
    await _change(session, key, family=family, seen_at=now)


async def remember_channel(session: AsyncSession, key: MemberKey, channel: str | None) -> bool:
    """Remember where the member's direct messages go, None when nowhere; True when that is news."""
    return await _change(
        session, key, col(Member.dm_channel).is_distinct_from(channel), dm_channel=channel
    )


async def claim_greeting(session: AsyncSession, key: MemberKey, *, now: datetime) -> bool:
    """True exactly once per member: for the caller who is to greet them."""
    await ensure(session, key, now=now)
    return await _change(
        session, key, col(Member.greeted_at).is_(None), greeted_at=now, seen_at=now
    )


async def deactivate(session: AsyncSession, key: MemberKey, *, now: datetime) -> bool:
    """Note that the account is switched off in Slack; True when that is news."""
    return await _change(session, key, col(Member.deactivated_at).is_(None), deactivated_at=now)


async def _change(
    session: AsyncSession, key: MemberKey, *guards: ColumnElement[bool], **values: Any
) -> bool:
    statement = update(Member).where(is_member(key), *guards).values(**values)
    changed = await session.scalar(
        statement.returning(col(Member.user_id)).execution_options(synchronize_session="fetch")
    )
    return changed is not None


async def _one(session: AsyncSession, wanted: Select[Member]) -> Member | None:
    found: Member | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found
