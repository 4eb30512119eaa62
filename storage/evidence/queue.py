"""What verifiers and stewards see: the claims that wait for them, and what was submitted of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import col

from coaching.evidence import WAITING, Criterion, LadderKey, PieceFacts, criteria_to_mark
from coaching.members import MemberKey
from storage.database import Session
from storage.evidence import claim_rows, pieces
from storage.evidence.claim_rows import Claim
from storage.evidence.exclusions import Reviewer, reviewer
from storage.evidence.looks import Review
from storage.evidence.pieces import Piece

QUEUE = 50
"""How many claims a queue has at most."""


@dataclass(frozen=True)
class Waiting:
    """A claim in the queue of a verifier; `review_id` and `held_until` are set when they took it."""

    claim_id: str
    user_id: str
    ladder: LadderKey
    level: int
    is_renewal: bool
    is_appeal: bool
    is_for_steward: bool
    submitted_at: datetime
    review_id: str | None = None
    held_until: datetime | None = None


@dataclass(frozen=True)
class Dossier:
    """What a verifier may read: what was submitted and nothing else.

    `criteria` are those to mark. `appeal_words` are the member's, empty where it is no appeal.
    """

    claim_id: str
    user_id: str
    ladder: LadderKey
    level: int
    is_renewal: bool
    submitted_at: datetime
    criteria: tuple[Criterion, ...]
    pieces: tuple[PieceFacts, ...]
    appeal_words: str = ""


async def queue(session: Session, verifier: MemberKey, now: datetime) -> list[Waiting]:
    """Return the claims that this person can take or has taken, theirs first, then the oldest first."""
    return await waiting_for(session, await reviewer(session, verifier, now=now), now=now)


async def waiting_for(session: Session, who: Reviewer, *, now: datetime) -> list[Waiting]:
    """Return the same of somebody of whom it is known what keeps them from which claims."""
    if not who.verifies | who.stewards:
        return []
    verifier = who.key
    is_theirs = or_(
        *[
            (col(Claim.framework) == ladder.framework) & (col(Claim.family) == ladder.family)
            for ladder in who.verifies | who.stewards
        ]
    )
    rows: list[Waiting] = []
    async for page in claim_rows.pages_of_waiting(session, verifier.workspace_id, is_theirs):
        claims = [claim for claim in page if who.exclusion(claim, now=now) is None]
        held = await held_now(session, verifier.workspace_id, [claim.id for claim in claims], now)
        rows += [
            _waiting(claim, held.get(claim.id))
            for claim in claims
            if claim.id not in held or held[claim.id].verifier == verifier.user_id
        ]
        if len(rows) >= QUEUE:
            break
    return sorted(rows, key=lambda row: (row.review_id is None, row.submitted_at))[:QUEUE]


async def dossier(
    session: Session, verifier: MemberKey, claim_id: str, *, now: datetime
) -> Dossier | None:
    """Return what this person may read of a claim; None when they may not look at it now."""
    claim = await claim_rows.one(session, verifier.workspace_id, claim_id)
    if claim is None or claim.status not in WAITING or claim.submitted_at is None:
        return None
    who = await reviewer(session, verifier, now=now)
    if not claim.needs or who.exclusion(claim, now=now):
        return None
    held = await held_now(session, claim.workspace_id, [claim.id], now)
    if claim.id in held and held[claim.id].verifier != verifier.user_id:
        return None
    return await dossier_in(session, claim)


async def dossier_in(session: Session, claim: Claim) -> Dossier:
    """Return what the holder of this claim may read of it; the caller has checked that they hold it."""
    shown = await pieces.of_claim(session, claim.workspace_id, claim.id)
    return Dossier(
        claim_id=claim.id,
        user_id=claim.user_id,
        ladder=claim.ladder,
        level=claim.level,
        is_renewal=claim.is_renewal,
        submitted_at=claim.submitted_at or claim.opened_at,
        criteria=_asked(claim, shown),
        pieces=tuple(piece.facts for piece in shown if piece.level in claim.covered),
        appeal_words=(claim.appeal_words or "") if claim.state == "appealed" else "",
    )


def _asked(claim: Claim, shown: Sequence[Piece]) -> tuple[Criterion, ...]:
    facts = [piece.facts for piece in shown]
    return criteria_to_mark(claim.all_criteria, claim.covered, facts, is_renewal=claim.is_renewal)


async def held_now(
    session: Session, workspace_id: str, claim_ids: Sequence[str], now: datetime
) -> dict[str, Review]:
    """Return the reviews that hold these claims now, by claim."""
    rows = await session.scalars(
        select(Review)
        .join(
            Claim,
            (col(Claim.workspace_id) == col(Review.workspace_id))
            & (col(Claim.id) == col(Review.claim_id))
            & (col(Claim.round) == col(Review.round)),
        )
        .where(
            col(Review.workspace_id) == workspace_id,
            col(Review.claim_id).in_(claim_ids),
            col(Review.state) == "taken",
            col(Review.held_until) > now,
        )
        .execution_options(populate_existing=True)
    )
    return {row.claim_id: row for row in rows}


def _waiting(claim: Claim, review: Review | None) -> Waiting:
    return Waiting(
        claim_id=claim.id,
        user_id=claim.user_id,
        ladder=claim.ladder,
        level=claim.level,
        is_renewal=claim.is_renewal,
        is_appeal=claim.state == "appealed",
        is_for_steward=claim.needs == "steward",
        submitted_at=claim.submitted_at or claim.opened_at,
        review_id=review.id if review else None,
        held_until=review.held_until if review else None,
    )
