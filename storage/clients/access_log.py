"""The access log: what clients asked, about whom, and what they were answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Index, Insert, bindparam, insert, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage.clients.clients import Asker, Client
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Retention,
    Row,
    UtcTime,
    delete_oldest,
    json_values,
    new_id,
    refers_to,
)
from storage.members import Member
from storage.workspace_settings import Setting
from storage.workspaces import Workspace

KEPT = timedelta(days=180)

LOG_KEPT: Setting[int] = Setting("access_log_kept", KEPT.days)
"""For how many days the workspace keeps the log."""


class AccessLogEntry(Row, table=True):
    """One decision that a client asked for. Its id begins with the time, so that newer ones come later.

    `user_id` is None when the subject was nobody whom Rungs has met: what the client sent instead is not
    kept. `permission` is empty when the client asked for something that it may not ask about.
    """

    __tablename__ = "access_log"
    __table_args__ = (
        refers_to("access_client", client_id="id"),
        refers_to("member", user_id="user_id"),
        Index("ix_access_log_at", "at"),
        Index("ix_access_log_of_member", "workspace_id", "user_id"),
    )

    id: str = Field(primary_key=True)
    client_id: str
    user_id: str | None = None
    permission: str
    is_allowed: bool
    policy_version: str
    at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True)
class Answered:
    """An answer to a client: about whom, about which permission, what it was, and by which policy."""

    user_id: str
    permission: str
    is_allowed: bool
    policy_version: str


async def record(
    session: Session, client: Asker, every: Sequence[Answered], *, now: datetime
) -> None:
    """Store these answers by one statement."""
    rows = [
        {
            "workspace_id": client.workspace_id,
            "id": f"{_prefix(now)}{new_id()}",
            "client_id": client.id,
            "subject": one.user_id,
            "subject_of": client.workspace_id,
            "permission": one.permission,
            "is_allowed": one.is_allowed,
            "policy_version": one.policy_version,
            "at": now,
        }
        for one in every
    ]
    if rows:
        await (await session.connection()).execute(_insert(), rows)


@cache
def _insert() -> Insert:
    """Build the INSERT of an entry; cached, because every question of a client runs it.

    The member's id is taken from their row, locked against an erasure. It is NULL if they were not met.
    """
    met = select(col(Member.user_id)).where(
        col(Member.workspace_id) == bindparam("subject_of"),
        col(Member.user_id) == bindparam("subject"),
    )
    locked = met.with_for_update(read=True, key_share=True).scalar_subquery()
    return insert(AccessLogEntry).values(user_id=locked)


async def _exported(session: Session, key: MemberKey) -> list[dict[str, Any]]:
    rows = await session.execute(
        select(AccessLogEntry, col(Client.name))
        .join(Client, _is_its_client())
        .where(col(AccessLogEntry.workspace_id) == key.workspace_id)
        .where(col(AccessLogEntry.user_id) == key.user_id)
        .order_by(col(AccessLogEntry.at))
    )
    return [
        {"client": name} | {field: json_values(entry)[field] for field in (*FIELDS[1:], *INNER)}
        for entry, name in rows
    ]


FIELDS = ("client", "permission", "is_allowed", "policy_version", "at")
INNER = ("id", "client_id")

PERSONAL_DATA = OwnedTable(
    AccessLogEntry,
    "asked_by_programs",
    "log",
    order_by="at",
    export=_exported,
    fields=(*FIELDS, *INNER),
    internal=INNER,
)


async def latest(session: Session, client: Client, *, limit: int) -> Sequence[AccessLogEntry]:
    """Return the newest entries of a client, newest first."""
    found = (
        select(AccessLogEntry)
        .where(col(AccessLogEntry.workspace_id) == client.workspace_id)
        .where(col(AccessLogEntry.client_id) == client.id)
        .order_by(col(AccessLogEntry.id).desc())
        .limit(limit)
    )
    return list(await session.scalars(found))


async def prune(session: Session, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` entries from before that moment; return how many."""
    at = col(AccessLogEntry.at)
    return await delete_oldest(session, AccessLogEntry, at < before, order_by=at, limit=limit)


async def prune_in(session: Session, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` entries of a workspace from before that moment; return how many."""
    entry = col(AccessLogEntry.id)
    is_old = (col(AccessLogEntry.workspace_id) == workspace_id) & (entry < _prefix(before))
    return await delete_oldest(session, AccessLogEntry, is_old, order_by=entry, limit=limit)


def _prefix(moment: datetime) -> str:
    """Return what the ids of a moment begin with."""
    return f"{round(moment.timestamp() * 1_000_000):016x}"


async def workspaces_that_keep_less(session: Session, *, now: datetime) -> list[str]:  # noqa: ARG001
    """Return the connected workspaces whose admins set for how long the log is kept."""
    found = await session.scalars(
        select(col(Workspace.workspace_id)).where(
            col(Workspace.disconnected_at).is_(None),
            col(Workspace.settings).contains(f'"{LOG_KEPT.name}"'),
        )
    )
    return list(found)


RETENTION = Retention(AccessLogEntry, "Which programs asked what you may use", KEPT, prune)


def _is_its_client() -> ColumnElement[bool]:
    return (col(Client.workspace_id) == col(AccessLogEntry.workspace_id)) & (
        col(Client.id) == col(AccessLogEntry.client_id)
    )
