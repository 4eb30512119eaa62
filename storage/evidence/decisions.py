"""What follows from decisions: a second look, the steward's word, verified levels, revocation, agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Literal

from sqlalchemy import select
from sqlmodel import col

from coaching.evidence import LadderKey, Look, Mark, Outcome, outcome_of, renewed
from coaching.members import MemberKey
from coaching.verifiers import Exclusion, is_second_look_drawn
from storage import workspaces
from storage.database import Session
from storage.database.rows import Row, insert_into, new_id
from storage.evidence import claim_rows, ladders, looks, people_left, review_requests, verified
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import Review
from storage.evidence.verifier_moves import Words, is_based, words_problem


class EvidenceKey(Row, table=True):
    """The key of a workspace by which second looks are drawn. It is never exported."""

    __tablename__ = "evidence_key"

    key: str


@dataclass(frozen=True)
class Finished:
    """A decision that can no longer be undone, and what came of it.

    `then` is "second" or "steward" when the claim waits for another look, of which nobody is told why, or
    "again" when the level below was revoked meanwhile. Otherwise it is over, and the member is told.
    """

    claim: Claim
    review: Review
    then: Outcome | Literal["second", "steward", "again"]

    @property
    def is_over(self) -> bool:
        """Return whether the member hears of it now."""
        return self.then in ("accepted", "adjusted", "declined")


@dataclass(frozen=True)
class LookTold:
    """A look as a steward reads it, without the person: the level decided, the words and the marks."""

    look: Look
    level: int
    words: str
    marks: dict[str, Mark]


async def due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces with decisions that can no longer be undone."""
    finish_at = col(Claim.finish_at)
    return await workspaces.connected_with(
        session, col(Claim.workspace_id), finish_at.is_not(None), finish_at <= now
    )


async def finish_next(session: Session, workspace_id: str, *, now: datetime) -> Finished | None:
    """Finish the oldest decision of the workspace that can no longer be undone; None if there is none.

    The caller tells the member in the same transaction, so that neither is there without the other.
    """
    for claim_id, user_id in await session.execute(
        select(col(Claim.id), col(Claim.user_id))
        .where(
            col(Claim.workspace_id) == workspace_id,
            col(Claim.finish_at).is_not(None),
            col(Claim.finish_at) <= now,
        )
        .order_by(col(Claim.finish_at))
        .limit(20)
    ):
        claim = await claim_rows.locked(session, MemberKey(workspace_id, user_id), claim_id)
        if claim and claim.finish_at and claim.finish_at <= now and not claim.needs:
            return await _finish(session, claim, now=now)
    return None


async def _finish(session: Session, claim: Claim, *, now: datetime) -> Finished:
    reviews = await looks.of_claim(session, claim.workspace_id, claim.id)
    decided = looks.decided_in(reviews, claim.round)
    last = decided[-1]
    claim.finish_at = None
    if not await is_based(session, claim):
        last.state, claim.needs = "given_back", last.look
        await session.flush()
        await claim_rows.record(session, claim, "undone", now=now, by=None)
        return Finished(claim, last, "again")
    if (then := await _next_look(session, claim, decided, now=now)) is not None:
        claim.needs = then
        await review_requests.forget(session, claim)
        await session.flush()
        act = "second_look" if then == "second" else "to_steward"
        await claim_rows.record(session, claim, act, now=now, by=None)
        return Finished(claim, last, then)
    stands = looks.standing(decided)
    outcome = await _settle(session, claim, stands, now=now)
    return Finished(claim, stands, outcome)


async def _next_look(
    session: Session, claim: Claim, decided: Sequence[Review], *, now: datetime
) -> Literal["second", "steward"] | None:
    """Return the look that comes after these decisions of the round, or None if it is over.

    A look that nobody may make is skipped, so that no claim waits for ever. A steward's decision ends the
    round.
    """
    last = decided[-1]
    if last.look == "steward":
        return None
    if last.look == "second":
        first = next((one for one in decided if one.look != "second"), last)
        wanted: Literal["second", "steward"] = "steward"
        is_wanted = first.level != last.level
    else:
        secret = await _key(session, claim.workspace_id)
        wanted, is_wanted = "second", is_second_look_drawn(secret, claim.id, claim.round)
    if not is_wanted or not await people_left.can_be_made(session, claim, wanted, now=now):
        return None
    return wanted


async def _settle(session: Session, claim: Claim, review: Review, *, now: datetime) -> Outcome:
    """Let a claim end as this review decided, and verify what it says; no level is lowered."""
    level, key, when = review.level or 0, claim.key, review.decided_at or now
    if level and claim.state == "appealed":
        up_to = level if level < claim.level else None
        await verified.restore(session, key, claim.id, up_to=up_to, now=now)
    if level:
        held = await verified.held_in(session, key, claim.ladder)
        months = await ladders.months_of(session, claim.workspace_id, claim.ladder)
        after = renewed(
            held, claim.ladder, level, (claim.id, claim.from_level), now=when, months=months
        )
        for one in after.values():
            await verified.save(session, key, one, now=now)
    claim.reached = max(level, claim.reached or 0)
    claim.decided_at = when
    outcome = outcome_of(claim.reached, claim.level)
    by = MemberKey(claim.workspace_id, review.verifier) if review.verifier else None
    await claim_rows.move(session, claim, outcome, facts={"reached": claim.reached}, now=now, by=by)
    return outcome


async def revoke(
    session: Session,
    steward: MemberKey,
    key: MemberKey,
    ladder: LadderKey,
    level: int,
    reason: str,
    *,
    now: datetime,
) -> Claim | Exclusion | Words | Literal["gone", "open"]:
    """Revoke a member's verified level with those above it, and return the claim that had verified it.

    "gone" when it does not count, "open" while its claim is appealed. The level is read again once the member
    is locked, because another claim may verify it meanwhile.
    """
    claim_id = await _verified_by(session, key, ladder, level, now=now)
    if claim_id is None:
        return "gone"
    found = await claim_rows.locked_for(session, steward, claim_id)
    if found is None or found[0].user_id != key.user_id:
        return "gone"
    if await _verified_by(session, key, ladder, level, now=now) != claim_id:
        return "gone"
    claim, _ = found
    if steward == key:
        return "oneself"
    if ladder not in await ladders.stewarded_by(session, steward):
        return "not_verifier"
    if problem := words_problem(reason):
        return problem
    if claim.status not in ("accepted", "adjusted", "revoked"):
        return "open"
    session.add(_revocation(claim, steward, level, reason, now=now))
    claim.reached = min(level - 1, claim.reached or 0)
    await verified.revoke_from(session, key, ladder, level, claim_id=claim.id, now=now)
    await claim_rows.move(session, claim, "revoked", facts={"from": level}, now=now, by=steward)
    return claim


def _revocation(
    claim: Claim, steward: MemberKey, level: int, reason: str, *, now: datetime
) -> Review:
    """Return the steward's look at a claim that leaves what is below this level."""
    return Review(
        workspace_id=claim.workspace_id,
        id=new_id(),
        claim_id=claim.id,
        round=claim.round,
        look="steward",
        state="revoked",
        verifier=steward.user_id,
        taken_at=now,
        held_until=now,
        decided_at=now,
        level=level - 1,
        words=reason,
    )


async def _verified_by(
    session: Session, key: MemberKey, ladder: LadderKey, level: int, *, now: datetime
) -> str | None:
    """Return the claim that verified a level that counts now, or None."""
    every = await verified.levels_of(session, key, now)
    held = (one.claim_id for one in every if (one.ladder, one.level) == (ladder, level))
    return next(held, None)


async def looks_for_steward(
    session: Session, steward: MemberKey, claim_id: str
) -> tuple[LookTold, ...]:
    """Return the looks on which the steward has to decide; none for anybody else, or any other claim."""
    claim = await claim_rows.one(session, steward.workspace_id, claim_id)
    if claim is None or claim.needs != "steward" or claim.user_id == steward.user_id:
        return ()
    if claim.ladder not in await ladders.stewarded_by(session, steward):
        return ()
    decided = looks.decided_in(
        await looks.of_claim(session, claim.workspace_id, claim.id), claim.round
    )
    return tuple(
        [
            LookTold(one.kind, one.level or 0, one.words or "", await looks.marks_of(session, one))
            for one in decided
        ]
    )


async def _key(session: Session, workspace_id: str) -> bytes:
    """Return the workspace's key for second looks, made at the first need."""
    new = insert_into(session, EvidenceKey).values(workspace_id=workspace_id, key=token_hex(32))
    await session.execute(new.on_conflict_do_nothing())
    found = await session.scalar(
        select(col(EvidenceKey.key)).where(col(EvidenceKey.workspace_id) == workspace_id)
    )
    return bytes.fromhex(str(found))
