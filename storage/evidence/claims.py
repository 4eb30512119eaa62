"""What members do with their claims: begin one, show pieces, hand it over, withdraw it, appeal."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from coaching.evidence import (
    APPEALABLE,
    EDITABLE,
    LONGEST_WORDS,
    MOST_PIECES,
    WITHDRAWABLE,
    Criterion,
    LadderKey,
    Look,
    Missing,
    PieceFacts,
    PieceProblem,
    can_be_claimed,
    highest,
    levels_to_show,
    missing,
    piece_problem,
)
from coaching.members import MemberKey
from storage import members
from storage.database import Session
from storage.database.rows import new_id
from storage.evidence import ladders, people_left, pieces, review_requests, verified
from storage.evidence.claim_rows import Claim as Claim
from storage.evidence.claim_rows import locked, move, open_in, record
from storage.evidence.claim_rows import of_member as of_member
from storage.evidence.claim_rows import one as one
from storage.evidence.pieces import Piece

OpenProblem = Literal["no_such_level", "off", "is_steward", "open", "verified"]
Gone = Literal["gone"]


async def open_draft(
    session: Session,
    key: MemberKey,
    ladder: LadderKey,
    level: int,
    criteria: Sequence[Criterion],
    *,
    now: datetime,
) -> Claim | OpenProblem:
    """Begin a claim and return it, or return why there can be none.

    `criteria` are those of all levels up to this one. A level that is verified can be renewed in the 30 days
    before it ends; until then it is "verified".
    """
    asked = [one for one in criteria if one.level <= level]
    if not can_be_claimed(ladder, level) or {one.level for one in asked} != set(
        range(1, level + 1)
    ):
        return "no_such_level"
    if await ladders.lacking(session, key.workspace_id, ladder, now=now):
        return "off"
    await members.ensure(session, key, now=now, is_alone=True)
    if ladder in await ladders.stewarded_by(session, key):
        return "is_steward"
    if await open_in(session, key, ladder):
        return "open"
    held = await verified.held_in(session, key, ladder)
    reached = highest(list(held.values()), now)
    is_renewal = level <= reached
    if is_renewal and not held[level].can_be_renewed(now):
        return "verified"
    claim = Claim(
        workspace_id=key.workspace_id,
        id=new_id(),
        user_id=key.user_id,
        framework=ladder.framework,
        family=ladder.family,
        level=level,
        from_level=level if is_renewal else reached + 1,
        is_renewal=is_renewal,
        state="draft",
        criteria=json.dumps([vars(one) for one in asked], ensure_ascii=False),
        opened_at=now,
    )
    session.add(claim)
    await session.flush()
    await record(session, claim, "opened", now=now, by=key)
    return claim


async def save_piece(
    session: Session,
    key: MemberKey,
    claim_id: str,
    facts: PieceFacts,
    *,
    piece_id: str | None = None,
    now: datetime,
) -> Piece | PieceProblem | Literal["gone", "many"]:
    """Store a new piece, or change the one with this id; return it, or what is wrong.

    "gone" when the claim cannot be changed now, or has no such piece; "many" when its level is full.
    """
    claim = await locked(session, key, claim_id)
    if claim is None or claim.status not in EDITABLE:
        return "gone"
    if problem := piece_problem(facts, claim.to_show, claim.covered):
        return problem
    shown = await pieces.of_claim(session, claim.workspace_id, claim.id)
    others = [piece for piece in shown if piece.id != piece_id and piece.level == facts.level]
    if len(others) >= MOST_PIECES:
        return "many"
    return await pieces.save(session, claim.key, claim.id, facts, piece_id=piece_id, now=now) or (
        "gone"
    )


async def remove_piece(session: Session, key: MemberKey, claim_id: str, piece_id: str) -> bool:
    """Delete a piece of a claim that can be changed; return False if there is none."""
    claim = await locked(session, key, claim_id)
    if claim is None or claim.status not in EDITABLE:
        return False
    return await pieces.remove(session, claim.workspace_id, claim.id, piece_id)


async def lacks(session: Session, claim: Claim, *, now: datetime) -> tuple[Missing, ...]:
    """Return what a claim lacks before it can be submitted, by what is verified now."""
    from_level, is_renewal = await _begins_at(session, claim, now=now)
    shown = await pieces.of_claim(session, claim.workspace_id, claim.id)
    covered = levels_to_show(claim.level, from_level)
    facts = [piece.facts for piece in shown]
    return missing(claim.all_criteria, covered, facts, is_renewal=is_renewal)


async def submit(
    session: Session, key: MemberKey, claim_id: str, *, now: datetime
) -> Claim | tuple[Missing, ...] | Gone | Literal["off"]:
    """Hand a claim over to the verifiers and return it, or return what it lacks.

    Which levels it has to show is decided by what is verified at this moment.
    """
    claim = await locked(session, key, claim_id)
    if claim is None or claim.status not in EDITABLE:
        return "gone"
    if await ladders.lacking(session, key.workspace_id, claim.ladder, now=now):
        return "off"
    claim.from_level, claim.is_renewal = await _begins_at(session, claim, now=now)
    await session.flush()
    if lacking := await lacks(session, claim, now=now):
        return lacking
    claim.first_submitted_at = claim.first_submitted_at or now
    claim.submitted_at = now
    await review_requests.forget(session, claim)
    await move(session, claim, "submitted", needs="first", now=now, by=key, new_round=True)
    return claim


async def withdraw(
    session: Session, key: MemberKey, claim_id: str, *, now: datetime
) -> Claim | Gone:
    """Withdraw a claim before its decision is final and return it; "gone" when it is over."""
    claim = await locked(session, key, claim_id)
    if claim is None or claim.status not in WITHDRAWABLE:
        return "gone"
    claim.finish_at = None
    await move(session, claim, "withdrawn", now=now, by=key)
    return claim


async def appeal(
    session: Session, key: MemberKey, claim_id: str, words: str, *, now: datetime
) -> Claim | Literal["gone", "words", "long", "open", "nobody"]:
    """Ask for another verifier, once, and return the claim; the steward decides where none is left.

    "gone" when its decision cannot be appealed, or was before; "open" when there is an open claim on the
    ladder; "nobody" when the steward may not decide either, so that the decision stands.
    """
    claim = await locked(session, key, claim_id)
    if claim is None or claim.status not in APPEALABLE or claim.appealed_at:
        return "gone"
    if not words.strip():
        return "words"
    if len(words) > LONGEST_WORDS:
        return "long"
    if await open_in(session, key, claim.ladder):
        return "open"
    if await people_left.can_be_made(session, claim, "appeal", now=now):
        needs: Look = "appeal"
    elif await people_left.can_be_made(session, claim, "steward", now=now):
        needs = "steward"
    else:
        return "nobody"
    claim.appealed_at = claim.submitted_at = now
    claim.appeal_words = words
    await review_requests.forget(session, claim)
    await move(session, claim, "appealed", needs=needs, now=now, by=key, new_round=True)
    return claim


async def _begins_at(session: Session, claim: Claim, *, now: datetime) -> tuple[int, bool]:
    """Return the lowest level that a claim has to show now, and whether it is a renewal.

    A renewal stays one when its level ended after it was first submitted.
    """
    held = await verified.held_in(session, claim.key, claim.ladder)
    reached = highest(list(held.values()), now)
    if claim.level <= reached:
        return claim.level, True
    old = held.get(claim.level)
    was_in_time = claim.first_submitted_at and old and old.is_in_force(claim.first_submitted_at)
    return (claim.level, True) if claim.is_renewal and was_in_time else (reached + 1, False)
