"""The words of past conversations, kept once per workspace for everybody who saw them."""

import json
from typing import Protocol

from sqlalchemy import Text, select
from sqlmodel import Field, col

from coaching.asking import Words
from coaching.kept_words import words_from_dict
from storage.database.engine import Session
from storage.database.rows import Row, insert_new


class Wording(Row, table=True):
    """The words of a conversation as they were shown, kept once for all who saw them."""

    digest: str = Field(primary_key=True)
    framework: str
    version: str
    family: str
    words: str = Field(sa_type=Text)


class HasWording(Protocol):
    """A row that names its words: an assessment, a grade, a project."""

    workspace_id: str
    id: str
    wording_digest: str


async def save(session: Session, workspace_id: str, words: Words) -> None:
    """Keep these words, once; they stay at least until this transaction ends."""
    kept = await session.scalar(
        select(col(Wording.digest))
        .where(col(Wording.workspace_id) == workspace_id, col(Wording.digest) == words.digest)
        # An erasure that runs now must not take away the words that we are about to use.
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


async def words_of(session: Session, row: HasWording) -> Words:
    """The words that were shown for this row, whatever the content says today."""
    text = await session.scalar(
        select(col(Wording.words)).where(
            col(Wording.workspace_id) == row.workspace_id,
            col(Wording.digest) == row.wording_digest,
        )
    )
    if text is None:
        raise LookupError(f"The words of {row.id} are gone: it was erased.")
    return words_from_dict(json.loads(text))
