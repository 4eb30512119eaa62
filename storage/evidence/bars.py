"""Why somebody may not decide on a claim, as the rows say it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col

from coaching.evidence import STEWARD_AFTER, LadderKey
from coaching.members import MemberKey
from coaching.verifiers import NOT_MUTUAL, Bar, Standing, bar_of
from storage.database import Session
from storage.database.rows import in_batches
from storage.evidence import ladders
from storage.evidence.claim_rows import IS_WAITING, Claim
from storage.evidence.looks import DECIDED, Review


@dataclass(frozen=True)
class Reviewer:
    """Somebody who may verify, and what keeps them from some claims.

    `verifies` and `stewards` are their ladders. `judges` are members who decided on them within 180 days,
    `opponents` members with whom they are in an open appeal, `looked_at` the claims that wait on which they
    decided.
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
    """Return what keeps this member from which claims that wait."""
    stewards = frozenset(await ladders.stewarded_by(session, key))
    verifies = frozenset(await ladders.named_for(session, key, now=now)) - stewards
    apart = await _apart(session, key.workspace_id, [key.user_id], now=now)
    return apart.reviewer(key, verifies=verifies, stewards=stewards)


async def reviewers(
    session: Session,
    workspace_id: str,
    verifiers: Mapping[LadderKey, Collection[str]],
    *,
    now: datetime,
) -> dict[str, Reviewer]:
    """Return, by user id, what keeps each of these verifiers from which claims that wait."""
    users = {user for some in verifiers.values() for user in some}
    apart = await _apart(session, workspace_id, users, now=now)
    return {
        user: apart.reviewer(
            MemberKey(workspace_id, user),
            verifies=frozenset(ladder for ladder, some in verifiers.items() if user in some),
            stewards=frozenset(),
        )
        for user in users
    }


@dataclass(frozen=True)
class _Apart:
    """The members and claims that people are kept from, by the user id of whoever is kept from them."""

    judges: Mapping[str, set[str]]
    opponents: Mapping[str, set[str]]
    looked_at: Mapping[str, set[str]]

    def reviewer(
        self, key: MemberKey, *, verifies: frozenset[LadderKey], stewards: frozenset[LadderKey]
    ) -> Reviewer:
        """Return what of it is about this member."""
        return Reviewer(
            key=key,
            verifies=verifies,
            stewards=stewards,
            judges=frozenset(self.judges.get(key.user_id, ())),
            opponents=frozenset(self.opponents.get(key.user_id, ())),
            looked_at=frozenset(self.looked_at.get(key.user_id, ())),
        )


async def _apart(
    session: Session, workspace_id: str, user_ids: Collection[str], *, now: datetime
) -> _Apart:
    """Return what keeps these members from claims, by three statements however many they are."""
    here = (col(Review.workspace_id) == workspace_id) & col(Review.state).in_(DECIDED)
    recent = col(Review.decided_at) > now - NOT_MUTUAL
    apart = _Apart(defaultdict(set), defaultdict(set), defaultdict(set))
    for some in in_batches(user_ids):
        made_it, decided = col(Claim.user_id).in_(some), col(Review.verifier).in_(some)
        pairs: Select[str, str | None] = (
            select(col(Claim.user_id), col(Review.verifier))
            .join(Claim, _is_its_claim())
            .where(here)
        )
        for user, verifier in await session.execute(pairs.where(made_it, recent)):
            if verifier:
                apart.judges[user].add(verifier)
        is_appealed = (col(Claim.state) == "appealed") & (col(Review.round) < col(Claim.round))
        for user, verifier in await session.execute(pairs.where(is_appealed, made_it | decided)):
            if verifier and user != verifier:
                apart.opponents[user].add(verifier)
                apart.opponents[verifier].add(user)
        looks: Select[str | None, str] = (
            select(col(Review.verifier), col(Review.claim_id))
            .join(Claim, _is_its_claim())
            .where(here, decided, IS_WAITING)
        )
        for verifier, claim_id in await session.execute(looks):
            apart.looked_at[verifier or ""].add(claim_id)
    return apart


def _is_its_claim() -> ColumnElement[bool]:
    return (col(Claim.workspace_id) == col(Review.workspace_id)) & (
        col(Claim.id) == col(Review.claim_id)
    )
