"""Messages whose holder is gone: given back when nothing was sent, else held until one read decides."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, literal_column, or_, select, update
from sqlmodel import col

from storage.database.engine import Session
from storage.outbox.claims import HELD, LEASED, SENDING, is_held
from storage.outbox.queue import Outgoing, is_message


async def release_expired(
    session: Session, *, lease: timedelta, limit: int, now: datetime
) -> list[str]:
    """Give back what was claimed, not begun, and is past its lease; returns the ids.

    A lease that ends later than any lease can was given by a clock that was set back since: it is over too.
    """
    past = or_(col(Outgoing.lease_until) <= now, col(Outgoing.lease_until) > now + 2 * lease)
    old = (
        select(col(Outgoing.workspace_id), col(Outgoing.id), col(Outgoing.epoch))
        .where(HELD, LEASED, past)
        .limit(limit)
        # Two who do this at once would wait for each other: what somebody has in hand is theirs.
        .with_for_update(skip_locked=True)
    )
    released = []
    for workspace_id, message_id, epoch in (await session.execute(old)).all():
        found = await session.execute(
            update(Outgoing)
            .where(is_message(workspace_id, message_id), LEASED, col(Outgoing.epoch) == epoch)
            .values(state="ready", owner=None, lease_until=None, changed_at=now)
            .returning(col(Outgoing.id))
            .execution_options(synchronize_session=False)
        )
        released += [str(row.id) for row in found]
    return released


async def list_sending(session: Session) -> list[Outgoing]:
    """Everything whose post was announced and is not known to have arrived or not."""
    rows = await session.scalars(
        select(Outgoing).where(HELD, SENDING).execution_options(populate_existing=True)
    )
    return list(rows)


async def take_over(
    session: Session, message: Outgoing, *, owner: str, lease: timedelta, now: datetime
) -> Outgoing | None:
    """Hold it instead of who held it: from now on nothing that they do changes it."""
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
    """Nobody can tell whether it was posted; an operator may look and send it again."""
    found = await session.execute(
        update(Outgoing)
        .where(is_held(message), SENDING)
        .values(state="unknown", lease_until=None, reason=reason, changed_at=now)
        .returning(col(Outgoing.id))
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


async def resend(session: Session, workspace_id: str, message_id: str, *, now: datetime) -> bool:
    """Let a message of which nobody knows be sent, again perhaps; True when it was such a one."""
    found = await session.execute(
        update(Outgoing)
        .where(
            is_message(workspace_id, message_id), col(Outgoing.state) == literal_column("'unknown'")
        )
        .values(state="ready", owner=None, not_before=now, reason=None, changed_at=now)
        .returning(col(Outgoing.id))
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


async def hold_all_for_lookup(session: Session, *, since: datetime, now: datetime) -> int:
    """After a restore: whatever waits here may have been sent since that moment; returns how many.

    Each becomes `sending`, held by nobody, so that it is looked up in Slack before it goes out.
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
