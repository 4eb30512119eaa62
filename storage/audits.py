"""Audits: what the auditor found, one row for each day of a workspace."""

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.inserting import insert_into
from storage.tables import Audit


async def note(
    session: AsyncSession, workspace_id: str, day: date, *, expected: int, missing: int, late: int
) -> None:
    """Keep what was found for the day; a later look at the same day replaces it."""
    found = {"expected": expected, "missing": missing, "late": late}
    await session.execute(
        insert_into(session, Audit)
        .values(workspace_id=workspace_id, day=day, **found)
        .on_conflict_do_update(index_elements=["workspace_id", "day"], set_=found)
    )


async def latest(session: AsyncSession, workspace_id: str) -> Audit | None:
    """What was found for the last day that was looked at."""
    found: Audit | None = await session.scalar(
        select(Audit)
        .where(col(Audit.workspace_id) == workspace_id)
        .order_by(col(Audit.day).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found


async def prune(session: AsyncSession, workspace_id: str, *, before: date) -> None:
    """Forget what was found for days before that one."""
    await session.execute(
        delete(Audit).where(col(Audit.workspace_id) == workspace_id, col(Audit.day) < before)
    )
