"""How far second looks agree with the first ones, for each ladder and never for one verifier."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from coaching.evidence import Criterion, LadderKey, criterion_key, outcome_of
from coaching.verifiers import Agreement, agreement, flagged
from storage.database import Session
from storage.database.rows import in_batches
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import MarkRow, Review


@dataclass(frozen=True)
class Pair:
    """Two looks at the same claim, each made without knowing of the other."""

    claim: Claim
    first: Review
    second: Review

    @property
    def outcomes(self) -> tuple[str, str]:
        """What each of them came to."""
        first, second = (
            outcome_of(one.level or 0, self.claim.level) for one in (self.first, self.second)
        )
        return first, second


async def agreement_on(session: Session, workspace_id: str, ladder: LadderKey) -> Agreement | None:
    """Return how far the looks on this ladder agree; None while there are fewer than 20 pairs."""
    pairs = await _pairs(session, workspace_id, ladder)
    return agreement([pair.outcomes for pair in pairs])


async def count_pairs(session: Session, workspace_id: str, ladder: LadderKey) -> int:
    """Return how many second looks there are on this ladder."""
    return len(await _pairs(session, workspace_id, ladder))


async def flagged_wordings(
    session: Session, workspace_id: str, ladder: LadderKey
) -> tuple[Criterion, ...]:
    """Return the criteria in whose words looks disagree so often that the words are in question."""
    pairs = await _pairs(session, workspace_id, ladder)
    marks = await _verdicts(session, workspace_id, pairs)
    known: dict[str, Criterion] = {}
    compared: list[tuple[str, bool]] = []
    for pair in pairs:
        for one in pair.claim.to_show:
            key = criterion_key(one)
            verdicts = [marks.get((look.id, key)) for look in (pair.first, pair.second)]
            if None not in verdicts:
                # The same criterion in other words is another one.
                name = f"{key} {one.words}"
                known[name] = one
                compared.append((name, verdicts[0] == verdicts[1]))
    return tuple(known[name] for name in flagged(compared))


async def _pairs(session: Session, workspace_id: str, ladder: LadderKey) -> list[Pair]:
    rows = await session.execute(
        select(Claim, Review)
        .join(
            Review,
            (col(Review.workspace_id) == col(Claim.workspace_id))
            & (col(Review.claim_id) == col(Claim.id)),
        )
        .where(
            col(Claim.workspace_id) == workspace_id,
            col(Claim.framework) == ladder.framework,
            col(Claim.family) == ladder.family,
            col(Claim.finish_at).is_(None),
            col(Review.state) == "decided",
            col(Review.look) != "steward",
        )
        .order_by(col(Review.decided_at), col(Review.id))
        .execution_options(populate_existing=True)
    )
    return list(_paired((claim, review) for claim, review in rows))


def _paired(rows: Iterable[tuple[Claim, Review]]) -> Iterable[Pair]:
    firsts: dict[tuple[str, int], Review] = {}
    for claim, review in rows:
        place = (claim.id, review.round)
        if review.look != "second":
            firsts[place] = review
        elif place in firsts:
            yield Pair(claim, firsts[place], review)


async def _verdicts(
    session: Session, workspace_id: str, pairs: Iterable[Pair]
) -> dict[tuple[str, str], str]:
    """Return the verdicts of these looks, by the id of the look and by criterion."""
    found: dict[tuple[str, str], str] = {}
    for some in in_batches(look.id for pair in pairs for look in (pair.first, pair.second)):
        rows = await session.execute(
            select(col(MarkRow.review_id), col(MarkRow.criterion), col(MarkRow.verdict)).where(
                col(MarkRow.workspace_id) == workspace_id, col(MarkRow.review_id).in_(some)
            )
        )
        found |= {(review_id, criterion): verdict for review_id, criterion, verdict in rows}
    return found
