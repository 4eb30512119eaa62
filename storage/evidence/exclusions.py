"""Who may not decide on which claim, and why, read from what is stored."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select, union_all
from sqlmodel import col

from coaching.evidence import STEWARD_AFTER, LadderKey, Look
from coaching.members import MemberKey
from coaching.verifiers import NOT_MUTUAL, Exclusion, Relation, exclusion_of
from storage import holders
from storage.database import Session
from storage.database.rows import in_batches
from storage.evidence import ladders
from storage.evidence.claim_rows import IS_WAITING, Claim
from storage.evidence.ladders import EvidenceLadder, Verifier
from storage.evidence.looks import DECIDED, Review
from storage.holders import RoleHolder

STEWARD, NAMED, ROLE = "steward", "named", "role"
JUDGE, OPPONENT, LOOKED = "judge", "opponent", "looked"
"""What a row of the statement says of somebody."""


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

    def exclusion(
        self, claim: Claim, *, now: datetime, look: Look | None = None
    ) -> Exclusion | None:
        """Return why the person may not make this look at the claim; None if they may.

        Without `look`, it is the one that the claim waits for.

        The steward may make any look at a claim that waited for 14 days, except a second one: who made it
        could not settle a disagreement. Only a first look may be by somebody who decided on the claim before.
        """
        wanted = look or claim.needs
        has_waited = claim.submitted_at is not None and claim.submitted_at <= now - STEWARD_AFTER
        is_old = has_waited and wanted != "second"
        is_verifier = wanted != "steward" and claim.ladder in self.verifies
        is_steward = (wanted == "steward" or is_old) and claim.ladder in self.stewards
        return exclusion_of(
            Relation(
                is_themselves=claim.user_id == self.key.user_id,
                is_entitled=is_verifier or is_steward,
                decided_on_them=claim.user_id in self.judges,
                in_appeal=claim.user_id in self.opponents,
                has_looked=wanted != "first" and claim.id in self.looked_at,
            )
        )


async def reviewer(session: Session, key: MemberKey, *, now: datetime) -> Reviewer:
    """Return what keeps this member from which claims that wait, by one statement."""
    parts = [*_roles(key, now=now), *_parts(key.workspace_id, [key.user_id], now=now)]
    rows = (await session.execute(union_all(*parts))).all()
    stewards = {LadderKey(one, other) for what, one, other in rows if what == STEWARD}
    named = {LadderKey(one, other) for what, one, other in rows if what == NAMED}
    by_role = {ladders.ladder_of_role(one) for what, one, _ in rows if what == ROLE}
    verifies = (named | {ladder for ladder in by_role if ladder}) - stewards
    exclusions = _Exclusions()
    exclusions.add(rows)
    return exclusions.reviewer(key, verifies=frozenset(verifies), stewards=frozenset(stewards))


def _roles(key: MemberKey, *, now: datetime) -> tuple[Select[str, str, str], ...]:
    """Select (what, framework, family) of ladders that the member looks after; of roles, (what, role, "")."""
    here = col(EvidenceLadder.workspace_id) == key.workspace_id
    is_named = (col(Verifier.workspace_id) == key.workspace_id) & (
        col(Verifier.user_id) == key.user_id
    )
    return (
        select(literal(STEWARD), col(EvidenceLadder.framework), col(EvidenceLadder.family)).where(
            here, col(EvidenceLadder.steward) == key.user_id
        ),
        ladders.counting(now)
        .where(is_named)
        .with_only_columns(literal(NAMED), col(Verifier.framework), col(Verifier.family)),
        holders.held(key.workspace_id, now=now)
        .where(col(RoleHolder.user_id) == key.user_id)
        .with_only_columns(literal(ROLE), col(RoleHolder.role), literal("")),
    )


async def reviewers(
    session: Session,
    workspace_id: str,
    verifiers: Mapping[LadderKey, Collection[str]],
    *,
    stewards: Mapping[LadderKey, str] | None = None,
    now: datetime,
) -> dict[str, Reviewer]:
    """Return, by user id, what keeps each of these verifiers and stewards from which claims that wait."""
    of_ladder = stewards or {}
    users = {user for some in verifiers.values() for user in some} | set(of_ladder.values())
    exclusions = await _exclusions(session, workspace_id, users, now=now)
    return {
        user: exclusions.reviewer(
            MemberKey(workspace_id, user),
            verifies=frozenset(ladder for ladder, some in verifiers.items() if user in some),
            stewards=frozenset(ladder for ladder, one in of_ladder.items() if one == user),
        )
        for user in users
    }


class _Exclusions:
    """The members and claims that people are kept from, by the user id of whoever is kept from them."""

    def __init__(self) -> None:
        self._judges: dict[str, set[str]] = defaultdict(set)
        self._opponents: dict[str, set[str]] = defaultdict(set)
        self._looked_at: dict[str, set[str]] = defaultdict(set)

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Add what the rows of `_parts` say."""
        for what, one, other in rows:
            if what == JUDGE:
                self._judges[one].add(other)
            elif what == LOOKED:
                self._looked_at[one].add(other)
            elif what == OPPONENT and one != other:
                self._opponents[one].add(other)
                self._opponents[other].add(one)

    def reviewer(
        self, key: MemberKey, *, verifies: frozenset[LadderKey], stewards: frozenset[LadderKey]
    ) -> Reviewer:
        """Return what of it is about this member."""
        return Reviewer(
            key=key,
            verifies=verifies,
            stewards=stewards,
            judges=frozenset(self._judges.get(key.user_id, ())),
            opponents=frozenset(self._opponents.get(key.user_id, ())),
            looked_at=frozenset(self._looked_at.get(key.user_id, ())),
        )


async def _exclusions(
    session: Session, workspace_id: str, user_ids: Collection[str], *, now: datetime
) -> _Exclusions:
    """Return what keeps these members from claims, by one statement for a batch of them."""
    exclusions = _Exclusions()
    for some in in_batches(user_ids):
        rows = await session.execute(union_all(*_parts(workspace_id, some, now=now)))
        exclusions.add(rows.all())
    return exclusions


def _parts(
    workspace_id: str, user_ids: Sequence[str], *, now: datetime
) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Select (what, user, whom or which claim) of all that keeps these members from claims."""
    here = (col(Review.workspace_id) == workspace_id) & col(Review.state).in_(DECIDED)
    made_it, decided = col(Claim.user_id).in_(user_ids), col(Review.verifier).in_(user_ids)
    is_recent = col(Review.decided_at) > now - NOT_MUTUAL
    is_appealed = (col(Claim.state) == "appealed") & (col(Review.round) < col(Claim.round))
    by_whom = col(Review.verifier).is_not(None)
    pairs = select(col(Claim.user_id), col(Review.verifier)).join(Claim, _is_its_claim())
    looks = select(col(Review.verifier), col(Review.claim_id)).join(Claim, _is_its_claim())
    every = (
        (JUDGE, pairs.where(made_it, is_recent, by_whom)),
        (OPPONENT, pairs.where(is_appealed, made_it | decided, by_whom)),
        (LOOKED, looks.where(decided, IS_WAITING)),
    )
    return tuple(
        told.where(here).with_only_columns(literal(what), *told.selected_columns)
        for what, told in every
    )


def _is_its_claim() -> ColumnElement[bool]:
    return (col(Claim.workspace_id) == col(Review.workspace_id)) & (
        col(Claim.id) == col(Review.claim_id)
    )
