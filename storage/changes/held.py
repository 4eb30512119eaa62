"""What members have now, as changes for a receiver that was not told of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, func, literal, select, text, update
from sqlmodel import col

from storage.access.grants import AccessHeld
from storage.changes.queue import IS_DEAD, IS_WAITING, Change, is_for
from storage.changes.receivers import Receiver
from storage.database import Session
from storage.database.rows import insert_into, new_id

STORED_AT_ONCE = 1_000


async def hold_grants(session: Session) -> None:
    """Let nobody change what members have until this transaction ends; wait for those who are about to.

    Call it before what a receiver follows is changed. On PostgreSQL, a grant that is stored meanwhile would
    otherwise be told neither as one that a member has nor as one that changed. SQLite has one writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"LOCK TABLE {AccessHeld.__tablename__} IN SHARE MODE"))


async def append_held(
    session: Session, receiver: Receiver, permissions: Collection[str], *, now: datetime
) -> None:
    """Store for a receiver, as "granted", who has these permissions, which it follows from now on."""
    held = await session.execute(
        select(
            col(AccessHeld.user_id),
            col(AccessHeld.permission_id),
            literal("granted"),
            col(AccessHeld.until),
            col(AccessHeld.via),
            col(AccessHeld.policy_version),
        ).where(
            col(AccessHeld.workspace_id) == receiver.workspace_id,
            col(AccessHeld.permission_id).in_(permissions),
        )
    )
    await _store(session, receiver, held.all(), reason="followed", now=now)


async def hurry(session: Session, receiver: Receiver, *, now: datetime) -> None:
    """Make all changes of a receiver due now; those that were given up are told again, as it is by now."""
    await _append_again(session, receiver, now=now)
    # That a permission of somebody who was erased ended: when they have it again, it is not told.
    await session.execute(
        update(Change)
        .where(*is_for(receiver), IS_DEAD)
        .values(state="waiting", at=now)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Change)
        .where(*is_for(receiver), IS_WAITING)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


async def _append_again(session: Session, receiver: Receiver, *, now: datetime) -> None:
    """Replace changes that were given up by what holds now.

    The receiver may have taken later ones since, and what was given up would undo those.
    """
    is_given_up = (*is_for(receiver), IS_DEAD, col(Change.user_id).is_not(None))
    has_now = and_(
        col(AccessHeld.workspace_id) == col(Change.workspace_id),
        col(AccessHeld.user_id) == col(Change.user_id),
        col(AccessHeld.permission_id) == col(Change.permission),
    )
    of_both = (col(Change.user_id), col(Change.permission), col(AccessHeld.until))
    has_it = col(AccessHeld.user_id).is_not(None)
    states = await session.execute(
        select(
            col(Change.user_id),
            col(Change.permission),
            case((has_it, "granted"), else_="ended"),
            col(AccessHeld.until),
            func.coalesce(col(AccessHeld.via), func.max(col(Change.via))),
            func.coalesce(col(AccessHeld.policy_version), func.max(col(Change.policy_version))),
        )
        .outerjoin(AccessHeld, has_now)
        .where(*is_given_up)
        .group_by(
            *of_both,
            col(AccessHeld.user_id),
            col(AccessHeld.via),
            col(AccessHeld.policy_version),
        )
    )
    await _store(session, receiver, states.all(), reason="given up", now=now)
    await session.execute(
        delete(Change).where(*is_given_up).execution_options(synchronize_session=False)
    )


async def _store(
    session: Session,
    receiver: Receiver,
    states: Sequence[Sequence[Any]],
    *,
    reason: str,
    now: datetime,
) -> None:
    """Store a change for each of these (member, permission, change, until, via, policy version)."""
    last = select(func.coalesce(func.max(col(Change.number)), 0)).where(
        *is_for(receiver), IS_WAITING
    )
    shared: dict[str, Any] = {
        "workspace_id": receiver.workspace_id,
        "receiver_id": receiver.id,
        "reason": reason,
        "at": now,
        "number": int(await session.scalar(last) or 0) + 1,
        "state": "waiting",
        "due_at": now,
        "tries": 0,
    }
    names = ("user_id", "permission", "change", "until", "via", "policy_version")
    for start in range(0, len(states), STORED_AT_ONCE):
        rows = [
            shared | {"id": new_id()} | dict(zip(names, state, strict=True))
            for state in states[start : start + STORED_AT_ONCE]
        ]
        await session.execute(insert_into(session, Change), rows)
