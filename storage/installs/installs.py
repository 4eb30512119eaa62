"""Installs of the app where many workspaces share one service, each with its encrypted tokens.

A row is keyed by the team and the organization. An install for a whole organization has no team: its one
token is for every team that the organization's admins added. `revision` counts the tokens of a row: it grows
when they are replaced, and stays when they are encrypted anew with another key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import NamingTable, Row, UtcTime, insert_into, update_rows
from storage.installs.token_keys import (
    BOT,
    REFRESH,
    WHOLE_ORGANIZATION,
    InstallKey,
    TokenKeys,
    Tokens,
)
from storage.workspaces import Workspace


class Installation(Row, table=True):
    """One install: `workspace_id` is the team's, or empty for a whole organization.

    From `refresh_at` on, the refresh token is to be exchanged for the next tokens; it and `expires_at` are
    None where the app's tokens do not rotate. While `lease_until` is ahead, one process is doing that.
    `installed_by` is the user id of who installed the app.
    """

    enterprise_id: str = Field(primary_key=True)
    name: str
    bot_token: str
    refresh_token: str | None = None
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    refresh_at: datetime | None = Field(default=None, sa_type=UtcTime, index=True)
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    revision: int = 1
    scopes: str
    bot_user_id: str
    bot_id: str
    app_id: str
    installed_by: str | None = None
    installed_at: datetime = Field(sa_type=UtcTime)

    @property
    def key(self) -> InstallKey:
        """The key that the tokens are bound to."""
        return InstallKey(self.workspace_id, self.enterprise_id)

    @property
    def is_org_wide(self) -> bool:
        """Whether the token is for a whole organization."""
        return self.workspace_id == WHOLE_ORGANIZATION

    def __repr__(self) -> str:
        return (
            f"Installation({self.workspace_id!r}, {self.enterprise_id!r}, revision={self.revision})"
        )

    def tokens(self, keys: TokenKeys) -> Tokens:
        """Return the tokens in plain text; CannotDecrypt without the key, or for tokens of another row."""
        return keys.tokens_of(self.key, self.bot_token, self.refresh_token, self.expires_at)


PERSONAL_DATA = NamingTable(
    Installation,
    "installed_by",
    ("installed_by",),
    section="settings",
    order_by="installed_at",
    fields=("installed_by", "installed_at"),
    is_org_wide=True,
)


@dataclass(frozen=True)
class NewInstall:
    """What Slack said of an install, with its tokens."""

    key: InstallKey
    name: str
    tokens: Tokens
    scopes: Iterable[str]
    bot_user_id: str
    bot_id: str
    app_id: str
    installed_by: str | None


REFRESH_BEFORE = timedelta(hours=2)
"""How long before the end of a token it is exchanged for the next one."""


def columns_of(keys: TokenKeys, key: InstallKey, tokens: Tokens) -> dict[str, Any]:
    """Return the columns that hold these tokens, encrypted by the first key."""
    ends = tokens.expires_at
    return {
        "bot_token": keys.encrypt(key, BOT, tokens.bot),
        "refresh_token": keys.encrypt(key, REFRESH, tokens.refresh) if tokens.refresh else None,
        "expires_at": ends,
        "refresh_at": ends - REFRESH_BEFORE if ends and tokens.refresh else None,
    }


async def save(session: Session, keys: TokenKeys, new: NewInstall, *, now: datetime) -> None:
    """Store an install; it replaces an earlier one of the same team, also from another organization."""
    values = {
        "name": new.name,
        **columns_of(keys, new.key, new.tokens),
        "lease_until": None,
        "scopes": ",".join(sorted(new.scopes)),
        "bot_user_id": new.bot_user_id,
        "bot_id": new.bot_id,
        "app_id": new.app_id,
        "installed_by": new.installed_by,
        "installed_at": now,
    }
    first = insert_into(session, Installation).values(**vars(new.key), revision=1, **values)
    again = {**values, "revision": col(Installation.revision) + 1}
    await session.execute(
        first.on_conflict_do_update(index_elements=["workspace_id", "enterprise_id"], set_=again)
    )
    if new.key.workspace_id:
        other = col(Installation.enterprise_id) != new.key.enterprise_id
        await session.execute(delete(Installation).where(_is_of_team(new.key.workspace_id), other))


async def find(
    session: Session, workspace_id: str, enterprise_id: str | None = None
) -> Installation | None:
    """Return the install that serves this team: its own, or else that of its organization."""
    is_its_own = _is_of_team(workspace_id) & (col(Installation.workspace_id) != WHOLE_ORGANIZATION)
    serves: ColumnElement[bool] = is_its_own
    if enterprise_id:
        serves = or_(serves, _is(InstallKey(WHOLE_ORGANIZATION, enterprise_id)))
    found: Installation | None = await session.scalar(
        select(Installation)
        .where(serves)
        .order_by(col(Installation.workspace_id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found


async def find_with_workspace(
    session: Session, workspace_id: str, enterprise_id: str | None = None
) -> tuple[Installation, Workspace | None] | None:
    """Return the install that serves this team, as `find`, and the workspace if it is known, in one row.

    A known workspace belongs to the organization that is stored with it, whichever is given.
    """
    organization = func.coalesce(col(Workspace.enterprise_id), enterprise_id)
    is_its_own = _is_of_team(workspace_id) & (col(Installation.workspace_id) != WHOLE_ORGANIZATION)
    is_of_all = (col(Installation.workspace_id) == WHOLE_ORGANIZATION) & (
        col(Installation.enterprise_id) == organization
    )
    found = await session.execute(
        select(Installation, Workspace)
        .outerjoin(Workspace, col(Workspace.workspace_id) == workspace_id)
        .where(is_its_own | is_of_all)
        .order_by(col(Installation.workspace_id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    row = found.first()
    return (row[0], row[1]) if row else None


async def get(session: Session, key: InstallKey) -> Installation | None:
    """Return the install with this key."""
    found: Installation | None = await session.scalar(
        select(Installation).where(_is(key)).execution_options(populate_existing=True)
    )
    return found


async def list_page(
    session: Session, *, after: InstallKey | None = None, limit: int = 500
) -> Sequence[Installation]:
    """Return the installs behind this one in the order of their keys."""
    place = (col(Installation.workspace_id), col(Installation.enterprise_id))
    query = select(Installation).order_by(*place).limit(limit)
    if after:
        query = query.where(tuple_(*place) > (after.workspace_id, after.enterprise_id))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def list_to_refresh(session: Session, *, now: datetime, limit: int) -> Sequence[Installation]:
    """Return installs whose refresh token is to be exchanged now, and by nobody else."""
    query = (
        select(Installation)
        .where(col(Installation.refresh_at) <= now, _has_no_lease(now))
        .order_by(col(Installation.refresh_at))
        .limit(limit)
    )
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def lease_refresh(
    session: Session, row: Installation, *, until: datetime, now: datetime
) -> bool:
    """Reserve the exchange of this row's refresh token; False when another process has it, or did it."""
    return await _update(session, row, _has_no_lease(now), lease_until=until)


async def put_off_refresh(
    session: Session, row: Installation, *, until: datetime, ends_lease: bool
) -> None:
    """Try later to exchange this row's refresh token; with `ends_lease`, whoever must have it may try now."""
    lease = {"lease_until": None} if ends_lease else {}
    await _update(session, row, refresh_at=until, **lease)


async def save_refreshed(
    session: Session, keys: TokenKeys, row: Installation, tokens: Tokens
) -> bool:
    """Store the tokens that came for this row's refresh token; False when the row has other ones by now."""
    values = columns_of(keys, row.key, tokens)
    return await _update(session, row, **values, lease_until=None, revision=row.revision + 1)


async def encrypt_again(session: Session, keys: TokenKeys, row: Installation) -> bool:
    """Encrypt the tokens of a row by the first key; False when they were replaced meanwhile, or gone."""
    encrypted = columns_of(keys, row.key, row.tokens(keys))
    tokens = {name: encrypted[name] for name in ("bot_token", "refresh_token")}
    return await _update(session, row, **tokens)


async def remove(session: Session, key: InstallKey, *, before: datetime | None = None) -> bool:
    """Delete an install with its tokens; False when there is none from that moment or before it."""
    gone = delete(Installation).where(_is(key)).returning(col(Installation.workspace_id))
    if before:
        gone = gone.where(col(Installation.installed_at) <= before)
    removed = await session.execute(gone)
    return removed.first() is not None


async def clear_installer(session: Session, key: InstallKey) -> None:
    """Forget who installed the app."""
    await update_rows(session, Installation, _is(key), installed_by=None)


def _is(key: InstallKey) -> ColumnElement[bool]:
    return and_(
        col(Installation.workspace_id) == key.workspace_id,
        col(Installation.enterprise_id) == key.enterprise_id,
    )


def _has_no_lease(now: datetime) -> ColumnElement[bool]:
    lease = col(Installation.lease_until)
    return or_(lease.is_(None), lease <= now)


def _is_of_team(workspace_id: str) -> ColumnElement[bool]:
    return col(Installation.workspace_id) == workspace_id


async def _update(
    session: Session, row: Installation, *guards: ColumnElement[bool], **values: Any
) -> bool:
    """Change a row that still has the tokens that were read."""
    is_same = col(Installation.revision) == row.revision
    return await update_rows(session, Installation, _is(row.key), is_same, *guards, **values)
