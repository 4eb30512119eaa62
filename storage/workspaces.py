"""Workspaces in which the bot is or was installed, and what Slack refuses there for good."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import Row, UtcTime, insert_into


class Workspace(Row, table=True):
    """A Slack workspace in which the bot is or was installed.

    `refused_method` is what Slack refuses for good, since `refused_at`, although every message asks it first.

    `digest_secret` is the key of its members' permanent shuffles in digests. It is never exported or changed.

    `settings` is what its admins have set, as JSON. `enterprise_id` is the organization that it belongs to.
    """

    name: str
    connected_at: datetime = Field(sa_type=UtcTime)
    disconnected_at: datetime | None = Field(default=None, sa_type=UtcTime)
    disconnect_reason: str | None = None
    refused_method: str | None = None
    refused_reason: str | None = None
    refused_at: datetime | None = Field(default=None, sa_type=UtcTime)
    digest_secret: str | None = None
    settings: str | None = None
    enterprise_id: str | None = None


async def get(session: Session, workspace_id: str) -> Workspace | None:
    """Return the workspace, also a disconnected one."""
    found: Workspace | None = await session.scalar(
        select(Workspace)
        .where(col(Workspace.workspace_id) == workspace_id)
        .execution_options(populate_existing=True)
    )
    return found


async def ids(session: Session) -> list[str]:
    """Return the ids of all workspaces, also of disconnected ones."""
    return list(await session.scalars(select(col(Workspace.workspace_id))))


async def connect(
    session: Session,
    workspace_id: str,
    name: str,
    *,
    now: datetime,
    enterprise_id: str | None = None,
) -> None:
    """Store that the bot is installed in the workspace, also if it was removed from it before."""
    insert = insert_into(session, Workspace)
    about = {"name": name, "enterprise_id": enterprise_id}
    row = {"workspace_id": workspace_id, **about, "connected_at": now}
    await session.execute(insert.values(**row).on_conflict_do_nothing())
    here = col(Workspace.workspace_id) == workspace_id
    is_other = col(Workspace.enterprise_id).is_distinct_from(enterprise_id)
    for news, values in (
        ((col(Workspace.name) != name) | is_other, about),
        (
            col(Workspace.disconnected_at).is_not(None),
            {"connected_at": now, "disconnected_at": None, "disconnect_reason": None},
        ),
    ):
        await session.execute(update(Workspace).where(here, news).values(**values))


async def disconnect(session: Session, workspace_id: str, *, reason: str, now: datetime) -> bool:
    """Store that the bot was removed from the workspace; return False if that was stored already."""
    changed = await session.scalar(
        update(Workspace)
        .where(
            col(Workspace.workspace_id) == workspace_id, col(Workspace.disconnected_at).is_(None)
        )
        .values(disconnected_at=now, disconnect_reason=reason)
        .returning(col(Workspace.workspace_id))
    )
    return changed is not None


async def connected_in(session: Session, enterprise_id: str) -> list[str]:
    """Return the ids of the connected workspaces of an organization."""
    found = select(col(Workspace.workspace_id)).where(
        col(Workspace.enterprise_id) == enterprise_id, col(Workspace.disconnected_at).is_(None)
    )
    return list(await session.scalars(found))


def is_connected(workspace_id: Any) -> ColumnElement[bool]:
    """Return the condition that the app is installed in the workspace of this column."""
    here = col(Workspace.workspace_id) == workspace_id
    return exists().where(here, col(Workspace.disconnected_at).is_(None))


async def connected_with(
    session: Session, here: Any, *conditions: ColumnElement[bool]
) -> list[str]:
    """Return at most 200 connected workspaces of this column that have a row which meets all conditions."""
    found = await session.scalars(
        select(here).where(*conditions, is_connected(here)).distinct().limit(200)
    )
    return list(found)


async def record_refusal(
    session: Session, workspace_id: str, method: str, reason: str, *, now: datetime
) -> None:
    """Store that Slack refuses this method for good; the moment stays while the reason does."""
    here = col(Workspace.workspace_id) == workspace_id
    is_news = col(Workspace.refused_method).is_distinct_from(method) | col(
        Workspace.refused_reason
    ).is_distinct_from(reason)
    values = {"refused_method": method, "refused_reason": reason, "refused_at": now}
    await session.execute(update(Workspace).where(here, is_news).values(**values))


async def clear_refusal(session: Session, workspace_id: str) -> None:
    """Store that Slack answers again what it refused."""
    values = {"refused_method": None, "refused_reason": None, "refused_at": None}
    here = col(Workspace.workspace_id) == workspace_id
    await session.execute(update(Workspace).where(here).values(**values))
