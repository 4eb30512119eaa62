"""Chains of hashes: each row of a log holds the hash of the one before, so that a change shows.

A workspace has one chain for each log. The head of a chain, which is the number and the hash of its newest
row, is a row of its own: whoever appends changes it first, so that two appends at once come one after the
other. Where old rows are deleted by rule, the head also holds the number and hash of the newest deleted row.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Index, select
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import Row, UtcTime, insert_into, update_rows

BEGINNING = "0" * 64
"""Stands in place of a hash before the first row of a chain."""

NEVER = datetime.fromtimestamp(0, UTC)

Fact = str | int | None

_encode = json.JSONEncoder(separators=(",", ":")).encode


class ChainHead(Row, table=True):
    """The newest row of a chain, and the newest of those that were deleted because they were old.

    `logged_at` is when it was last written to the process's log; `NEVER` before that.
    """

    __tablename__ = "chain_head"
    __table_args__ = (Index("ix_chain_head_logged_at", "logged_at"),)

    chain: str = Field(primary_key=True)
    number: int
    digest: str
    deleted_number: int = 0
    deleted_digest: str = BEGINNING
    logged_at: datetime = Field(sa_type=UtcTime)


async def link(
    session: Session, workspace_id: str, chain: str, content: Sequence[Fact]
) -> tuple[int, str]:
    """Return number and hash of the next row of this chain, which the caller adds in the same transaction."""
    (found,) = await link_all(session, workspace_id, chain, [content])
    return found


async def link_all(
    session: Session, workspace_id: str, chain: str, contents: Sequence[Sequence[Fact]]
) -> list[tuple[int, str]]:
    """Return the same for the next rows of this chain, of which there is at least one."""
    count = len(contents)
    new = insert_into(session, ChainHead).values(
        workspace_id=workspace_id,
        chain=chain,
        number=count,
        digest=BEGINNING,
        deleted_number=0,
        deleted_digest=BEGINNING,
        logged_at=NEVER,
    )
    counted = new.on_conflict_do_update(
        index_elements=["workspace_id", "chain"], set_={"number": col(ChainHead.number) + count}
    ).returning(col(ChainHead.number), col(ChainHead.digest))
    last, before = (await session.execute(counted)).one()
    found = []
    for number, content in enumerate(contents, start=last - count + 1):
        before = digest_of(before, workspace_id, chain, number, content)
        found.append((number, before))
    await update_rows(session, ChainHead, _is_head(workspace_id, chain), digest=before)
    return found


def digest_of(
    before: str, workspace_id: str, chain: str, number: int, content: Sequence[Fact]
) -> str:
    """Return the hash of a row: of the hash before it, of its place, and of its content."""
    return sha256(_encode([before, workspace_id, chain, number, *content]).encode()).hexdigest()


async def head_of(session: Session, workspace_id: str, chain: str) -> ChainHead | None:
    """Return the head of a chain; None before its first row."""
    found: ChainHead | None = await session.scalar(
        select(ChainHead)
        .where(_is_head(workspace_id, chain))
        .execution_options(populate_existing=True)
    )
    return found


async def forget_rows(
    session: Session, workspace_id: str, chain: str, number: int, digest: str
) -> None:
    """Store that the rows up to this one are deleted, because they are old."""
    is_later = col(ChainHead.deleted_number) < number
    here = _is_head(workspace_id, chain)
    values = {"deleted_number": number, "deleted_digest": digest}
    await update_rows(session, ChainHead, here, is_later, **values)


async def heads(session: Session, *, workspace_id: str | None = None) -> list[ChainHead]:
    """Return the heads of all chains, or of those of one workspace, in order."""
    every = select(ChainHead).order_by(col(ChainHead.workspace_id), col(ChainHead.chain))
    if workspace_id is not None:
        every = every.where(col(ChainHead.workspace_id) == workspace_id)
    return list(await session.scalars(every.execution_options(populate_existing=True)))


def _is_head(workspace_id: str, chain: str) -> ColumnElement[bool]:
    return (col(ChainHead.workspace_id) == workspace_id) & (col(ChainHead.chain) == chain)
