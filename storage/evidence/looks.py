"""Looks at claims: who took which claim, what they marked, and what they decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CheckConstraint, ColumnElement, Index, Text, select, text
from sqlmodel import Field, col

from coaching.evidence import OPEN, Look, Mark, Verdict
from coaching.members import MemberKey
from storage import members
from storage.database import Session
from storage.database.rows import (
    NamingTable,
    OwnedTable,
    Row,
    UtcTime,
    insert_into,
    json_values,
    partial_index,
    refers_to,
)
from storage.evidence.claim_rows import Claim
from storage.members import Member

DECIDED = ("decided", "revoked")
"""The states in which somebody decided; a decision that was undone is taken again."""


class Review(Row, table=True):
    """One look at a claim by one person, who is forgotten when they erase their data.

    `level` is the level that they decided, 0 for none. `held_until` is when a claim that was taken goes back
    to the queue. `talk_at` is when they proposed a talk.
    """

    __tablename__ = "evidence_review"
    __table_args__ = (
        refers_to("evidence_claim", claim_id="id"),
        CheckConstraint(
            "state IN ('taken', 'given_back', 'returned', 'decided', 'revoked')", name="state"
        ),
        CheckConstraint("look IN ('first', 'second', 'appeal', 'steward')", name="look"),
        partial_index(
            "one_taken_review",
            *("workspace_id", "claim_id"),
            where=text("state = 'taken'"),
            is_unique=True,
        ),
        Index("ix_evidence_review_of_claim", "workspace_id", "claim_id", "id"),
        Index("ix_evidence_review_of_verifier", "workspace_id", "verifier", "state"),
    )

    id: str = Field(primary_key=True)
    claim_id: str
    round: int
    look: str
    state: str
    verifier: str | None = None
    taken_at: datetime = Field(sa_type=UtcTime)
    held_until: datetime = Field(sa_type=UtcTime)
    talk_at: datetime | None = Field(default=None, sa_type=UtcTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    level: int | None = None
    words: str | None = Field(default=None, sa_type=Text)

    @property
    def kind(self) -> Look:
        """The look that it is, as the rules know it."""
        return cast("Look", self.look)


class MarkRow(Row, table=True):
    """What a review says of one criterion."""

    __tablename__ = "evidence_mark"
    __table_args__ = (
        refers_to("evidence_review", review_id="id"),
        CheckConstraint("verdict IN ('shown', 'not_shown', 'cannot_tell')", name="verdict"),
    )

    review_id: str = Field(primary_key=True)
    criterion: str = Field(primary_key=True)
    verdict: str
    words: str = Field(sa_type=Text)
    marked_at: datetime = Field(sa_type=UtcTime)


async def reviews_about(_session: Session, key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the reviews of the member's claims."""
    here = col(Review.workspace_id) == key.workspace_id
    return here & col(Review.claim_id).in_(_claims_of(key))


async def marks_about(session: Session, key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the marks in reviews of the member's claims."""
    theirs = select(col(Review.id)).where(await reviews_about(session, key))
    return (col(MarkRow.workspace_id) == key.workspace_id) & col(MarkRow.review_id).in_(theirs)


REVIEW_DATA = NamingTable(
    Review,
    "reviews_by_you",
    columns=("verifier",),
    section="log",
    order_by="taken_at",
    fields=("id", "state", "verifier", "taken_at", "decided_at", "level", "words"),
)


async def of_claim(session: Session, workspace_id: str, claim_id: str) -> list[Review]:
    """Return the reviews of a claim, oldest first."""
    found = (
        select(Review)
        .where(col(Review.workspace_id) == workspace_id, col(Review.claim_id) == claim_id)
        .order_by(col(Review.taken_at), col(Review.id))
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(found))


async def get(session: Session, workspace_id: str, review_id: str) -> Review | None:
    """Return the review with this id, or None."""
    found: Review | None = await session.scalar(
        select(Review)
        .where(col(Review.workspace_id) == workspace_id, col(Review.id) == review_id)
        .execution_options(populate_existing=True)
    )
    return found


async def locked_with_claim(
    session: Session, by: MemberKey, review_id: str
) -> tuple[Claim, Review, Member] | None:
    """Return a claim, a review of it, and who acts on it, all locked; None if there is no such review.

    Whoever made the claim is locked first, together with whoever acts, and the claim after them.
    """
    here = (col(Review.workspace_id) == by.workspace_id) & (col(Review.id) == review_id)
    its_claim = (col(Claim.workspace_id) == col(Review.workspace_id)) & (
        col(Claim.id) == col(Review.claim_id)
    )
    whose = select(col(Claim.user_id)).join(Review, its_claim).where(here).scalar_subquery()
    member = await members.lock_with(session, by, whose)
    found = await session.execute(
        select(Claim, Review)
        .join(Review, its_claim)
        .where(here)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    pair = found.first()
    return None if member is None or pair is None else (pair[0], pair[1], member)


async def marks_of(session: Session, review: Review) -> dict[str, Mark]:
    """Return the marks of a review by criterion."""
    found = await session.scalars(
        select(MarkRow)
        .where(
            col(MarkRow.workspace_id) == review.workspace_id, col(MarkRow.review_id) == review.id
        )
        .order_by(col(MarkRow.criterion))
        .execution_options(populate_existing=True)
    )
    return {row.criterion: Mark(cast("Verdict", row.verdict), row.words) for row in found}


async def save_mark(
    session: Session, review: Review, criterion: str, mark: Mark, *, now: datetime
) -> None:
    """Store what a review says of a criterion, in place of what it said before."""
    changes = {"verdict": mark.verdict, "words": mark.words, "marked_at": now}
    new = insert_into(session, MarkRow).values(
        workspace_id=review.workspace_id, review_id=review.id, criterion=criterion, **changes
    )
    columns = ["workspace_id", "review_id", "criterion"]
    await session.execute(new.on_conflict_do_update(index_elements=columns, set_=changes))


def taken_now(reviews: Iterable[Review], now: datetime) -> Review | None:
    """Return the review that holds the claim at this moment, or None."""
    return next((one for one in reviews if one.state == "taken" and now < one.held_until), None)


def decided_in(reviews: Sequence[Review], round_number: int) -> list[Review]:
    """Return the decisions of this round, oldest first."""
    here = [one for one in reviews if one.round == round_number and one.state == "decided"]
    return sorted(here, key=lambda one: (one.decided_at is None, one.decided_at))


def standing(decided: Sequence[Review]) -> Review:
    """Return which of a round's decisions stands: the last one.

    It is the first where a second look came to something else and no steward could decide.
    """
    last = decided[-1]
    first = next((one for one in decided if one.look != "second"), last)
    return first if last.look == "second" and first.level != last.level else last


async def is_split(session: Session, review: Review) -> bool:
    """Return whether this decision stands although a second look came to something else."""
    if review.look in ("second", "steward"):
        return False
    every = await of_claim(session, review.workspace_id, review.claim_id)
    return any(
        one.look == "second" and one.level != review.level
        for one in decided_in(every, review.round)
    )


async def readable_reviews(session: Session, claim: Claim) -> list[Review]:
    """Return the reviews of a claim that its member may read, oldest first.

    These are the returns, the revocations, and the decision that stands of each round that is over. While a
    claim waits for a decision, the member hears nothing of those that may be undone, or made a second time.
    """
    return _told(claim, await of_claim(session, claim.workspace_id, claim.id))


def _told(claim: Claim, reviews: Sequence[Review]) -> list[Review]:
    is_over = claim.status not in OPEN and claim.status != "withdrawn"
    returned = {one.round for one in reviews if one.state == "returned"}
    over = {
        one.round
        for one in reviews
        if one.state == "decided"
        and one.round not in returned
        and (is_over or one.round < claim.round)
    }
    stands = {number: standing(decided_in(reviews, number)).id for number in over}
    return [
        one
        for one in reviews
        if one.state in ("returned", "revoked") or stands.get(one.round) == one.id
    ]


async def _told_to(session: Session, key: MemberKey) -> list[Review]:
    """Return the reviews of all claims of a member that they may read."""
    found: dict[str, tuple[Claim, list[Review]]] = {}
    for claim, review in await session.execute(
        select(Claim, Review)
        .join(
            Review,
            (col(Review.workspace_id) == col(Claim.workspace_id))
            & (col(Review.claim_id) == col(Claim.id)),
        )
        .where(col(Claim.workspace_id) == key.workspace_id, col(Claim.user_id) == key.user_id)
        .order_by(col(Review.taken_at), col(Review.id))
    ):
        found.setdefault(claim.id, (claim, []))[1].append(review)
    return [one for claim, reviews in found.values() for one in _told(claim, reviews)]


async def _export_reviews(session: Session, key: MemberKey) -> list[dict[str, Any]]:
    rows = [json_values(review) for review in await _told_to(session, key)]
    return [{name: row[name] for name in REVIEW_FIELDS} for row in rows]


async def _export_marks(session: Session, key: MemberKey) -> list[dict[str, Any]]:
    told = [review.id for review in await _told_to(session, key)]
    rows = await session.scalars(
        select(MarkRow)
        .where(col(MarkRow.workspace_id) == key.workspace_id, col(MarkRow.review_id).in_(told))
        .order_by(col(MarkRow.review_id), col(MarkRow.criterion))
    )
    return [{name: json_values(row)[name] for name in MARK_FIELDS} for row in rows]


def _claims_of(key: MemberKey) -> ColumnElement[str]:
    return (
        select(col(Claim.id))
        .where(col(Claim.workspace_id) == key.workspace_id, col(Claim.user_id) == key.user_id)
        .scalar_subquery()
    )


REVIEW_FIELDS = (
    *("id", "claim_id", "state", "talk_at", "decided_at", "level", "words"),
    *("round", "look", "taken_at", "held_until"),
)
MARK_FIELDS = ("review_id", "criterion", "verdict", "words", "marked_at")

PERSONAL_DATA = OwnedTable(
    Review,
    "reviews_of_claims",
    "results",
    export=_export_reviews,
    fields=REVIEW_FIELDS,
    internal=("round", "look", "taken_at", "held_until"),
    rows_of=reviews_about,
)
MARK_DATA = OwnedTable(
    MarkRow,
    "marks",
    "results",
    export=_export_marks,
    fields=MARK_FIELDS,
    rows_of=marks_about,
)
