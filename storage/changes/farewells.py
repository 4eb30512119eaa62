"""Changes about people who were erased: whom they are about is encrypted until the receivers were told."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from coaching.members import MemberKey
from storage.changes.queue import Change
from storage.database import Session
from storage.database.rows import update_rows
from storage.installs.token_keys import InstallKey, TokenKeys


def subject_of(change: Change, keys: TokenKeys) -> str:
    """Return whom a change is about; CannotDecrypt when they are erased and no key opens it."""
    if change.user_id is not None:
        return change.user_id
    return keys.decrypt(InstallKey(change.workspace_id), _place(change), change.sealed or "")


async def part_with(session: Session, key: MemberKey, keys: TokenKeys) -> None:
    """Keep, of a member who is about to be erased, only that what they had ended.

    Call it in the transaction of the erasure, after the changes "ended" were stored. Instead of the member's
    id, the last of these then holds it encrypted, until the receiver has taken it, also when it was given up.
    The erasure deletes the others.
    """
    rows = await session.scalars(
        select(Change)
        .where(
            col(Change.workspace_id) == key.workspace_id,
            col(Change.user_id) == key.user_id,
            col(Change.change) == "ended",
        )
        .order_by(col(Change.at), col(Change.number), col(Change.id))
    )
    last = {(change.receiver_id, change.permission): change for change in rows}
    for change in last.values():
        change.user_id, change.sealed = None, _sealed(change, key.user_id, keys)
    await session.flush()


def _sealed(change: Change, user_id: str, keys: TokenKeys) -> str:
    return keys.encrypt(InstallKey(change.workspace_id), _place(change), user_id)


def _place(change: Change) -> str:
    return f"change:{change.id}"


async def sealed_rows(session: Session) -> Sequence[Change]:
    """Return all changes about people who were erased, of every workspace."""
    rows = await session.scalars(
        select(Change)
        .where(col(Change.sealed).is_not(None))
        .order_by(col(Change.workspace_id), col(Change.id))
    )
    return list(rows)


async def encrypt_again(session: Session, keys: TokenKeys, row: Change) -> bool:
    """Encrypt whom a change is about by the first key; return False when it is told meanwhile."""
    again = _sealed(row, subject_of(row, keys), keys)
    same = (
        col(Change.workspace_id) == row.workspace_id,
        col(Change.receiver_id) == row.receiver_id,
        col(Change.id) == row.id,
        col(Change.sealed) == row.sealed,
    )
    return await update_rows(session, Change, *same, sealed=again)
