"""The states of the OAuth flow: given out to a browser, used once, within ten minutes."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import Row, UtcTime

LIFE = timedelta(minutes=10)
DELETED_AT_ONCE = 100
NO_WORKSPACE = ""


class InstallState(Row, table=True):
    """The hash of a state of the OAuth flow that was given out and not used yet; it is of no workspace."""

    __tablename__ = "install_state"

    hash: str = Field(primary_key=True)
    issued_at: datetime = Field(sa_type=UtcTime, index=True)


async def issue(session: Session, state: str, *, now: datetime) -> None:
    """Store the hash of a state, and delete some that are too old."""
    old = (
        select(col(InstallState.hash))
        .where(col(InstallState.issued_at) < now - LIFE)
        .limit(DELETED_AT_ONCE)
    )
    await session.execute(
        delete(InstallState).where(_is_of_none(), col(InstallState.hash).in_(old))
    )
    new = InstallState(workspace_id=NO_WORKSPACE, hash=_hash(state), issued_at=now)
    session.add(new)
    await session.flush()


async def use(session: Session, state: str, *, now: datetime) -> bool:
    """Delete a state; True if it was given out in the last ten minutes and not used before."""
    issued_at: datetime | None = await session.scalar(
        delete(InstallState)
        .where(_is_of_none(), col(InstallState.hash) == _hash(state))
        .returning(col(InstallState.issued_at))
    )
    return issued_at is not None and now - issued_at <= LIFE


def _is_of_none() -> ColumnElement[bool]:
    """Return the condition that all states meet: with it, the primary key finds them by their hash."""
    return col(InstallState.workspace_id) == NO_WORKSPACE


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()
