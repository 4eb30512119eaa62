"""Pieces: the work that a claim shows. Links are stored as they were typed, and never opened."""

import json
from datetime import datetime

from sqlalchemy import ColumnElement, Index, Text, delete, select
from sqlmodel import Field, col

from coaching.evidence import PieceFacts
from coaching.members import MemberKey
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    insert_new,
    new_id,
    refers_to,
    update_rows,
)


class Piece(Row, table=True):
    """One piece of work for a level of a claim; without a link it is shown in person."""

    __tablename__ = "evidence_piece"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("evidence_claim", claim_id="id"),
        Index("ix_evidence_piece_of_claim", "workspace_id", "claim_id", "id"),
        Index("ix_evidence_piece_of_member", "workspace_id", "user_id"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    claim_id: str
    level: int
    link: str
    did: str = Field(sa_type=Text)
    ai_did: str = Field(sa_type=Text)
    checked: str = Field(sa_type=Text)
    shows: str = Field(sa_type=Text)
    saved_at: datetime = Field(sa_type=UtcTime)

    @property
    def facts(self) -> PieceFacts:
        """What the member said of it."""
        return PieceFacts(
            self.level,
            self.link,
            self.did,
            self.ai_did,
            self.checked,
            tuple(json.loads(self.shows)),
        )


PERSONAL_DATA = OwnedTable(
    Piece, "pieces_of_claims", "results", order_by="id", json_columns=("shows",)
)


async def of_claim(session: Session, workspace_id: str, claim_id: str) -> list[Piece]:
    """Return the pieces of a claim, oldest first."""
    found = (
        select(Piece)
        .where(_is_of(workspace_id, claim_id))
        .order_by(col(Piece.level), col(Piece.id))
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(found))


async def save(
    session: Session,
    key: MemberKey,
    claim_id: str,
    facts: PieceFacts,
    *,
    piece_id: str | None,
    now: datetime,
) -> Piece | None:
    """Add a piece to a claim, or change the one with this id; return it, or None if there is none."""
    values = vars(facts) | {"shows": json.dumps(facts.shows), "saved_at": now}
    if piece_id is None:
        place = {"workspace_id": key.workspace_id, "user_id": key.user_id, "claim_id": claim_id}
        return await insert_new(session, Piece, {**place, "id": new_id(), **values})
    here = _is_of(key.workspace_id, claim_id) & (col(Piece.id) == piece_id)
    if not await update_rows(session, Piece, here, **values):
        return None
    found: Piece | None = await session.scalar(
        select(Piece).where(here).execution_options(populate_existing=True)
    )
    return found


async def remove(session: Session, workspace_id: str, claim_id: str, piece_id: str) -> bool:
    """Delete a piece; return False if there is none."""
    gone = await session.execute(
        delete(Piece)
        .where(_is_of(workspace_id, claim_id), col(Piece.id) == piece_id)
        .returning(col(Piece.id))
        .execution_options(synchronize_session=False)
    )
    return gone.first() is not None


def _is_of(workspace_id: str, claim_id: str) -> ColumnElement[bool]:
    return (col(Piece.workspace_id) == workspace_id) & (col(Piece.claim_id) == claim_id)
