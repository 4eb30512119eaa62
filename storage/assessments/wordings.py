"""The words of questions and answers as they were shown, stored once per workspace and digest."""

import json
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, Text, delete, exists, select
from sqlmodel import Field, col

from coaching.assessment import Words, words_from_dict
from storage.database import Session
from storage.database.rows import METADATA, Row, insert_new


class Wording(Row, table=True):
    """The words of a framework's questions as they were shown; many rows refer to one wording."""

    digest: str = Field(primary_key=True)
    framework: str
    version: str
    family: str
    words: str = Field(sa_type=Text)


class HasWording(Protocol):
    """A row that refers to a wording: an assessment, a grade or a project."""

    workspace_id: str
    id: str
    wording_digest: str


async def save(session: Session, workspace_id: str, words: Words) -> None:
    """Store these words if they are new, and lock them until this transaction ends."""
    kept = await session.scalar(
        select(col(Wording.digest))
        .where(col(Wording.workspace_id) == workspace_id, col(Wording.digest) == words.digest)
        # The lock keeps a concurrent erasure from removing words that a new row is about to refer to.
        .with_for_update(read=True, key_share=True)
    )
    if kept is None:
        values = {
            "workspace_id": workspace_id,
            "digest": words.digest,
            "framework": words.framework,
            "version": words.version,
            "family": words.family,
            "words": words.to_json(),
        }
        await insert_new(session, Wording, values)


async def remove_unused(session: Session, workspace_id: str, digest: str) -> None:
    """Delete these words unless a row still refers to them."""
    unused = (col(Wording.workspace_id) == workspace_id) & (col(Wording.digest) == digest)
    await session.execute(delete(Wording).where(unused, *nothing_refers_to()))


def nothing_refers_to() -> list[ColumnElement[bool]]:
    """Return the conditions under which no row of any table uses the words of a row of `Wording`."""
    return [
        ~exists().where(
            table.c.workspace_id == col(Wording.workspace_id),
            table.c.wording_digest == col(Wording.digest),
        )
        for table in METADATA.tables.values()
        if "wording_digest" in table.columns
    ]


async def words_of(session: Session, row: HasWording) -> Words:
    """Return the words that were shown for this row; raise LookupError if they were erased."""
    text = await session.scalar(
        select(col(Wording.words)).where(
            col(Wording.workspace_id) == row.workspace_id,
            col(Wording.digest) == row.wording_digest,
        )
    )
    if text is None:
        raise LookupError(f"The words of {row.id} are gone: it was erased.")
    return words_from_dict(json.loads(text))


async def words_of_each(session: Session, rows: Sequence[HasWording]) -> dict[str, Words]:
    """Return the words of each of these rows of one workspace by digest, with one query."""
    found = await session.execute(
        select(col(Wording.digest), col(Wording.words)).where(
            col(Wording.workspace_id).in_({row.workspace_id for row in rows}),
            col(Wording.digest).in_({row.wording_digest for row in rows}),
        )
    )
    return {row.digest: words_from_dict(json.loads(row.words)) for row in found}
