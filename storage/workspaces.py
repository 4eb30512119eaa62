"""The workspaces that installed the bot."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.inserting import insert_into
from storage.tables import Workspace


async def get(session: AsyncSession, workspace_id: str) -> Workspace | None:
    """The workspace, connected or not."""
    found: Workspace | None = await session.scalar(
        select(Workspace)
        .where(col(Workspace.workspace_id) == workspace_id)
        .execution_options(populate_existing=True)
    )
    return found


async def ids(session: AsyncSession) -> list[str]:
    """All workspaces, connected or not."""
    return list(await session.scalars(select(col(Workspace.workspace_id))))


async def connect(session: AsyncSession, workspace_id: str, name: str, *, now: datetime) -> None:
    """Note that the bot works in this workspace; one that comes back is connected anew."""
    insert = insert_into(session, Workspace)
    row = {"workspace_id": workspace_id, "name": name, "connected_at": now}
    await session.execute(insert.values(**row).on_conflict_do_nothing())
    here = col(Workspace.workspace_id) == workspace_id
    for news, values in (
        (col(Workspace.name) != name, {"name": name}),
        (
            col(Workspace.disconnected_at).is_not(None),
            {"connected_at": now, "disconnected_at": None, "disconnect_reason": None},
        ),
    ):
        await session.execute(update(Workspace).where(here, news).values(**values))


async def disconnect(
    session: AsyncSession, workspace_id: str, *, reason: str, now: datetime
) -> bool:
    """Note that the bot cannot work there any more; True when that is news."""
    changed = await session.scalar(
        update(Workspace)
        .where(
            col(Workspace.workspace_id) == workspace_id, col(Workspace.disconnected_at).is_(None)
        )
        .values(disconnected_at=now, disconnect_reason=reason)
        .returning(col(Workspace.workspace_id))
    )
    return changed is not None
