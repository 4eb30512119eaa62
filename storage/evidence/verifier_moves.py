"""What verifiers and stewards do: see the queue, take a claim, mark its criteria, return it, decide, undo.

Every move locks the member who made the claim and whoever acts, then the claim. So of two who decide at once,
also on claims of each other, the second sees what the first did.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coaching.evidence import (
    HELD_FOR,
    LONGEST_WORDS,
    UNDO_WITHIN,
    WAITING,
    Criterion,
    Mark,
    Outcome,
    criterion_key,
    level_shown,
    mark_problem,
    outcome_of,
    unmarked,
)
from coaching.members import MemberKey
from coaching.verifiers import Exclusion
from storage.database import Session
from storage.database.rows import new_id
from storage.evidence import claim_rows, looks, verified
from storage.evidence.claim_rows import Claim
from storage.evidence.exclusions import reviewer
from storage.evidence.looks import Review
from storage.evidence.queue import Dossier, dossier_in
from storage.members import Member

Gone = Literal["gone"]
Words = Literal["words", "long"]


@dataclass(frozen=True)
class Taken:
    """A claim that somebody holds: by which review, what they may read of it, and what zone they are in."""

    review: Review
    dossier: Dossier
    zone: str | None


@dataclass(frozen=True)
class Decided:
    """A stored decision on a claim that somebody held.

    It can be undone until `undo_until`, and the member hears of it after that.
    """

    taken: Taken
    review_id: str
    outcome: Outcome
    level: int
    undo_until: datetime


async def take(
    session: Session, verifier: MemberKey, claim_id: str, *, now: datetime
) -> Taken | Exclusion | Literal["gone", "taken"]:
    """Take a claim for 48 hours and return it; "taken" when somebody else has it.

    Who took it before and gave it back goes on with the marks that they made.
    """
    found = await claim_rows.locked_for(session, verifier, claim_id)
    if found is None or found[0].status not in WAITING or not found[0].needs:
        return "gone"
    claim, member = found
    who = await reviewer(session, verifier, now=now)
    if excluded := who.exclusion(claim, now=now):
        return excluded
    earlier = await looks.of_claim(session, claim.workspace_id, claim.id)
    holder = looks.taken_now((one for one in earlier if one.round == claim.round), now)
    if holder is not None:
        if holder.verifier != verifier.user_id:
            return "taken"
        return Taken(holder, await dossier_in(session, claim), member.zone)
    for one in earlier:
        if one.state == "taken":
            one.state = "given_back"
    await session.flush()
    review = next((one for one in earlier if _is_same_look(one, claim, verifier)), None)
    if review is None:
        review = _new_review(claim, verifier, now=now)
        session.add(review)
    review.state, review.taken_at, review.held_until = "taken", now, now + HELD_FOR
    await session.flush()
    await claim_rows.record(session, claim, "taken", now=now, by=verifier)
    return Taken(review, await dossier_in(session, claim), member.zone)


async def give_back(
    session: Session, verifier: MemberKey, review_id: str, *, now: datetime
) -> Review | Gone:
    """Put a claim that this person took back in the queue."""
    found = await _held_by(session, verifier, review_id, now=now)
    if found is None:
        return "gone"
    claim, review, _ = found
    review.state = "given_back"
    await session.flush()
    await claim_rows.record(session, claim, "given_back", now=now, by=verifier)
    return review


async def mark(
    session: Session,
    verifier: MemberKey,
    review_id: str,
    criterion: str,
    said: Mark,
    *,
    now: datetime,
) -> Taken | Literal["gone", "verdict", "words", "long"]:
    """Store what a verifier says of one criterion, named as by `criterion_key`, and return the claim."""
    found = await _held_by(session, verifier, review_id, now=now, may_decide=True)
    if found is None:
        return "gone"
    claim, review, member = found
    it = await dossier_in(session, claim)
    if criterion not in map(criterion_key, it.criteria):
        return "gone"
    if problem := mark_problem(said):
        return problem
    await looks.save_mark(session, review, criterion, said, now=now)
    return Taken(review, it, member.zone)


async def propose_talk(
    session: Session, verifier: MemberKey, review_id: str, *, now: datetime
) -> Claim | Literal["gone", "proposed"]:
    """Store that a verifier proposes a five-minute talk and return the claim; "proposed" the second time."""
    found = await _held_by(session, verifier, review_id, now=now, may_decide=True)
    if found is None:
        return "gone"
    claim, review, _ = found
    if review.talk_at:
        return "proposed"
    review.talk_at = now
    await session.flush()
    return claim


async def return_with_words(
    session: Session, verifier: MemberKey, review_id: str, words: str, *, now: datetime
) -> Claim | Gone | Words:
    """Give a claim back to the member with words, and return it.

    An appeal or a steward's case goes back only where the level below is not verified any more.
    """
    found = await _held_by(session, verifier, review_id, now=now, may_decide=True)
    if found is None:
        return "gone"
    claim, review, _ = found
    ends_decided = review.look in ("appeal", "steward") or claim.state == "appealed"
    if ends_decided and await is_based(session, claim):
        return "gone"
    if problem := words_problem(words):
        return problem
    review.state, review.words, review.decided_at = "returned", words, now
    await claim_rows.move(session, claim, "returned", now=now, by=verifier)
    return claim


async def decide(
    session: Session, verifier: MemberKey, review_id: str, words: str, *, now: datetime
) -> Decided | tuple[Criterion, ...] | Exclusion | Gone | Words | Literal["below"]:
    """Decide on a claim as its marks say, and return what was decided or what is missing.

    Criteria without a mark are returned. Words are required for all but an acceptance, and of a steward.
    "below" when the level below is not verified any more, so that the claim has to go back to the member.
    """
    found = await _held_by(session, verifier, review_id, now=now)
    if found is None:
        return "gone"
    claim, review, member = found
    who = await reviewer(session, verifier, now=now)
    if excluded := who.exclusion(claim, now=now):
        return excluded
    it, marks = await dossier_in(session, claim), await looks.marks_of(session, review)
    asked = it.criteria
    if missing := unmarked(asked, marks):
        return missing
    if not await is_based(session, claim):
        return "below"
    level = level_shown(asked, claim.covered, marks)
    outcome = outcome_of(level, claim.level)
    needs_words = outcome != "accepted" or review.look == "steward"
    if problem := words_problem(words, may_be_empty=not needs_words):
        return problem
    review.state, review.level, review.words, review.decided_at = "decided", level, words, now
    claim.finish_at, claim.needs = now + UNDO_WITHIN, ""
    await session.flush()
    facts: dict[str, str | int] = {"look": review.look, "outcome": outcome, "decided": level}
    await claim_rows.record(session, claim, "decided", facts=facts, now=now, by=verifier)
    return Decided(Taken(review, it, member.zone), review.id, outcome, level, claim.finish_at)


async def undo(
    session: Session, verifier: MemberKey, review_id: str, *, now: datetime
) -> Review | Literal["gone", "late"]:
    """Take the claim's newest decision back within ten minutes, with its marks, and return the review.

    An earlier decision is late, also while a later one can be undone.
    """
    found = await looks.locked_with_claim(session, verifier, review_id)
    if found is None or found[1].verifier != verifier.user_id:
        return "gone"
    claim, review, _ = found
    if review.state != "decided" or review.round != claim.round or claim.status not in WAITING:
        return "gone"
    if claim.finish_at is None or claim.needs or _is_late(review, now=now):
        return "late"
    every = await looks.of_claim(session, claim.workspace_id, claim.id)
    if looks.decided_in(every, claim.round)[-1].id != review.id:
        return "late"
    review.state, review.level, review.words, review.decided_at = "taken", None, None, None
    review.held_until = now + HELD_FOR
    claim.finish_at, claim.needs = None, review.look
    await session.flush()
    await claim_rows.record(session, claim, "undone", now=now, by=verifier)
    return review


async def is_based(session: Session, claim: Claim) -> bool:
    """Return whether what the claim builds on, verified when it was submitted, was not revoked since.

    What was revoked with this claim is what its appeal is about, and counts while it is open.
    """
    below = claim.level if claim.is_renewal else claim.from_level - 1
    if below == 0:
        return True
    appealed = claim.id if claim.state == "appealed" else None
    held = await verified.held_in(session, claim.key, claim.ladder, or_revoked_with=appealed)
    return all(level in held for level in range(1, below + 1))


def words_problem(words: str, *, may_be_empty: bool = False) -> Words | None:
    """Return what is wrong with words, or None."""
    if not words.strip() and not may_be_empty:
        return "words"
    return "long" if len(words) > LONGEST_WORDS else None


async def _held_by(
    session: Session,
    verifier: MemberKey,
    review_id: str,
    *,
    now: datetime,
    may_decide: bool = False,
) -> tuple[Claim, Review, Member] | None:
    """Return a claim, the review by which this person holds it now, and them, locked; None if they do not.

    What they say of a claim counts only while they may decide on it, so None too for somebody who may not.
    """
    found = await looks.locked_with_claim(session, verifier, review_id)
    if found is None or found[1].verifier != verifier.user_id:
        return None
    claim, review, _ = found
    is_open = claim.status in WAITING and review.state == "taken" and now < review.held_until
    is_its_look = review.round == claim.round and review.look == claim.needs
    if not (is_open and is_its_look):
        return None
    if may_decide and (await reviewer(session, verifier, now=now)).exclusion(claim, now=now):
        return None
    return found


def _is_late(review: Review, *, now: datetime) -> bool:
    return review.decided_at is None or now >= review.decided_at + UNDO_WITHIN


def _is_same_look(review: Review, claim: Claim, verifier: MemberKey) -> bool:
    return (review.state, review.verifier) == ("given_back", verifier.user_id) and (
        review.round,
        review.look,
    ) == (claim.round, claim.needs)


def _new_review(claim: Claim, verifier: MemberKey, *, now: datetime) -> Review:
    return Review(
        workspace_id=claim.workspace_id,
        id=new_id(),
        claim_id=claim.id,
        round=claim.round,
        look=claim.needs,
        state="taken",
        verifier=verifier.user_id,
        taken_at=now,
        held_until=now + HELD_FOR,
    )
