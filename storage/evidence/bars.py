"""Why somebody may not decide on a claim, as the rows say it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from coaching.evidence import STEWARD_AFTER, LadderKey
from coaching.members import MemberKey
from coaching.verifiers import NOT_MUTUAL, Bar, Standing, bar_of
from storage.database import Session
from storage.evidence import ladders
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import DECIDED, Review


@dataclass(frozen=True)
class Reviewer:
    """Somebody who may verify, and what keeps them from some claims.

    `verifies` and `stewards` are their ladders. `judges` are members who decided on them within 180 days,
    `opponents` members with whom they are in an open appeal, `looked_at` the claims on which they decided.
    """

    key: MemberKey
    verifies: frozenset[LadderKey]
    stewards: frozenset[LadderKey]
    judges: frozenset[str]
    opponents: frozenset[str]
    looked_at: frozenset[str]

    def bar(self, claim: Claim, *, now: datetime) -> Bar | None:
        """Return why they may not make the look that the claim waits for, or None.

        The steward may make any look at a claim that waited for 14 days. Only a first look may be by somebody
        who decided on the claim before.
        """
        is_old = claim.submitted_at is not None and claim.submitted_at <= now - STEWARD_AFTER
        is_verifier = claim.needs != "steward" and claim.ladder in self.verifies
        is_steward = (claim.needs == "steward" or is_old) and claim.ladder in self.stewards
        return bar_of(
            Standing(
                is_themselves=claim.user_id == self.key.user_id,
                is_entitled=is_verifier or is_steward,
                decided_on_them=claim.user_id in self.judges,
                in_appeal=claim.user_id in self.opponents,
                has_looked=claim.needs != "first" and claim.id in self.looked_at,
            )
        )


async def reviewer(session: Session, key: MemberKey, *, now: datetime) -> Reviewer:
    """Return what keeps this member from which claims."""
    here = col(Review.workspace_id) == key.workspace_id
    mine = col(Review.verifier) == key.user_id
    recent = col(Review.decided_at) > now - NOT_MUTUAL
    decided = col(Review.state).in_(DECIDED)
    looked_at = await session.scalars(select(col(Review.claim_id)).where(here, mine, decided))
    judges = await session.scalars(
        select(col(Review.verifier))
        .join(Claim, _is_its_claim())
        .where(here, decided, recent, col(Claim.user_id) == key.user_id)
    )
    stewards = frozenset(await ladders.stewarded_by(session, key))
    return Reviewer(
        key=key,
        verifies=frozenset(await ladders.named_on(session, key, now=now)) - stewards,
        stewards=stewards,
        judges=frozenset(user for user in judges if user),
        opponents=await _opponents(session, key),
        looked_at=frozenset(looked_at),
    )


async def _opponents(session: Session, key: MemberKey) -> frozenset[str]:
    """Return the members whose decision this one appeals, and those who appeal a decision of this one."""
    rows = await session.execute(
        select(col(Claim.user_id), col(Review.verifier))
        .join(Claim, _is_its_claim())
        .where(
            col(Review.workspace_id) == key.workspace_id,
            col(Review.state).in_(DECIDED),
            col(Claim.state) == "appealed",
            col(Review.round) < col(Claim.round),
            (col(Claim.user_id) == key.user_id) | (col(Review.verifier) == key.user_id),
        )
    )
    return frozenset(user for row in rows for user in row if user and user != key.user_id)


def _is_its_claim() -> ColumnElement[bool]:
    return (col(Claim.workspace_id) == col(Review.workspace_id)) & (
        col(Claim.id) == col(Review.claim_id)
    )
