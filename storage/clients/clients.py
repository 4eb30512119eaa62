"""Clients: programs of an organization that ask over HTTP what a member may use.

A client belongs to one workspace. Its token is shown once and only the hash of its secret is stored.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, text
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import Row, UtcTime, insert_new, new_id, partial_index, update_rows

TOKEN = re.compile(r"(T[A-Z0-9]{1,40})\.([0-9a-f]{32})\.([\w-]{43})", re.ASCII)
IN_USE = text("revoked_at IS NULL")


class Client(Row, table=True):
    """A program that asks. `digest` is the hash of its secret, `permissions` a JSON list of ids."""

    __tablename__ = "access_client"
    __table_args__ = (
        partial_index(
            "ix_access_client_name", "workspace_id", "name", where=IN_USE, is_unique=True
        ),
    )

    id: str = Field(primary_key=True)
    name: str
    digest: str
    permissions: str
    made_at: datetime = Field(sa_type=UtcTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def may_ask(self) -> frozenset[str]:
        """The ids of the permissions that it may ask about."""
        return frozenset(json.loads(self.permissions))

    def __repr__(self) -> str:
        return f"Client({self.workspace_id!r}, {self.name!r})"


@dataclass(frozen=True)
class Asker:
    """The client that asks, and the ids of the permissions that it may ask about."""

    workspace_id: str
    id: str
    may_ask: frozenset[str]


@dataclass(frozen=True)
class ClientToken:
    """A token in its parts: the workspace, the client's id, and the secret; `repr` shows no secret."""

    workspace_id: str
    client_id: str
    secret: str

    @classmethod
    def parse(cls, typed: str) -> "ClientToken | None":
        """Return the parts of a token; None when it is none."""
        found = TOKEN.fullmatch(typed)
        return cls(*found.groups()) if found else None

    def __str__(self) -> str:
        return f"{self.workspace_id}.{self.client_id}.{self.secret}"

    def __repr__(self) -> str:
        return f"ClientToken({self.workspace_id!r}, {self.client_id!r})"


async def add(
    session: Session, workspace_id: str, name: str, permissions: Collection[str], *, now: datetime
) -> ClientToken | None:
    """Store a new client and return its token, which is stored nowhere; None when the name is taken."""
    token = ClientToken(workspace_id, new_id(), token_urlsafe(32))
    values = {
        "workspace_id": workspace_id,
        "id": token.client_id,
        "name": name,
        "digest": _digest(token.secret),
        "permissions": _stored(permissions),
        "made_at": now,
    }
    return token if await insert_new(session, Client, values) else None


async def of_token(session: Session, token: ClientToken) -> Asker | None:
    """Return the client of a token; None when there is none, it was revoked, or the secret is wrong."""
    given = {"workspace": token.workspace_id, "client": token.client_id}
    found = (await (await session.connection()).execute(_client_of_token(), given)).first()
    digest = found.digest if found else ""
    if found is None or not compare_digest(digest, _digest(token.secret)):
        return None
    return Asker(token.workspace_id, token.client_id, frozenset(json.loads(found.permissions)))


@cache
def _client_of_token() -> Any:
    """Build the statement; cached, because every question of a client runs it."""
    return select(col(Client.digest), col(Client.permissions)).where(
        col(Client.workspace_id) == bindparam("workspace"),
        col(Client.id) == bindparam("client"),
        col(Client.revoked_at).is_(None),
    )


async def listed(session: Session, workspace_id: str | None = None) -> Sequence[Client]:
    """Return the clients of a workspace, or of all, that were not revoked, by name."""
    wanted = select(Client).where(col(Client.revoked_at).is_(None))
    if workspace_id is not None:
        wanted = wanted.where(col(Client.workspace_id) == workspace_id)
    ordered = wanted.order_by(col(Client.workspace_id), col(Client.name))
    return list(await session.scalars(ordered.execution_options(populate_existing=True)))


async def named(session: Session, workspace_id: str, name: str) -> Client | None:
    """Return the client with this name that was not revoked."""
    found: Client | None = await session.scalar(
        select(Client)
        .where(_is_in(workspace_id), col(Client.name) == name)
        .execution_options(populate_existing=True)
    )
    return found


async def assign(
    session: Session, workspace_id: str, name: str, permissions: Collection[str]
) -> bool:
    """Let the client ask about these permissions and no others; return False if there is none."""
    return await update_rows(
        session,
        Client,
        _is_in(workspace_id),
        col(Client.name) == name,
        permissions=_stored(permissions),
    )


async def revoke(session: Session, workspace_id: str, name: str, *, now: datetime) -> bool:
    """End the client, whose token is refused from now on; return False if there is none."""
    return await update_rows(
        session, Client, _is_in(workspace_id), col(Client.name) == name, revoked_at=now
    )


def _is_in(workspace_id: str) -> ColumnElement[bool]:
    return (col(Client.workspace_id) == workspace_id) & col(Client.revoked_at).is_(None)


def _stored(permissions: Collection[str]) -> str:
    return json.dumps(sorted(set(permissions)))


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
