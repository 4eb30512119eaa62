"""Whether what is due in a workspace goes out in time."""

from datetime import datetime

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from storage.tables import Outgoing, Rate, Schedule, Workspace


async def late_since(
    session: AsyncSession, workspace_id: str, *, before: datetime, paced_since: datetime
) -> datetime | None:
    """Since when something waits that ought to be done; None when nothing waits since `before`.

    Nothing is late in a workspace that is not connected, and no message while others go out as fast as
    Slack allows: a call that was reserved after `paced_since` says that they do.
    """
    if not await _is_connected(session, workspace_id):
        return None
    waiting = [
        await session.scalar(
            select(func.min(col(Schedule.next_due_at))).where(
                col(Schedule.workspace_id) == workspace_id,
                col(Schedule.next_due_at).is_not(None),
                col(Schedule.next_due_at) < before,
            )
        ),
        await _first(session, workspace_id, "leased", col(Outgoing.lease_until), before=before),
    ]
    if not await _is_pacing(session, workspace_id, since=paced_since):
        not_before = col(Outgoing.not_before)
        waiting.append(await _first(session, workspace_id, "ready", not_before, before=before))
    return min((since for since in waiting if since), default=None)


async def _is_connected(session: AsyncSession, workspace_id: str) -> bool:
    found = await session.scalar(
        select(col(Workspace.workspace_id)).where(
            col(Workspace.workspace_id) == workspace_id, col(Workspace.disconnected_at).is_(None)
        )
    )
    return found is not None


async def _first(
    session: AsyncSession,
    workspace_id: str,
    state: str,
    moment: Mapped[datetime] | Mapped[datetime | None],
    *,
    before: datetime,
) -> datetime | None:
    # The state is written out, not a parameter: only then the partial indexes are used.
    is_state = col(Outgoing.state) == literal_column(f"'{state}'")
    found: datetime | None = await session.scalar(
        select(func.min(moment)).where(
            col(Outgoing.workspace_id) == workspace_id, is_state, moment < before
        )
    )
    return found


async def _is_pacing(session: AsyncSession, workspace_id: str, *, since: datetime) -> bool:
    latest = await session.scalar(
        select(func.max(col(Rate.free_at))).where(col(Rate.workspace_id) == workspace_id)
    )
    return latest is not None and latest > since
