"""The keys with which workspaces sign what outsiders can check, such as badges.

A key belongs to one workspace, one issuer and one purpose, and keys of other purposes are not touched when it
is changed. Its secret part stands in the database only encrypted, bound to
its row like the tokens of installs. A retired key has no secret any more; its public part stays, so that what
it signed can be checked.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Index, delete, select
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import Row, UtcTime, update_rows
from storage.installs.token_keys import InstallKey, TokenKeys

Purpose = Literal["badges", "access"]
BADGES: Purpose = "badges"
ACCESS: Purpose = "access"


class SigningKey(Row, table=True):
    """A key of Ed25519: `public` and the encrypted `secret` are in base64url, as JWKs have them."""

    __tablename__ = "signing_key"
    __table_args__ = (Index("ix_signing_key_issuer", "issuer", "made_at", "id"),)

    id: str = Field(primary_key=True)
    purpose: str
    issuer: str
    public: str
    secret: str | None = None
    made_at: datetime = Field(sa_type=UtcTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def kid(self) -> str:
        """The id by which what it signed names it."""
        return f"{self.issuer}#{self.id}"

    def __repr__(self) -> str:
        return f"SigningKey({self.kid!r})"

    def opened(self, keys: TokenKeys) -> str:
        """Return the secret; CannotDecrypt without its key, ValueError when it is retired."""
        if self.secret is None:
            raise ValueError(f"The key {self.kid} is retired.")
        return keys.decrypt(InstallKey(self.workspace_id), _place(self.id), self.secret)


def sealed(keys: TokenKeys, workspace_id: str, key_id: str, secret: str) -> str:
    """Return the secret of a key as it is stored."""
    return keys.encrypt(InstallKey(workspace_id), _place(key_id), secret)


def _place(key_id: str) -> str:
    return f"signing:{key_id}"


async def add(session: Session, key: SigningKey) -> None:
    """Store a new key, and retire the others of its workspace and purpose.

    Those are of the same issuer, or of the one that the workspace had at an earlier address.
    """
    current = _of(key.workspace_id, key.purpose) & col(SigningKey.retired_at).is_(None)
    await update_rows(session, SigningKey, current, secret=None, retired_at=key.made_at)
    session.add(key)
    await session.flush()


async def of_issuer(session: Session, issuer: str) -> Sequence[SigningKey]:
    """Return all keys of an issuer, the newest first."""
    rows = await session.scalars(
        select(SigningKey)
        .where(col(SigningKey.issuer) == issuer)
        .order_by(col(SigningKey.made_at).desc(), col(SigningKey.id).desc())
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def in_use(session: Session, purpose: Purpose | None = None) -> Sequence[SigningKey]:
    """Return all keys that sign, of every workspace: one for each purpose that it has signed for."""
    signing = select(SigningKey).where(col(SigningKey.retired_at).is_(None))
    if purpose:
        signing = signing.where(col(SigningKey.purpose) == purpose)
    rows = await session.scalars(signing.order_by(col(SigningKey.workspace_id), col(SigningKey.id)))
    return list(rows)


async def encrypt_again(session: Session, keys: TokenKeys, row: SigningKey) -> bool:
    """Encrypt the secret by the first key; return False when the row changed meanwhile."""
    same = (
        (col(SigningKey.workspace_id) == row.workspace_id)
        & (col(SigningKey.id) == row.id)
        & (col(SigningKey.secret) == row.secret)
    )
    again = sealed(keys, row.workspace_id, row.id, row.opened(keys))
    return bool(await update_rows(session, SigningKey, same, secret=again))


async def drop_retired(
    session: Session, workspace_id: str, purpose: Purpose, *, before: datetime | None = None
) -> int:
    """Delete the retired keys of a workspace, so that nothing they signed counts; return how many.

    With `before`, only those that were retired before that moment.
    """
    retired_at = col(SigningKey.retired_at)
    is_retired = retired_at.is_not(None) if before is None else retired_at < before
    gone = await session.execute(
        delete(SigningKey)
        .where(_of(workspace_id, purpose), is_retired)
        .returning(col(SigningKey.id))
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _of(workspace_id: str, purpose: str) -> ColumnElement[bool]:
    return (col(SigningKey.workspace_id) == workspace_id) & (col(SigningKey.purpose) == purpose)
