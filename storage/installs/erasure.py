"""The erasure of a workspace that was left: everything with its id, a few rows at a time.

The audit log's rows stay until they are old, as after a member's erasure, and so does the head of their
chain. The key of their codes goes, so that nobody finds out any more who is behind them. The workspace's own
row goes last: until then, an erasure that was interrupted goes on.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, delete, func, select, tuple_
from sqlmodel import col

from storage.audit import CHAIN, AuditEvent
from storage.chains import ChainHead
from storage.database import Session, schema
from storage.members import Member
from storage.workspaces import Workspace

KEPT_TABLES = frozenset({AuditEvent.__tablename__})


async def list_left(session: Session, *, before: datetime, limit: int) -> Sequence[str]:
    """Return workspaces that were left before that moment, those left first before the others."""
    found = await session.scalars(
        select(col(Workspace.workspace_id))
        .where(col(Workspace.disconnected_at) < before)
        .order_by(col(Workspace.disconnected_at))
        .limit(limit)
    )
    return found.all()


async def count_members(session: Session, workspace_id: str) -> int:
    """Return how many members of a workspace there are."""
    counted = select(func.count()).where(col(Member.workspace_id) == workspace_id)
    return int(await session.scalar(counted) or 0)


async def erase_rows(
    session: Session, workspace_id: str, *, left_before: datetime, limit: int
) -> int:
    """Delete up to `limit` rows of a workspace that was left before that moment; return how many.

    Returns 0 when nothing is left of it, or when it was not left. Its row is locked meanwhile, so that an
    install comes wholly before or after.
    """
    left = select(col(Workspace.workspace_id)).where(
        col(Workspace.workspace_id) == workspace_id, col(Workspace.disconnected_at) < left_before
    )
    if await session.scalar(left.with_for_update()) is None:
        return 0
    erased = 0
    for table in _tables():
        if erased < limit:
            erased += await _erase(session, table, workspace_id, limit=limit - erased)
    return erased


def _tables() -> list[Table]:
    """Return the tables, each before those that it refers to, and that of the workspaces last."""
    kept = {*KEPT_TABLES, Workspace.__tablename__}
    every = schema.all_tables()
    others = [table for table in reversed(every.sorted_tables) if table.name not in kept]
    return [*others, every.tables[str(Workspace.__tablename__)]]


async def _erase(session: Session, table: Table, workspace_id: str, *, limit: int) -> int:
    key = tuple(table.primary_key)
    some = select(*key).where(table.c.workspace_id == workspace_id).limit(limit)
    if table.name == ChainHead.__tablename__:
        some = some.where(table.c.chain != CHAIN)
    erased = await session.execute(
        delete(table).where(tuple_(*key).in_(some)).returning(table.c.workspace_id)
    )
    return len(erased.all())
