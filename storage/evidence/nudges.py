"""Who was asked to look at a claim: a verifier, again after 3 days, another after 7, then the steward."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import CheckConstraint, ColumnElement, Index, delete, func, select
from sqlmodel import Field, col

from coaching.evidence import ASK_ANOTHER_AFTER, REMIND_AFTER, STEWARD_AFTER, WAITING
from coaching.members import MemberKey
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    insert_new,
    json_values,
    refers_to,
    workspaces_with,
)
from storage.evidence import claim_rows, ladders, looks
from storage.evidence.bars import reviewer
from storage.evidence.claim_rows import IS_WAITING, Claim

Stage = Literal["new", "reminder", "another", "steward"]
STAGES: tuple[tuple[Stage, timedelta], ...] = (
    ("steward", STEWARD_AFTER),
    ("another", ASK_ANOTHER_AFTER),
    ("reminder", REMIND_AFTER),
    ("new", timedelta()),
)
"""How long a claim waits before somebody is asked again, the longest first."""


class Ask(Row, table=True):
    """That somebody was asked to look at a claim, at this stage of its waiting.

    Which look it is for does not stand here: nobody can tell a second look, also not by their own data.
    """

    __tablename__ = "evidence_ask"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("evidence_claim", claim_id="id"),
        CheckConstraint("stage IN ('new', 'reminder', 'another', 'steward')", name="stage"),
        Index("ix_evidence_ask_of_member", "workspace_id", "user_id"),
    )

    claim_id: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    user_id: str
    asked_at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True)
class Nudge:
    """That this person is to be asked to look at a claim, or reminded that they were."""

    to: MemberKey
    claim_id: str
    stage: Stage
    waits_since: datetime


async def rows_of(_session: Session, key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches what the member was asked, and what was asked on their claims."""
    theirs = select(col(Claim.id)).where(
        col(Claim.workspace_id) == key.workspace_id, col(Claim.user_id) == key.user_id
    )
    here = col(Ask.workspace_id) == key.workspace_id
    return here & ((col(Ask.user_id) == key.user_id) | col(Ask.claim_id).in_(theirs))


async def _export(session: Session, key: MemberKey) -> list[dict[str, Any]]:
    mine = (col(Ask.workspace_id) == key.workspace_id) & (col(Ask.user_id) == key.user_id)
    rows = await session.scalars(select(Ask).where(mine).order_by(col(Ask.asked_at)))
    return [{name: json_values(row)[name] for name in ASK_FIELDS} for row in rows]


ASK_FIELDS = ("claim_id", "stage", "asked_at")
PERSONAL_DATA = OwnedTable(
    Ask, "asked_to_look", "log", export=_export, fields=ASK_FIELDS, rows_of=rows_of
)


async def forget(session: Session, claim: Claim) -> None:
    """Delete who was asked about a claim: it waits for another look now."""
    here = (col(Ask.workspace_id) == claim.workspace_id) & (col(Ask.claim_id) == claim.id)
    await session.execute(delete(Ask).where(here))


async def due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the workspaces in which claims wait for a decision."""
    waits = col(Claim.submitted_at) <= now
    return list(await session.scalars(workspaces_with(Claim, IS_WAITING, waits).limit(200)))


async def next_nudge(session: Session, workspace_id: str, *, now: datetime) -> Nudge | None:
    """Return who is to be asked next, and store that they were; None when nobody is.

    The caller sends the message in the same transaction.
    """
    asked = await session.scalars(
        select(Ask)
        .join(
            Claim,
            (col(Claim.workspace_id) == col(Ask.workspace_id))
            & (col(Claim.id) == col(Ask.claim_id)),
        )
        .where(col(Ask.workspace_id) == workspace_id, col(Claim.state).in_(WAITING))
    )
    before: dict[str, list[Ask]] = {}
    for one in asked:
        before.setdefault(one.claim_id, []).append(one)
    waiting = await session.scalars(
        select(Claim)
        .where(
            col(Claim.workspace_id) == workspace_id,
            col(Claim.state).in_(WAITING),
            col(Claim.needs) != "",
        )
        .order_by(col(Claim.submitted_at), col(Claim.id))
        .execution_options(populate_existing=True)
    )
    for claim in list(waiting):
        known = before.get(claim.id, [])
        stage = stage_of(claim, now=now)
        if any(one.stage == stage for one in known):
            continue
        if user_id := await _whom(session, claim, stage, known, now=now):
            return await _ask(session, claim, stage, user_id, now=now)
    return None


def stage_of(claim: Claim, *, now: datetime) -> Stage:
    """Return how far a claim has waited; one that is the steward's goes to the steward at once."""
    if claim.needs == "steward":
        return "steward"
    waited = now - (claim.submitted_at or now)
    return next((stage for stage, after in STAGES if waited >= after), "new")


async def _whom(
    session: Session, claim: Claim, stage: Stage, known: list[Ask], *, now: datetime
) -> str | None:
    """Return whom to ask; None when nobody can be asked now."""
    ladder = await ladders.get(session, claim.workspace_id, claim.ladder)
    if stage == "steward":
        steward = ladder.steward if ladder else None
        return steward if steward != claim.user_id else None
    reviews = await looks.of_claim(session, claim.workspace_id, claim.id)
    holder = looks.taken_now((one for one in reviews if one.round == claim.round), now)
    if holder is not None:
        return holder.verifier if stage == "reminder" else None
    may = [
        one.user_id
        for one in await ladders.verifiers_of(session, claim.workspace_id, claim.ladder, now=now)
        if await _may(session, claim, one.user_id, now=now)
    ]
    asked = [one.user_id for one in known]
    if stage == "reminder" and asked and asked[0] in may:
        return asked[0]
    others = [user for user in may if user not in asked] or may
    counts = await _asks(session, claim.workspace_id, others)
    return min(others, key=lambda user: (counts.get(user, 0), user), default=None)


async def _may(session: Session, claim: Claim, user_id: str, *, now: datetime) -> bool:
    who = await reviewer(session, MemberKey(claim.workspace_id, user_id), now=now)
    return who.bar(claim, now=now) is None


async def _asks(session: Session, workspace_id: str, user_ids: list[str]) -> dict[str, int]:
    rows = await session.execute(
        select(col(Ask.user_id), func.count())
        .where(col(Ask.workspace_id) == workspace_id, col(Ask.user_id).in_(user_ids))
        .group_by(col(Ask.user_id))
    )
    return {row[0]: row[1] for row in rows}


async def _ask(
    session: Session, claim: Claim, stage: Stage, user_id: str, *, now: datetime
) -> Nudge | None:
    to = MemberKey(claim.workspace_id, user_id)
    here = await claim_rows.locked_for(session, to, claim.id)
    if here is None or (here.round, here.needs) != (claim.round, claim.needs):
        return None
    row = {
        "workspace_id": claim.workspace_id,
        "claim_id": claim.id,
        "stage": stage,
        "user_id": user_id,
        "asked_at": now,
    }
    if await insert_new(session, Ask, row) is None:
        return None
    return Nudge(to, claim.id, stage, claim.submitted_at or now)


async def stage_asked(session: Session, key: MemberKey, claim_id: str) -> Stage:
    """Return the stage at which this person was asked to look at a claim last; "new" if they were not."""
    found = await session.scalar(
        select(col(Ask.stage))
        .where(
            col(Ask.workspace_id) == key.workspace_id,
            col(Ask.claim_id) == claim_id,
            col(Ask.user_id) == key.user_id,
        )
        .order_by(col(Ask.asked_at).desc())
        .limit(1)
    )
    return next((stage for stage, _ in STAGES if stage == found), "new")
