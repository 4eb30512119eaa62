"""Claims: what members ask to have verified, and the moves that they make themselves.

Every move locks the member first, then the claim, and appends one row to the ledger in the same transaction.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import CheckConstraint, Index, Select, Text, select, text
from sqlmodel import Field, col

from coaching.evidence import (
    APPEALABLE,
    EDITABLE,
    LONGEST_WORDS,
    MOST_PIECES,
    OPEN,
    WITHDRAWABLE,
    ClaimState,
    Criterion,
    LadderKey,
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
from storage import ledger, members
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, new_id, partial_index, refers_to
from storage.evidence import ladders, pieces, verified
from storage.evidence.pieces import Piece

OPEN_ROWS = text("state IN ('draft', 'submitted', 'returned', 'appealed')")
WAITING_ROWS = text("state IN ('submitted', 'appealed')")


class Claim(Row, table=True):
    """What a member asks to have verified: a level of a ladder, shown from `from_level` on.

    `needs` is the look that it waits for; empty while none is missing. `round` counts how often it was
    submitted or appealed. `criteria` are, as JSON, the criteria of its levels in the words that the member
    read. `finish_at` is when a decision can no longer be undone. `reached` is the level that was decided.
    """

    __tablename__ = "evidence_claim"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'accepted', 'adjusted', 'declined', "
            "'appealed', 'withdrawn', 'revoked')",
            name="state",
        ),
        CheckConstraint("needs IN ('', 'first', 'second', 'appeal', 'steward')", name="needs"),
        partial_index(
            "one_open_claim",
            *("workspace_id", "user_id", "framework", "family"),
            where=OPEN_ROWS,
            is_unique=True,
        ),
        partial_index(
            "ix_evidence_claim_waiting", "workspace_id", "submitted_at", where=WAITING_ROWS
        ),
        partial_index("ix_evidence_claim_finish", "finish_at", where=text("finish_at IS NOT NULL")),
        Index("ix_evidence_claim_of_member", "workspace_id", "user_id", "opened_at"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    framework: str
    family: str
    level: int
    from_level: int
    is_renewal: bool
    state: str
    needs: str = ""
    round: int = 0
    criteria: str = Field(sa_type=Text)
    opened_at: datetime = Field(sa_type=UtcTime)
    first_submitted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    finish_at: datetime | None = Field(default=None, sa_type=UtcTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    reached: int | None = None
    appealed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    appeal_words: str | None = Field(default=None, sa_type=Text)

    @property
    def key(self) -> MemberKey:
        """The member who made it."""
        return MemberKey(self.workspace_id, self.user_id)

    @property
    def ladder(self) -> LadderKey:
        """The ladder that it is about."""
        return LadderKey(self.framework, self.family)

    @property
    def status(self) -> ClaimState:
        """Its state, as the rules know it."""
        return cast("ClaimState", self.state)

    @property
    def covered(self) -> tuple[int, ...]:
        """The levels that it has to show."""
        return levels_to_show(self.level, self.from_level)

    @property
    def all_criteria(self) -> tuple[Criterion, ...]:
        """The criteria of all its levels, also of those that it does not have to show."""
        return tuple(Criterion(**one) for one in json.loads(self.criteria))

    @property
    def to_show(self) -> tuple[Criterion, ...]:
        """The criteria of the levels that it has to show."""
        return tuple(one for one in self.all_criteria if one.level in self.covered)


PERSONAL_DATA = OwnedTable(
    Claim, "claims", "results", order_by="opened_at", json_columns=("criteria",),
    internal=("needs", "finish_at"),
)  # fmt: skip

OpenProblem = Literal["no_such_level", "off", "is_steward", "open", "verified"]
Gone = Literal["gone"]


async def of_member(session: Session, key: MemberKey) -> list[Claim]:
    """Return the member's claims, newest first."""
    found = (
        select(Claim)
        .where(col(Claim.workspace_id) == key.workspace_id, col(Claim.user_id) == key.user_id)
        .order_by(col(Claim.opened_at).desc(), col(Claim.id).desc())
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(found))


async def one(session: Session, workspace_id: str, claim_id: str) -> Claim | None:
    """Return the claim with this id, or None."""
    return await _first(session, _with_id(workspace_id, claim_id))


async def open_in(session: Session, key: MemberKey, ladder: LadderKey) -> Claim | None:
    """Return the member's open claim on this ladder, or None."""
    return await _first(
        session,
        select(Claim).where(
            col(Claim.workspace_id) == key.workspace_id,
            col(Claim.user_id) == key.user_id,
            col(Claim.framework) == ladder.framework,
            col(Claim.family) == ladder.family,
            col(Claim.state).in_(OPEN),
        ),
    )


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
) -> Claim | Literal["gone", "words", "long", "open"]:
    """Ask for another verifier, once, and return the claim.

    "gone" when its decision cannot be appealed, or was before; "open" when there is an open claim on the
    ladder.
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
    claim.appealed_at = claim.submitted_at = now
    claim.appeal_words = words
    await move(session, claim, "appealed", needs="appeal", now=now, by=key, new_round=True)
    return claim


async def move(
    session: Session,
    claim: Claim,
    state: ClaimState,
    *,
    needs: str = "",
    facts: Mapping[str, str | int] | None = None,
    now: datetime,
    by: MemberKey | None,
    new_round: bool = False,
) -> None:
    """Put a claim that is locked into this state, and append the move to the ledger."""
    claim.state, claim.needs = state, needs
    claim.round += new_round
    await session.flush()
    await record(session, claim, state, facts=facts, now=now, by=by)


async def record(
    session: Session,
    claim: Claim,
    act: str,
    *,
    facts: Mapping[str, str | int] | None = None,
    now: datetime,
    by: MemberKey | None,
) -> None:
    """Append what happened to a claim to the ledger."""
    told: dict[str, str | int] = {
        "framework": claim.framework,
        "family": claim.family,
        "level": claim.level,
        "round": claim.round,
    }
    await ledger.append(session, claim.key, act, claim.id, told | dict(facts or {}), now=now, by=by)


async def locked(session: Session, key: MemberKey, claim_id: str) -> Claim | None:
    """Return the member's own claim, locked after the member's row; None if they have no such claim."""
    if await members.lock(session, key, is_alone=True) is None:
        return None
    wanted = _with_id(key.workspace_id, claim_id).where(col(Claim.user_id) == key.user_id)
    return await _first(session, wanted.with_for_update())


async def locked_for(session: Session, by: MemberKey, claim_id: str) -> Claim | None:
    """Return a claim, locked after the member who made it and the one who acts on it."""
    found = await one(session, by.workspace_id, claim_id)
    if found is None:
        return None
    for user_id in sorted({found.user_id, by.user_id}):
        if await members.lock(session, MemberKey(by.workspace_id, user_id), is_alone=True) is None:
            return None
    return await _first(session, _with_id(by.workspace_id, claim_id).with_for_update())


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


def _with_id(workspace_id: str, claim_id: str) -> Select[Any]:
    return select(Claim).where(col(Claim.workspace_id) == workspace_id, col(Claim.id) == claim_id)


async def _first(session: Session, wanted: Select[Any]) -> Claim | None:
    found: Claim | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found
