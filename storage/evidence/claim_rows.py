"""Claims as rows: what members ask to have verified, how they are read, locked and moved.

Whoever moves a claim locks the member who made it, then the claim, and appends a row to the ledger last.
"""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    Text,
    literal_column,
    select,
    text,
)
from sqlmodel import Field, col

from coaching.evidence import OPEN, ClaimState, Criterion, LadderKey, levels_to_show
from coaching.members import MemberKey
from storage import members
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, partial_index, refers_to
from storage.ledger import ledger
from storage.members import Member

OPEN_ROWS = text("state IN ('draft', 'submitted', 'returned', 'appealed')")
IS_WAITING: ColumnElement[bool] = literal_column(
    "evidence_claim.state IN ('submitted', 'appealed')", Boolean
)
"""Written out, because a partial index is only found by its own words."""

PAGE = 200
"""How many claims that wait are read at once."""

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


async def pages_of_waiting(
    session: Session, workspace_id: str, *where: ColumnElement[bool]
) -> AsyncIterator[list[Claim]]:
    """Yield the claims that wait for a look and meet these conditions, oldest first, some at a time."""
    since, claim_id = col(Claim.submitted_at), col(Claim.id)
    wanted = (
        select(Claim)
        .where(col(Claim.workspace_id) == workspace_id, IS_WAITING, col(Claim.needs) != "", *where)
        .order_by(since, claim_id)
        .limit(PAGE)
        .execution_options(populate_existing=True)
    )
    page = list(await session.scalars(wanted))
    while page:
        last = page[-1]
        yield page
        if len(page) < PAGE:
            return
        is_later = (since > last.submitted_at) | (claim_id > last.id)
        page = list(await session.scalars(wanted.where(since >= last.submitted_at, is_later)))


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


async def locked_for(session: Session, by: MemberKey, claim_id: str) -> tuple[Claim, Member] | None:
    """Return a claim and the member who acts on it, locked; whoever made it is locked before it."""
    wanted = _with_id(by.workspace_id, claim_id)
    whose = wanted.with_only_columns(col(Claim.user_id)).scalar_subquery()
    member = await members.lock_with(session, by, whose)
    claim = await _first(session, wanted.with_for_update())
    return (claim, member) if claim and member else None


def _with_id(workspace_id: str, claim_id: str) -> Select[Any]:
    return select(Claim).where(col(Claim.workspace_id) == workspace_id, col(Claim.id) == claim_id)


async def _first(session: Session, wanted: Select[Any]) -> Claim | None:
    found: Claim | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found
