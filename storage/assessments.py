"""Assessments: opened once, ended once, never edited afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.assessment import Words
from coaching.members import MemberKey
from storage import members, wordings
from storage.answers import answer_card as answer_card
from storage.answers import answers as answers
from storage.answers import keep_draft as keep_draft
from storage.answers import notes as notes
from storage.answers import take_back_card as take_back_card
from storage.guarded import change, is_open
from storage.inserting import insert_new, new_id
from storage.tables import Assessment
from storage.wordings import words as words

ROLE_FAMILIES = "role-families"

SELF = ""
"""The subject of a self-check: the member themself."""

GET = (
    select(Assessment)
    .where(
        col(Assessment.workspace_id) == bindparam("workspace"),
        col(Assessment.id) == bindparam("assessment"),
    )
    .execution_options(populate_existing=True)
)
# SQLite needs no row lock: a writer there is alone from its BEGIN on.
GET_LOCKED = GET.with_for_update()


async def start(
    session: AsyncSession,
    key: MemberKey,
    words: Words,
    *,
    now: datetime,
    card_key: str | None = None,
    is_met: bool = False,
    subject: str = SELF,
) -> Assessment:
    """A new assessment with these words, or the one that is open in this framework for this subject.

    `card_key` announces the post of its card; `is_met` says that this transaction met the member.
    """
    if not is_met:
        await members.ensure(session, key, now=now)
    await wordings.keep(session, key.workspace_id, words)
    values = {
        "workspace_id": key.workspace_id,
        "id": new_id(),
        "user_id": key.user_id,
        "framework": words.framework,
        "family": words.family,
        "version": words.version,
        "wording_digest": words.digest,
        "state": "open",
        "started_at": now,
        "card_key": card_key,
        "revision": 0,
        "subject": subject,
    }
    # The other one may be ended between the insert and the look: then there is room for a new one.
    while True:
        new = await insert_new(session, Assessment, values)
        found = new or await open_one(session, key, words.framework, subject=subject)
        if found:
            return found


async def get(
    session: AsyncSession, workspace_id: str, assessment_id: str, *, lock: bool = False
) -> Assessment | None:
    """The assessment; with `lock` nobody else changes it before this transaction ends."""
    # Every click asks this: the statement is made once, not each time.
    found: Assessment | None = await session.scalar(
        GET_LOCKED if lock else GET, {"workspace": workspace_id, "assessment": assessment_id}
    )
    return found


async def open_one(
    session: AsyncSession,
    key: MemberKey,
    framework: str = ROLE_FAMILIES,
    *,
    subject: str = SELF,
    lock: bool = False,
) -> Assessment | None:
    """What the member has open in a framework about a subject, if there is something."""
    wanted = select(Assessment).where(
        of_member(key), col(Assessment.framework) == framework, col(Assessment.subject) == subject
    )
    return await _one(session, wanted.where(is_open()), lock=lock)


async def open_ones(session: AsyncSession, key: MemberKey) -> list[Assessment]:
    """Everything that the member has open, newest first."""
    rows = await session.scalars(
        select(Assessment)
        .where(of_member(key), is_open())
        .order_by(col(Assessment.started_at).desc(), col(Assessment.id).desc())
    )
    return list(rows)


async def complete(
    session: AsyncSession,
    assessment: Assessment,
    *,
    now: datetime,
    tier: float | None = None,
    floor: float | None = None,
    spread: float | None = None,
    level: int | None = None,
) -> bool:
    """End an open assessment with its result, a tier or a level; False when it had ended before."""
    return await _end(
        session,
        assessment,
        state="completed",
        ended_at=now,
        tier=tier,
        floor=floor,
        spread=spread,
        level=level,
    )


async def abandon(session: AsyncSession, assessment: Assessment, *, now: datetime) -> bool:
    """End an open assessment without a result; False when it had ended before."""
    return await _end(session, assessment, state="abandoned", ended_at=now)


async def claim_card(session: AsyncSession, assessment: Assessment, key: str) -> bool:
    """Announce the next post of the card by its key; where it is stands open until it is pinned.

    False when somebody else announced one since the assessment was read.
    """
    return await change(
        session, assessment, _same_card(assessment), card_key=key, card_channel=None, card_ts=None
    )


async def pin_card(session: AsyncSession, assessment: Assessment, *, channel: str, ts: str) -> bool:
    """Note where the announced card was posted; False when another was announced meanwhile."""
    return await change(
        session, assessment, _same_card(assessment), card_channel=channel, card_ts=ts
    )


async def history(
    session: AsyncSession, key: MemberKey, *, framework: str | None = None, limit: int = 50
) -> list[Assessment]:
    """The member's completed self-checks, newest first, of one framework if asked so."""
    return list(await session.scalars(_completed(key, framework).limit(limit)))


async def latest(
    session: AsyncSession,
    key: MemberKey,
    *,
    framework: str | None = None,
    family: str | None = None,
    before: datetime | None = None,
) -> Assessment | None:
    """The last completed self-check, of one framework, one family or before one moment if asked so."""
    wanted = _completed(key, framework).limit(1)
    if family is not None:
        wanted = wanted.where(col(Assessment.family) == family)
    if before is not None:
        wanted = wanted.where(col(Assessment.ended_at) < before)
    return await _one(session, wanted)


async def on_card(session: AsyncSession, row: Assessment) -> Assessment | None:
    """What the card of this one is about by now: who starts over goes on in the same message."""
    wanted = (
        select(Assessment)
        .where(
            of_member(MemberKey(row.workspace_id, row.user_id)),
            col(Assessment.card_channel) == row.card_channel,
            col(Assessment.card_ts) == row.card_ts,
            col(Assessment.state) != "abandoned",
        )
        .order_by(col(Assessment.started_at).desc(), col(Assessment.id).desc())
        .limit(1)
    )
    return await _one(session, wanted)


def of_member(key: MemberKey) -> ColumnElement[bool]:
    """The condition that finds all assessments of one member."""
    of_workspace = col(Assessment.workspace_id) == key.workspace_id
    return of_workspace & (col(Assessment.user_id) == key.user_id)


def _same_card(assessment: Assessment) -> ColumnElement[bool]:
    return col(Assessment.card_key).is_not_distinct_from(assessment.card_key)


async def _end(session: AsyncSession, assessment: Assessment, **values: Any) -> bool:
    """The last change; what was chosen on the open card and not answered is forgotten."""
    counted = Assessment.revision + 1
    return await change(session, assessment, is_open(), **values, draft=None, revision=counted)


def _completed(key: MemberKey, framework: str | None) -> Select[Assessment]:
    """What the member said of themself; gradings and projects are about somebody or something else."""
    done = select(Assessment).where(
        of_member(key), col(Assessment.state) == "completed", col(Assessment.subject) == SELF
    )
    if framework is not None:
        done = done.where(col(Assessment.framework) == framework)
    return done.order_by(col(Assessment.ended_at).desc(), col(Assessment.id).desc())


async def _one(
    session: AsyncSession, wanted: Select[Assessment], *, lock: bool = False
) -> Assessment | None:
    # SQLite needs no row lock: a writer there is alone from its BEGIN on.
    statement = wanted.with_for_update() if lock else wanted
    found: Assessment | None = await session.scalar(
        statement.execution_options(populate_existing=True)
    )
    return found
