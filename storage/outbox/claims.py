"""Claims: which process may change a message on its way out, and for how long.

A claim gives a message to one owner under a lease and adds one to its `epoch`. Every later change is a single
UPDATE that requires this owner, this epoch and the expected state. A process whose message was taken over
therefore changes no row and gets False: before the post, it must not post; after the post, another process
already decides. No database lock is held while Slack is called. A process that dies leaves a row whose state
says what may have happened; scheduler/README.md has a table of what becomes of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Update,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session as SyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import col

from storage.database import Session
from storage.outbox import rates
from storage.outbox.queue import IS_HELD, IS_READY, Outgoing, is_message, is_state

MESSAGE_TABLE = Outgoing.metadata.tables["message"]

MIN_GAP = timedelta(seconds=1)
"""Slack allows about one post per second in a conversation."""


@dataclass(frozen=True)
class ClaimedBatch:
    """The claimed messages, each with the moment at which the rate limit lets it go out.

    `again_at` is set if the rate limit had no room: the moment from which it has.
    """

    messages: Sequence[Outgoing] = ()
    slots: Sequence[datetime] = ()
    again_at: datetime | None = None


async def claim(
    session: Session,
    workspace_id: str,
    *,
    owner: str,
    lease: timedelta,
    limit: rates.RateLimit,
    batch: int,
    now: datetime,
) -> ClaimedBatch:
    """Claim due messages for this owner: at most `batch`, and at most as many as the rate limit allows."""
    free_at = await rates.lock_bucket(session, workspace_id, limit.method, now=now)
    if free_at is None:
        return ClaimedBatch()
    room = rates.room(free_at, limit, now=now)
    if not room:
        return ClaimedBatch(again_at=free_at + limit.interval - limit.ahead)
    rows = await session.scalars(
        CLAIM,
        {
            "the_workspace": workspace_id,
            "the_moment": now,
            "a_breath_ago": now - MIN_GAP,
            "most": min(batch, room),
            "owner": owner,
            "lease_until": now + lease,
            "changed_at": now,
        },
    )
    messages = sorted(rows, key=lambda message: (message.not_before, message.id))
    if not messages:
        return ClaimedBatch()
    slots = await rates.reserve(
        session, workspace_id, limit, count=len(messages), free_at=free_at, now=now
    )
    return ClaimedBatch(messages, slots)


async def begin(
    session: Session,
    message: Outgoing,
    *,
    channel: str,
    lease: timedelta,
    now: datetime,
    on: date | None = None,
    form: str | None = None,
    step_id: str | None = None,
) -> bool:
    """Move a leased message to `sending`, with a new lease and with what it will say.

    Commit this before the post. Return False if the message is no longer held by its owner, or its lease has
    ended. `on` is the member's local date.
    """
    says = {"form": form, "step_id": step_id}
    times = {"sending_at": now, "sent_on": on, "lease_until": now + lease}
    values = {"channel": channel, **times, **says}
    return await _apply(session, message, BEGIN, values, now=now)


async def finish(
    session: Session, message: Outgoing, *, channel: str, ts: str, now: datetime
) -> bool:
    """Move a message from `sending` to `sent`; return False if another process took it over."""
    values = {"channel": channel, "slack_ts": ts, "sent_at": now}
    return await _apply(session, message, FINISH, values, now=now)


async def put_back(
    session: Session,
    message: Outgoing,
    *,
    not_before: datetime,
    reason: str | None,
    now: datetime,
) -> bool:
    """Make the message `ready` again from that moment on. Only for messages that were not posted."""
    values = {"not_before": not_before, "reason": reason}
    return await _apply(session, message, PUT_BACK, values, now=now)


async def postpone(
    session: Session,
    message: Outgoing,
    *,
    not_before: datetime,
    reason: str,
    now: datetime,
) -> bool:
    """Make a leased message `ready` again after an error before its post; counts as an attempt."""
    values = {"not_before": not_before, "reason": reason}
    return await _apply(session, message, POSTPONE, values, now=now)


async def skip(session: Session, message: Outgoing, *, reason: str, now: datetime) -> bool:
    """Move the message to `skipped`: the send policy decided against it."""
    return await _apply(session, message, SKIP, {"reason": reason}, now=now)


async def fail(session: Session, message: Outgoing, *, reason: str, now: datetime) -> bool:
    """Move the message to `failed`: Slack refused it for good."""
    return await _apply(session, message, FAIL, {"reason": reason}, now=now)


async def release_owned(session: Session, owner: str, *, now: datetime) -> int:
    """Make all messages that this owner holds as `leased` ready again; return how many."""
    rows = await session.execute(
        update(Outgoing)
        .where(IS_HELD, LEASED, col(Outgoing.owner) == owner)
        .values(**UNOWNED, changed_at=now)
        .returning(col(Outgoing.id))
        .execution_options(synchronize_session=False)
    )
    return len(rows.all())


def is_held(message: Outgoing) -> ColumnElement[bool]:
    """Return the condition that matches the message while it has the owner and epoch it was read with."""
    return and_(
        is_message(message.workspace_id, message.id),
        col(Outgoing.owner) == message.owner,
        col(Outgoing.epoch) == message.epoch,
    )


LEASED = is_state("leased")

SENDING = is_state("sending")


def _transition(guard: ColumnElement[bool], **fixed: Any) -> Update:
    """Build the UPDATE for one transition, guarded by owner, epoch and state."""
    held = and_(
        MESSAGE_TABLE.c.workspace_id == bindparam("the_workspace"),
        MESSAGE_TABLE.c.id == bindparam("the_id"),
        MESSAGE_TABLE.c.owner == bindparam("the_owner"),
        MESSAGE_TABLE.c.epoch == bindparam("the_epoch"),
    )
    return MESSAGE_TABLE.update().where(held, guard).values(**fixed)


UNOWNED = {"state": "ready", "owner": None, "lease_until": None}

NEXT_ATTEMPT = MESSAGE_TABLE.c.attempt + 1

BEGIN = _transition(
    LEASED & (MESSAGE_TABLE.c.lease_until > bindparam("the_moment")),
    state="sending",
    attempt=NEXT_ATTEMPT,
)

FINISH = _transition(SENDING, state="sent", lease_until=None, reason=None)

PUT_BACK = _transition(IS_HELD, **UNOWNED)

POSTPONE = _transition(LEASED, attempt=NEXT_ATTEMPT, **UNOWNED)

SKIP = _transition(IS_HELD, state="skipped", lease_until=None)

FAIL = _transition(IS_HELD, state="failed", lease_until=None)


async def _apply(
    session: Session,
    message: Outgoing,
    statement: Update,
    values: dict[str, Any],
    *,
    now: datetime,
) -> bool:
    of_ours = {
        "the_workspace": message.workspace_id,
        "the_id": message.id,
        "the_owner": message.owner,
        "the_epoch": message.epoch,
        "the_moment": now,
    }
    given = {**values, **of_ours, "changed_at": now}

    def move(here: SyncSession) -> bool:
        return here.connection().execute(statement, given).rowcount == 1

    return await session.run_sync(move)


def _claimable() -> Select[str]:
    """Select the first due message of each subject without one in flight or sent in the last second."""
    one, other = aliased(Outgoing), aliased(Outgoing)
    here = bindparam("the_workspace", type_=String)
    is_ready = col(one.state) == literal_column("'ready'")
    same = (col(other.workspace_id) == here) & (col(other.subject) == col(one.subject))
    in_flight = col(other.state).in_([literal_column("'leased'"), literal_column("'sending'")])
    earlier = (col(other.state) == literal_column("'ready'")) & (
        tuple_(col(other.not_before), col(other.id)) < tuple_(col(one.not_before), col(one.id))
    )
    just_now = col(other.sent_at) > bindparam("a_breath_ago")
    in_the_way = exists().where(same, or_(in_flight, just_now, earlier))
    return (
        select(col(one.id))
        .where(
            col(one.workspace_id) == here,
            is_ready,
            col(one.not_before) <= bindparam("the_moment"),
            ~in_the_way,
        )
        .order_by(col(one.not_before), col(one.id))
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=one)
    )


def _claim_statement() -> ReturningUpdate[Any]:
    # MATERIALIZED: PostgreSQL may run a plain subquery again for each row, and then claim more rows than
    # the limit allows.
    chosen = select(_claimable().cte("due").prefix_with("MATERIALIZED").c.id)
    return (
        update(Outgoing)
        .where(
            col(Outgoing.workspace_id) == bindparam("the_workspace"),
            col(Outgoing.id).in_(chosen),
            IS_READY,
        )
        .values(state="leased", epoch=col(Outgoing.epoch) + 1)
        .returning(Outgoing)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


CLAIM = _claim_statement()
