"""Recovery: what becomes of messages whose owner died, froze, or was restored from a backup.

A `leased` message was certainly not posted: it becomes `ready` again once its lease has ended. A `sending`
one may have been posted, so it is not sent again before Slack was read. One process takes it over, under a
new epoch, so that the old owner's updates match no row. If Slack has the message, it is `sent`; if not, it is
`ready` again; if Slack cannot tell, it is `unknown` until an operator resends it.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel import col

from storage.database import Session
from storage.outbox.claims import LEASED, SENDING, UNOWNED, is_held
from storage.outbox.queue import IS_HELD, Outgoing, is_message, is_state


async def release_expired(
    session: Session, *, lease: timedelta, limit: int, now: datetime
) -> list[str]:
    """Make `leased` messages whose lease has ended ready again; return their ids.

    A lease that ends later than any lease could was given before the clock was set back; it counts as ended.
    """
    past = or_(col(Outgoing.lease_until) <= now, col(Outgoing.lease_until) > now + 2 * lease)
    old = (
        select(col(Outgoing.workspace_id), col(Outgoing.id), col(Outgoing.epoch))
        .where(IS_HELD, LEASED, past)
        .limit(limit)
        # Two processes doing this at once would deadlock; each skips the rows that the other has locked.
        .with_for_update(skip_locked=True)
    )
    released = []
    for workspace_id, message_id, epoch in (await session.execute(old)).all():
        found = await session.execute(
            update(Outgoing)
            .where(is_message(workspace_id, message_id), LEASED, col(Outgoing.epoch) == epoch)
            .values(**UNOWNED, changed_at=now)
            .returning(col(Outgoing.id))
            .execution_options(synchronize_session=False)
        )
        released += [str(row.id) for row in found]
    return released


async def list_sending(session: Session) -> list[Outgoing]:
    """Return all messages in `sending`: it is not known whether they were posted."""
    rows = await session.scalars(
        select(Outgoing).where(IS_HELD, SENDING).execution_options(populate_existing=True)
    )
    return list(rows)


async def take_over(
    session: Session, message: Outgoing, *, owner: str, lease: timedelta, now: datetime
) -> Outgoing | None:
    """Take a `sending` message from its owner, under a new epoch; None if that changed meanwhile."""
    found: Outgoing | None = await session.scalar(
        update(Outgoing)
        .where(_as_read(message), SENDING)
        .values(
            owner=owner,
            epoch=col(Outgoing.epoch) + 1,
            lease_until=now + lease,
            changed_at=now,
        )
        .returning(Outgoing)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return found


async def mark_unknown(session: Session, message: Outgoing, *, reason: str, now: datetime) -> bool:
    """Move a message that this owner holds from `sending` to `unknown`; return False if it is not held."""
    found = await session.execute(
        update(Outgoing)
        .where(is_held(message), SENDING)
        .values(state="unknown", lease_until=None, reason=reason, changed_at=now)
        .returning(col(Outgoing.id))
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


async def resend(session: Session, workspace_id: str, message_id: str, *, now: datetime) -> bool:
    """Make an `unknown` message ready again; return False if it is not unknown. It may be posted twice."""
    found = await session.execute(
        update(Outgoing)
        .where(is_message(workspace_id, message_id), is_state("unknown"))
        .values(state="ready", owner=None, not_before=now, reason=None, changed_at=now)
        .returning(col(Outgoing.id))
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


async def hold_all_for_lookup(session: Session, *, since: datetime, now: datetime) -> int:
    """After a restore, move all waiting messages to `sending`, as if posted since that moment.

    They have no live owner, so recovery looks each up in Slack before it goes out. Return how many.
    """
    rows = await session.execute(
        update(Outgoing)
        .where(col(Outgoing.state).in_(("ready", "leased", "sending")))
        .values(
            state="sending",
            owner="restored",
            epoch=col(Outgoing.epoch) + 1,
            sending_at=since,
            lease_until=now,
            changed_at=now,
        )
        .returning(col(Outgoing.id))
        .execution_options(synchronize_session=False)
    )
    return len(rows.all())


def _as_read(message: Outgoing) -> ColumnElement[bool]:
    return and_(is_message(message.workspace_id, message.id), col(Outgoing.epoch) == message.epoch)
