"""The guards of a message on its way out: who holds it, until when, and what only its holder may do.

Each is one statement. Who claims a message gets a new `epoch` with it; everything afterwards asks for
that owner and that epoch, so whoever lost it meanwhile changes nothing.

| dies …                                   | row afterwards      | outcome                              |
|------------------------------------------|---------------------|--------------------------------------|
| before the tick commits                  | schedule unchanged  | the next tick does it                |
| after the tick, or after the claim       | `ready` / `leased`  | sent by anyone, no read needed       |
| after `begin`, before or after the post  | `sending`           | one read decides (`reaping`)         |
| frozen past its lease, then wakes        | epoch moved on      | the fence refuses, updates hit 0 rows|
| database restored from a backup          | rows reappear       | treated as `sending` (`reconcile`)   |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import rates
from storage.tables import Outgoing

BREATH = timedelta(seconds=1)
"""Slack asks for at most one post a second in one conversation."""


@dataclass(frozen=True)
class Claimed:
    """Messages that are ours for a while, each with the moment that the rate limit leaves for it.

    Without messages, `again_at` says from when on there is room.
    """

    messages: Sequence[Outgoing] = ()
    slots: Sequence[datetime] = ()
    again_at: datetime | None = None


async def claim(
    session: AsyncSession,
    workspace_id: str,
    *,
    owner: str,
    lease: timedelta,
    limit: rates.Limit,
    batch: int,
    now: datetime,
) -> Claimed:
    """Take messages that are due, at most as many as the rate limit has room for."""
    free_at = await rates.lock(session, workspace_id, limit.method, now=now)
    if free_at is None:
        return Claimed()
    room = rates.room(free_at, limit, now=now)
    if not room:
        return Claimed(again_at=free_at + limit.interval - limit.ahead)
    # Worked out once and kept: PostgreSQL may look into a bare subquery again for each row, and find
    # more rows each time than the limit allows.
    due = _due(workspace_id, limit=min(batch, room), now=now).cte("due")
    chosen = select(due.prefix_with("MATERIALIZED").c.id)
    rows = await session.scalars(
        update(Outgoing)
        .where(
            col(Outgoing.workspace_id) == workspace_id,
            col(Outgoing.id).in_(chosen),
            _is("ready"),
        )
        .values(
            state="leased",
            owner=owner,
            epoch=col(Outgoing.epoch) + 1,
            lease_until=now + lease,
            changed_at=now,
        )
        .returning(Outgoing)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    messages = sorted(rows, key=lambda message: (message.not_before, message.id))
    if not messages:
        return Claimed()
    slots = await rates.take(
        session, workspace_id, limit, count=len(messages), free_at=free_at, now=now
    )
    return Claimed(messages, slots)


async def begin(
    session: AsyncSession, message: Outgoing, *, channel: str, lease: timedelta, now: datetime
) -> bool:
    """Announce the post, which may go out under a new lease; False when the message is not ours now."""
    return await _move(
        session,
        message,
        LEASED & (col(Outgoing.lease_until) > now),
        state="sending",
        channel=channel,
        sending_at=now,
        lease_until=now + lease,
        attempt=col(Outgoing.attempt) + 1,
        now=now,
    )


async def describe(
    session: AsyncSession,
    message: Outgoing,
    *,
    form: str | None,
    step_id: str | None,
    now: datetime,
) -> bool:
    """Note what the message says, in the transaction that announces it."""
    return await _move(session, message, SENDING, form=form, step_id=step_id, now=now)


async def finish(
    session: AsyncSession, message: Outgoing, *, channel: str, ts: str, now: datetime
) -> bool:
    """Note that it was posted, and where; False when it was taken over meanwhile."""
    return await _move(
        session,
        message,
        SENDING,
        state="sent",
        channel=channel,
        slack_ts=ts,
        sent_at=now,
        lease_until=None,
        reason=None,
        now=now,
    )


async def put_back(
    session: AsyncSession,
    message: Outgoing,
    *,
    not_before: datetime,
    reason: str | None,
    now: datetime,
) -> bool:
    """Let anyone send it, from that moment on; only for what certainly was not posted."""
    return await _move(
        session,
        message,
        HELD,
        state="ready",
        owner=None,
        lease_until=None,
        not_before=not_before,
        reason=reason,
        now=now,
    )


async def postpone(
    session: AsyncSession,
    message: Outgoing,
    *,
    not_before: datetime,
    reason: str,
    now: datetime,
) -> bool:
    """Try it again later, after an error before its post was announced; the tries are counted."""
    return await _move(
        session,
        message,
        LEASED,
        state="ready",
        owner=None,
        lease_until=None,
        not_before=not_before,
        reason=reason,
        attempt=col(Outgoing.attempt) + 1,
        now=now,
    )


async def skip(session: AsyncSession, message: Outgoing, *, reason: str, now: datetime) -> bool:
    """It will not be sent, because it should not be."""
    return await _move(
        session, message, HELD, state="skipped", lease_until=None, reason=reason, now=now
    )


async def fail(session: AsyncSession, message: Outgoing, *, reason: str, now: datetime) -> bool:
    """It will not be sent, because it cannot be."""
    return await _move(
        session, message, HELD, state="failed", lease_until=None, reason=reason, now=now
    )


async def give_back(session: AsyncSession, owner: str, *, now: datetime) -> int:
    """Let others have what this owner claimed and did not begin to send; returns how many."""
    rows = await session.execute(
        update(Outgoing)
        .where(HELD, LEASED, col(Outgoing.owner) == owner)
        .values(state="ready", owner=None, lease_until=None, changed_at=now)
        .returning(col(Outgoing.id))
        .execution_options(synchronize_session=False)
    )
    return len(rows.all())


def is_message(workspace_id: str, message_id: str) -> ColumnElement[bool]:
    """The condition that finds one message."""
    return (col(Outgoing.workspace_id) == workspace_id) & (col(Outgoing.id) == message_id)


def is_held(message: Outgoing) -> ColumnElement[bool]:
    """The condition that finds a message as long as it is held as it was when it was read."""
    return and_(
        is_message(message.workspace_id, message.id),
        col(Outgoing.owner) == message.owner,
        col(Outgoing.epoch) == message.epoch,
    )


def _is(state: str) -> ColumnElement[bool]:
    # Written out, not a parameter: only then the partial indexes are used.
    return col(Outgoing.state) == literal_column(f"'{state}'")


LEASED = _is("leased")
SENDING = _is("sending")
# As the index says it, word for word.
HELD = col(Outgoing.state).in_([literal_column("'leased'"), literal_column("'sending'")])


async def _move(
    session: AsyncSession,
    message: Outgoing,
    guard: ColumnElement[bool],
    *,
    now: datetime,
    **values: Any,
) -> bool:
    moved = await session.execute(
        update(Outgoing)
        .where(is_held(message), guard)
        .values(changed_at=now, **values)
        .returning(col(Outgoing.id))
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None


def _due(workspace_id: str, *, limit: int, now: datetime) -> Select[str]:
    """The first message of each subject that has none in flight and got none in the last second."""
    one, other = aliased(Outgoing), aliased(Outgoing)
    is_ready = col(one.state) == literal_column("'ready'")
    same = (col(other.workspace_id) == workspace_id) & (col(other.subject) == col(one.subject))
    in_flight = col(other.state).in_([literal_column("'leased'"), literal_column("'sending'")])
    earlier = (col(other.state) == literal_column("'ready'")) & (
        tuple_(col(other.not_before), col(other.id)) < tuple_(col(one.not_before), col(one.id))
    )
    in_the_way = exists().where(same, or_(in_flight, col(other.sent_at) > now - BREATH, earlier))
    return (
        select(col(one.id))
        .where(
            col(one.workspace_id) == workspace_id, is_ready, col(one.not_before) <= now, ~in_the_way
        )
        .order_by(col(one.not_before), col(one.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=one)
    )
