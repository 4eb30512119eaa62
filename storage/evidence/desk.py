"""What stewards and admins see of claims without their content, and what a verifier can still undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from coaching.evidence import UNDO_WITHIN, LadderKey
from coaching.members import MemberKey
from storage.database import Session
from storage.evidence.claim_rows import IS_WAITING, Claim
from storage.evidence.looks import Review

SHOWN = 6
"""How many letters of a claim's id its number has; the last ones, which differ most."""

MOST = 200


@dataclass(frozen=True)
class Age:
    """A claim that waits: its number, since when, and whether somebody has it."""

    number: str
    ladder: LadderKey
    since: datetime
    is_taken: bool


async def waiting_in(session: Session, workspace_id: str, *, now: datetime) -> list[Age]:
    """Return the claims that wait for a decision, the oldest first."""
    rows = await session.execute(
        select(Claim, col(Review.id))
        .outerjoin(
            Review,
            (col(Review.workspace_id) == col(Claim.workspace_id))
            & (col(Review.claim_id) == col(Claim.id))
            & (col(Review.round) == col(Claim.round))
            & (col(Review.state) == "taken")
            & (col(Review.held_until) > now),
        )
        .where(
            col(Claim.workspace_id) == workspace_id,
            IS_WAITING,
            col(Claim.needs) != "",
        )
        .order_by(col(Claim.submitted_at), col(Claim.id))
        .limit(MOST)
        .execution_options(populate_existing=True)
    )
    return [
        Age(
            claim.id[-SHOWN:],
            claim.ladder,
            claim.submitted_at or claim.opened_at,
            review_id is not None,
        )
        for claim, review_id in rows
    ]


async def undoable(
    session: Session, verifier: MemberKey, *, now: datetime
) -> Sequence[tuple[Claim, Review]]:
    """Return the decisions of this person that they can still undo, the oldest first."""
    rows = await session.execute(
        select(Claim, Review)
        .join(
            Review,
            (col(Review.workspace_id) == col(Claim.workspace_id))
            & (col(Review.claim_id) == col(Claim.id))
            & (col(Review.round) == col(Claim.round)),
        )
        .where(
            col(Claim.workspace_id) == verifier.workspace_id,
            col(Claim.finish_at) > now,
            col(Review.decided_at) > now - UNDO_WITHIN,
            col(Review.verifier) == verifier.user_id,
            col(Review.state) == "decided",
        )
        .order_by(col(Review.decided_at))
        .execution_options(populate_existing=True)
    )
    found: dict[str, tuple[Claim, Review]] = {claim.id: (claim, review) for claim, review in rows}
    return list(found.values())
