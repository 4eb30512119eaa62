"""How often and when each member wants to hear from the coach, and how they took what came."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.checkins import Cadence
from coaching.members import MemberKey
from coaching.timing import local_date, zone_of
from storage import members
from storage.inserting import insert_into, insert_new
from storage.tables import Member, Outgoing, Pace

COUNTED = ("sending", "sent", "unknown")
"""The states in which a message may have reached the member."""


class Kept:
    """What is not to be changed."""


KEPT: Final = Kept()


async def get(session: AsyncSession, key: MemberKey) -> Pace | None:
    """The member's pace, if they have one already."""
    found: Pace | None = await session.scalar(
        select(Pace).where(is_of(key)).execution_options(populate_existing=True)
    )
    return found


async def ensure(session: AsyncSession, key: MemberKey, *, now: datetime) -> Pace:
    """The member's pace, with the usual settings when new; one that is there is left as it is."""
    await members.ensure(session, key, now=now)
    while True:
        pace = await get(session, key) or await insert_new(session, Pace, _usual(key))
        if pace:
            return pace


async def choose(
    session: AsyncSession,
    key: MemberKey,
    *,
    now: datetime,
    cadence: Cadence | Kept = KEPT,
    weekday: int | Kept | None = KEPT,
    hour: int | Kept | None = KEPT,
    days_off: Iterable[int] | Kept = KEPT,
) -> Pace:
    """Change what is named, and hear the member: a pause of the coach's ends.

    `weekday` and `hour` may be None for any; `days_off` are weekdays, 0 for Monday.
    """
    chosen = {"cadence": cadence, "weekday": weekday, "hour": hour}
    values: dict[str, Any] = {
        name: value for name, value in chosen.items() if not isinstance(value, Kept)
    }
    if not isinstance(days_off, Kept):
        values["days_off"] = "".join(str(day) for day in sorted(set(days_off)))
    return await _heard_with(session, key, now=now, paused_at=None, **values)


async def snooze(
    session: AsyncSession, key: MemberKey, *, until: date | None, now: datetime
) -> Pace:
    """No messages before this local date, None to end that; a pause of the coach's ends."""
    return await _heard_with(session, key, now=now, paused_at=None, snoozed_until=until)


async def resume(session: AsyncSession, key: MemberKey, *, now: datetime) -> Pace:
    """Let messages come again at once, whatever held them."""
    return await _heard_with(session, key, now=now, paused_at=None, snoozed_until=None)


async def heard(session: AsyncSession, key: MemberKey, *, now: datetime) -> Pace:
    """The member answered: what came before counts as ignored no more."""
    return await _heard_with(session, key, now=now)


async def share_wins(session: AsyncSession, key: MemberKey, *, shares: bool, now: datetime) -> Pace:
    """Say whether the member's team may be told of what they finished."""
    return await _heard_with(session, key, now=now, shares_wins=shares)


async def pause(session: AsyncSession, key: MemberKey, *, now: datetime) -> bool:
    """Hold all messages until the member is heard of again; True when that is news."""
    await ensure(session, key, now=now)
    return await _change(session, key, col(Pace.paused_at).is_(None), paused_at=now)


async def remind_once(session: AsyncSession, key: MemberKey, *, now: datetime) -> bool:
    """True exactly once per member: for the caller who is to remind them."""
    await ensure(session, key, now=now)
    return await _change(session, key, col(Pace.reminded_at).is_(None), reminded_at=now)


async def ignored(session: AsyncSession, key: MemberKey) -> int:
    """How many check-ins came since the member was last heard of."""
    counted = (
        select(func.count())
        .select_from(Outgoing)
        .outerjoin(Pace, is_of(key))
        .where(
            _to_member(key),
            col(Outgoing.kind) == "checkin",
            col(Outgoing.state) == "sent",
            # One that was answered before its sending was noted has a later `sent_at` than the answer.
            col(Outgoing.answered_at).is_(None),
            col(Pace.heard_at).is_(None) | (col(Outgoing.sent_at) > col(Pace.heard_at)),
        )
    )
    return await session.scalar(counted) or 0


async def sent_days(session: AsyncSession, key: MemberKey, *, since: date) -> list[date]:
    """For each message that the bot sent by itself, or may have sent, its local date, from `since` on.

    That is the date where the member is now, or where they were then, or the one that the message belongs to,
    whichever is the latest: who flies across the date line gets no second message on the same date.
    """
    midnight = datetime.combine(since, time.min, UTC)
    left_at = func.coalesce(col(Outgoing.sending_at), col(Outgoing.due_at))
    rows = await session.execute(
        select(left_at, col(Outgoing.local_date), col(Outgoing.sent_on), col(Member.zone))
        .join(Member, members.is_member(key))
        .where(
            _to_member(key),
            col(Outgoing.state).in_(COUNTED),
            # Where the day begins first it is up to 14 hours ahead of UTC.
            left_at >= midnight - timedelta(hours=14),
        )
    )
    days = [
        max(on, then or on, local_date(moment, zone_of(zone))) for moment, on, then, zone in rows
    ]
    return sorted(day for day in days if day >= since)


def days_off(pace: Pace) -> frozenset[int]:
    """The weekdays without messages, 0 for Monday."""
    return frozenset(int(day) for day in pace.days_off)


def is_of(key: MemberKey) -> ColumnElement[bool]:
    """The condition that finds exactly this member's pace."""
    return (col(Pace.workspace_id) == key.workspace_id) & (col(Pace.user_id) == key.user_id)


def _to_member(key: MemberKey) -> ColumnElement[bool]:
    of_workspace = col(Outgoing.workspace_id) == key.workspace_id
    return of_workspace & (col(Outgoing.user_id) == key.user_id)


def _usual(key: MemberKey) -> dict[str, Any]:
    return Pace(workspace_id=key.workspace_id, user_id=key.user_id).model_dump()


async def _heard_with(
    session: AsyncSession, key: MemberKey, *, now: datetime, **values: Any
) -> Pace:
    """Change the pace, or make one with these values, and note that the member was heard of."""
    await members.ensure(session, key, now=now)
    changes = values | {"heard_at": now}
    written = (
        insert_into(session, Pace)
        .values(_usual(key) | changes)
        .on_conflict_do_update(index_elements=["workspace_id", "user_id"], set_=changes)
        .returning(Pace)
    )
    pace = await session.scalar(written.execution_options(populate_existing=True))
    if pace is None:
        raise LookupError(f"The pace of {key} could not be written down.")
    return pace


async def _change(
    session: AsyncSession, key: MemberKey, *guards: ColumnElement[bool], **values: Any
) -> bool:
    statement = update(Pace).where(is_of(key), *guards).values(**values)
    changed = await session.scalar(
        statement.returning(col(Pace.user_id)).execution_options(synchronize_session="fetch")
    )
    return changed is not None
