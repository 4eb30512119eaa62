"""Who was asked to look at a claim: a verifier, again after 3 days, another after 7, then the steward."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    case,
    delete,
    exists,
    func,
    select,
)
from sqlmodel import Field, col

from coaching.evidence import ASK_ANOTHER_AFTER, REMIND_AFTER, STEWARD_AFTER, LadderKey
from coaching.members import MemberKey
from storage import workspaces
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
from storage.evidence import claim_rows, ladders
from storage.evidence.claim_rows import IS_WAITING, Claim
from storage.evidence.exclusions import reviewers
from storage.evidence.queue import held_now

Stage = Literal["new", "reminder", "another", "steward"]
STAGES: tuple[tuple[Stage, timedelta], ...] = (
    ("steward", STEWARD_AFTER),
    ("another", ASK_ANOTHER_AFTER),
    ("reminder", REMIND_AFTER),
    ("new", timedelta()),
)
"""How long a claim waits before somebody is asked again, the longest first."""


class Ask(Row, table=True):
    """A person was asked to look at a claim, at this stage of its waiting.

    Which look it is for is not stored, so that a verifier's export does not say that it was a second one.
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
class ReviewRequest:
    """A request to this person to look at a claim, or a reminder of one."""

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


async def forget_steward(session: Session, workspace_id: str, ladder: LadderKey) -> None:
    """Delete that a steward was asked about claims of this ladder: it gets another."""
    of_ladder = select(col(Claim.id)).where(
        col(Claim.workspace_id) == workspace_id,
        col(Claim.framework) == ladder.framework,
        col(Claim.family) == ladder.family,
        IS_WAITING,
    )
    was_asked = (col(Ask.workspace_id) == workspace_id) & (col(Ask.stage) == "steward")
    await session.execute(delete(Ask).where(was_asked, col(Ask.claim_id).in_(of_ladder)))


async def due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces in which a claim waits, and nobody was asked at its present stage."""
    found = workspaces_with(Claim, IS_WAITING, _is_unasked(now))
    connected = workspaces.is_connected(found.selected_columns.workspace_id)
    return list(await session.scalars(found.where(connected).limit(200)))


async def next_request(
    session: Session, workspace_id: str, *, now: datetime
) -> ReviewRequest | None:
    """Return who is to be asked next, and store that they were; None when nobody is.

    While somebody holds a claim, only they are reminded of it, and the next stage waits. Where the steward
    may not decide on it, another verifier is asked in their place.

    The caller sends the message in the same transaction. Claims are read in pages, and what is known of
    people once for a page, so that no claim and no verifier takes a statement of its own.
    """
    set_now = await ladders.set_ladders(session, workspace_id)
    stewards = {row.ladder: row.steward for row in set_now if row.steward}
    verifiers: dict[LadderKey, list[str]] = {}
    async for page in claim_rows.pages_of_waiting(session, workspace_id, _is_unasked(now)):
        for ladder in {claim.ladder for claim in page} - verifiers.keys():
            may = await ladders.verifiers_of(session, workspace_id, ladder, now=now)
            verifiers[ladder] = [one.user_id for one in may]
        ids = [claim.id for claim in page]
        asked = await _asked(session, workspace_id, ids)
        held = await held_now(session, workspace_id, ids, now)
        people = await reviewers(session, workspace_id, verifiers, stewards=stewards, now=now)
        for claim in page:
            stage, holder = stage_of(claim, now=now), held.get(claim.id)
            steward = stewards.get(claim.ladder)
            if holder is not None:
                found = [holder.verifier] if stage == "reminder" and holder.verifier else []
            elif stage == "steward" and steward and not people[steward].exclusion(claim, now=now):
                found = [steward]
            else:
                may_look = [
                    user
                    for user in verifiers[claim.ladder]
                    if people[user].exclusion(claim, now=now) is None
                ]
                found = _first_choice(stage, may_look, asked.get(claim.id, []))
            if found:
                user_id = await _least_asked(session, workspace_id, found)
                return await _ask(session, claim, stage, user_id, now=now)
    return None


def stage_of(claim: Claim, *, now: datetime) -> Stage:
    """Return how far a claim has waited; one that is the steward's goes to the steward at once.

    A second look never goes to the steward, who decides where it disagrees.
    """
    if claim.needs == "steward":
        return "steward"
    waited = now - (claim.submitted_at or now)
    found: Stage = next((stage for stage, after in STAGES if waited >= after), "new")
    return "another" if (found, claim.needs) == ("steward", "second") else found


def _is_unasked(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a claim waits and nobody was asked at its present `stage_of`."""
    since = col(Claim.submitted_at)
    stage = case(
        (col(Claim.needs) == "steward", "steward"),
        ((col(Claim.needs) == "second") & (since <= now - ASK_ANOTHER_AFTER), "another"),
        *[(since <= now - after, name) for name, after in STAGES],
    )
    was_asked = exists().where(
        col(Ask.workspace_id) == col(Claim.workspace_id),
        col(Ask.claim_id) == col(Claim.id),
        col(Ask.stage) == stage,
    )
    return (since <= now) & (col(Claim.needs) != "") & ~was_asked.correlate(Claim)


async def _asked(session: Session, workspace_id: str, claim_ids: list[str]) -> dict[str, list[str]]:
    """Return who was asked to look at each of these claims, first the one who was asked first."""
    found: dict[str, list[str]] = {}
    for claim_id, user_id in await session.execute(
        select(col(Ask.claim_id), col(Ask.user_id))
        .where(col(Ask.workspace_id) == workspace_id, col(Ask.claim_id).in_(claim_ids))
        .order_by(col(Ask.asked_at))
    ):
        found.setdefault(claim_id, []).append(user_id)
    return found


def _first_choice(stage: Stage, may: list[str], asked: list[str]) -> list[str]:
    """Return those of whom one is asked: the same again as a reminder, or else people who were not asked."""
    if stage == "reminder" and asked and asked[0] in may:
        return asked[:1]
    return [user for user in may if user not in asked] or may


async def _least_asked(session: Session, workspace_id: str, user_ids: list[str]) -> str:
    counts = await _asks(session, workspace_id, user_ids) if len(user_ids) > 1 else {}
    return min(user_ids, key=lambda user: (counts.get(user, 0), user))


async def _asks(session: Session, workspace_id: str, user_ids: list[str]) -> dict[str, int]:
    rows = await session.execute(
        select(col(Ask.user_id), func.count())
        .where(col(Ask.workspace_id) == workspace_id, col(Ask.user_id).in_(user_ids))
        .group_by(col(Ask.user_id))
    )
    return {row[0]: row[1] for row in rows}


async def _ask(
    session: Session, claim: Claim, stage: Stage, user_id: str, *, now: datetime
) -> ReviewRequest | None:
    to = MemberKey(claim.workspace_id, user_id)
    # The lock reads the claim anew, into the same object.
    before = (claim.round, claim.needs)
    if await claim_rows.locked_for(session, to, claim.id) is None:
        return None
    if (claim.round, claim.needs) != before:
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
    return ReviewRequest(to, claim.id, stage, claim.submitted_at or now)


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
