"""Members of workspaces.

Every row about a member refers to the member's row. Whoever writes one locks that row first, with `ensure` or
`lock`, so that an erasure at the same time comes wholly before or after.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, literal, select, text, update
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage.access import due
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    in_batches,
    insert_into,
    insert_new,
    partial_index,
    update_rows,
)

WITHOUT_PROFILE = text("profile_at IS NULL AND deactivated_at IS NULL")


class Member(Row, table=True):
    """A person in one workspace.

    There is no foreign key to the workspace, because members can write before its row exists. `zone` is the
    IANA time zone from their Slack profile as of `profile_at`. `is_guest` says whether Slack calls them one;
    None until their profile was read.
    """

    __table_args__ = (
        partial_index("ix_member_unasked", "workspace_id", "user_id", where=WITHOUT_PROFILE),
    )

    user_id: str = Field(primary_key=True)
    family: str | None = None
    dm_channel: str | None = None
    greeted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    deactivated_at: datetime | None = Field(default=None, sa_type=UtcTime)
    zone: str | None = None
    profile_at: datetime | None = Field(default=None, sa_type=UtcTime)
    is_guest: bool | None = None
    created_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(Member, "member", "you", is_single=True, internal=("dm_channel",))


def is_member(key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches this member's row."""
    return (col(Member.workspace_id) == key.workspace_id) & (col(Member.user_id) == key.user_id)


async def get(session: Session, key: MemberKey) -> Member | None:
    """Return the member, or None if the bot has not met them."""
    return await _one(session, select(Member).where(is_member(key)))


async def lock(session: Session, key: MemberKey, *, is_alone: bool = False) -> Member | None:
    """Return the member, locked against an erasure until this transaction ends.

    With `is_alone`, also against others who lock them so or change them, such as for what is counted.
    """
    kept = select(Member).where(is_member(key))
    return await _one(session, kept.with_for_update(read=not is_alone, key_share=True))


async def lock_free(session: Session, workspace_id: str, user_ids: Iterable[str]) -> list[str]:
    """Lock those of these members alone, as by `lock`, whom nobody has locked so; return their ids."""
    free = (
        select(col(Member.user_id))
        .where(col(Member.workspace_id) == workspace_id, col(Member.user_id).in_(list(user_ids)))
        .order_by(col(Member.user_id))
        .with_for_update(key_share=True, skip_locked=True)
    )
    return list(await session.scalars(free))


async def lock_with(session: Session, key: MemberKey, other: ScalarSelect[str]) -> Member | None:
    """Return the member, locked alone as by `lock`, and so is the other one whose user id this query finds.

    None for a member whom the bot has not met. Both are locked in the order of their ids, so that two who
    lock each other do not wait for each other.
    """
    both = (
        select(Member)
        .where(
            col(Member.workspace_id) == key.workspace_id,
            col(Member.user_id).in_([key.user_id, other]),
        )
        .order_by(col(Member.user_id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    rows = list(await session.scalars(both))
    return next((row for row in rows if row.user_id == key.user_id), None)


async def ensure(
    session: Session, key: MemberKey, *, now: datetime, is_alone: bool = False
) -> Member:
    """Return the member, locked as by `lock`; add them if they are new."""
    values = {
        "workspace_id": key.workspace_id,
        "user_id": key.user_id,
        "created_at": now,
        "seen_at": now,
    }
    member = None
    while member is None:
        found = await lock(session, key, is_alone=is_alone)
        member = found or await insert_new(session, Member, values)
    return member


async def welcome(
    session: Session, key: MemberKey, *, now: datetime, family: str | None = None
) -> Member:
    """Return the member who starts something, added if new, with `seen_at` and the family updated.

    If they were never greeted, `greeted_at` is set to `now`, which tells the caller to greet them.
    """
    if await _update(session, key, ~_is_active(), deactivated_at=None):
        await due.mark_again(session, key, now=now)
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
            "greeted_at": func.coalesce(col(Member.greeted_at), new.excluded.greeted_at),
            "family": func.coalesce(new.excluded.family, col(Member.family)),
        },
    )
    member = await session.scalar(met.returning(Member).execution_options(populate_existing=True))
    if member is None:
        raise LookupError(f"{key} could not be written down.")
    return member


async def save_family(session: Session, key: MemberKey, family: str, *, now: datetime) -> None:
    """Store the role family that the member chose."""
    await ensure(session, key, now=now)
    await _update(session, key, family=family, seen_at=now)


async def save_dm_channel(session: Session, key: MemberKey, channel: str | None) -> bool:
    """Store the member's DM channel, None if they have none; return False if nothing changed."""
    return await _update(
        session, key, col(Member.dm_channel).is_distinct_from(channel), dm_channel=channel
    )


async def dm_channels(
    session: Session, workspace_id: str, user_ids: Iterable[str]
) -> dict[str, str]:
    """Return the DM channels of these members by user id, without members whose channel is unknown."""
    found: dict[str, str] = {}
    for some in in_batches(user_ids):
        rows = await session.execute(
            select(col(Member.user_id), col(Member.dm_channel)).where(
                col(Member.workspace_id) == workspace_id,
                col(Member.user_id).in_(some),
                col(Member.dm_channel).is_not(None),
            )
        )
        found |= {user: channel for user, channel in rows if channel}
    return found


async def claim_greeting(session: Session, key: MemberKey, *, now: datetime) -> bool:
    """Return True exactly once per member; the caller then greets them."""
    await ensure(session, key, now=now)
    return await _update(
        session, key, col(Member.greeted_at).is_(None), greeted_at=now, seen_at=now
    )


async def deactivate(session: Session, key: MemberKey, *, now: datetime) -> bool:
    """Store that the member's Slack account is deactivated; return False if it was already."""
    if not await _update(session, key, _is_active(), deactivated_at=now):
        return False
    await due.mark_again(session, key, now=now)
    return True


async def record_profile(
    session: Session,
    key: MemberKey,
    *,
    zone: str | None,
    is_active: bool,
    now: datetime,
    is_guest: bool = False,
) -> bool:
    """Store the profile that Slack gave; return True if the zone or the account's state changed.

    Without a zone, the stored one stays. Nothing is stored for people whom the bot has not met.
    """
    values: dict[str, Any] = {"is_guest": is_guest} | ({"zone": zone} if zone is not None else {})
    news = ~_is_active() if is_active else _is_active()
    news |= col(Member.is_guest).is_distinct_from(is_guest)
    if zone is not None:
        news |= col(Member.zone).is_distinct_from(zone)
    off = None if is_active else func.coalesce(col(Member.deactivated_at), literal(now, UtcTime))
    if await _update(session, key, news, **values, profile_at=now, deactivated_at=off):
        await due.mark_again(session, key, now=now)
        return True
    await _update(session, key, profile_at=now)
    return False


async def record_unchanged_profiles(
    session: Session,
    workspace_id: str,
    profiles: Mapping[str, tuple[str | None, bool, bool]],
    *,
    now: datetime,
) -> set[str]:
    """Mark the profiles that equal what is stored as looked up now; return the members with other ones.

    `profiles` has (zone, is active, is guest) by user id. The returned members' rows are not changed.
    """
    rows = [
        row
        for some in in_batches(profiles)
        for row in await session.execute(
            select(
                col(Member.user_id),
                col(Member.zone),
                col(Member.deactivated_at),
                col(Member.is_guest),
            ).where(col(Member.workspace_id) == workspace_id, col(Member.user_id).in_(some))
        )
    ]
    same = [
        row.user_id
        for row in rows
        if profiles[row.user_id][0] in (None, row.zone)
        and profiles[row.user_id][1:] == (row.deactivated_at is None, row.is_guest)
    ]
    for some in in_batches(same):
        await session.execute(
            update(Member)
            .where(col(Member.workspace_id) == workspace_id, col(Member.user_id).in_(some))
            .values(profile_at=now)
            .execution_options(synchronize_session=False)
        )
    return {row.user_id for row in rows} - set(same)


async def stale_profiles(
    session: Session, workspace_id: str, user_ids: Iterable[str], *, before: datetime
) -> list[str]:
    """Return those of these people who are members with a profile stored before that moment, or never."""
    profile_at = col(Member.profile_at)
    stale = (
        select(col(Member.user_id))
        .where(
            col(Member.workspace_id) == workspace_id, profile_at.is_(None) | (profile_at < before)
        )
        .order_by(col(Member.user_id))
    )
    return [
        user_id
        for some in in_batches(user_ids)
        for user_id in await session.scalars(stale.where(col(Member.user_id).in_(some)))
    ]


async def without_profile(
    session: Session, workspace_id: str, user_ids: Iterable[str]
) -> list[str]:
    """Return those of these active members of whom it is not known whether they are guests."""
    found = select(col(Member.user_id)).where(
        col(Member.workspace_id) == workspace_id,
        col(Member.user_id).in_(list(user_ids)),
        col(Member.is_guest).is_(None),
        _is_active(),
    )
    return list(await session.scalars(found))


def _is_active() -> ColumnElement[bool]:
    return col(Member.deactivated_at).is_(None)


async def _update(
    session: Session, key: MemberKey, *guards: ColumnElement[bool], **values: Any
) -> bool:
    return await update_rows(session, Member, is_member(key), *guards, **values)


async def _one(session: Session, wanted: Select[Member]) -> Member | None:
    found: Member | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found
