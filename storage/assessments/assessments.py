"""Assessments: one run through the questions of a framework, opened once and ended once.

Every change is one UPDATE with the conditions under which it is allowed, see `update_if`. An assessment that
has ended never changes.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    Text,
    bindparam,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, col

from coaching.assessment import Words
from coaching.members import MemberKey
from storage import members
from storage.allowances import CONVERSATIONS, LimitReached
from storage.assessments import wordings
from storage.database import Session
from storage.database.rows import Row, UtcTime, insert_new, new_id, partial_index, refers_to

OPEN_ROWS = text("state = 'open'")


class Assessment(Row, table=True):
    """One run through the cards of a framework: open, then completed or abandoned.

    `subject` is what it is about: empty for the member themself, an agent's id, or `need:` and a channel for
    a project. `draft` is what is chosen, and not yet submitted, on the open card.
    """

    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("wording", wording_digest="digest"),
        CheckConstraint("state IN ('open', 'completed', 'abandoned')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint(
            "(state = 'completed') = (tier IS NOT NULL OR level IS NOT NULL)", name="completed"
        ),
        CheckConstraint("tier BETWEEN 0.5 AND 3", name="tier"),
        CheckConstraint("floor BETWEEN 0.5 AND 3", name="floor"),
        CheckConstraint("spread BETWEEN 0 AND 2.5", name="spread"),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
        partial_index(
            "one_open_assessment",
            "workspace_id",
            "user_id",
            "framework",
            "subject",
            where=OPEN_ROWS,
            is_unique=True,
        ),
        Index("ix_assessment_of_member", "workspace_id", "user_id", "ended_at", "id"),
        Index("ix_assessment_of_wording", "workspace_id", "wording_digest"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    framework: str
    family: str
    version: str
    wording_digest: str
    state: str
    started_at: datetime = Field(sa_type=UtcTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    tier: float | None = None
    floor: float | None = None
    spread: float | None = None
    card_channel: str | None = None
    card_ts: str | None = None
    card_key: str | None = None
    revision: int = 0
    subject: str = Field(default="", sa_column_kwargs={"server_default": ""})
    level: int | None = None
    draft: str | None = Field(default=None, sa_type=Text)


ROLE_FAMILIES = "role-families"

SELF = ""  # The subject of a self-check: the member themself.

GET = (
    select(Assessment)
    .where(
        col(Assessment.workspace_id) == bindparam("workspace"),
        col(Assessment.id) == bindparam("assessment"),
    )
    .execution_options(populate_existing=True)
)

# SQLite ignores this: there, a writer has the whole database from its BEGIN on.
GET_LOCKED = GET.with_for_update()


async def start(
    session: Session,
    key: MemberKey,
    words: Words,
    *,
    now: datetime,
    card_key: str | None = None,
    is_met: bool = False,
    subject: str = SELF,
) -> Assessment:
    """Return the open assessment in this framework about this subject; start one if there is none.

    `card_key` is the key of the post that will show its card. With `is_met`, the caller has already changed
    the member in this transaction, which locks them. Raises LimitReached when the member has too many open.
    """
    if not is_met:
        await members.ensure(session, key, now=now, is_alone=True)
    await wordings.save(session, key.workspace_id, words)
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
    found = None
    # An open one can end between a failed insert and the query; then the insert is tried again.
    while found is None:
        new = await insert_new(session, Assessment, values)
        found = new or await get_open(session, key, words.framework, subject=subject)
    if new and len(await list_open(session, key)) > CONVERSATIONS.most:
        raise LimitReached(CONVERSATIONS)
    return found


async def get(
    session: Session, workspace_id: str, assessment_id: str, *, lock: bool = False
) -> Assessment | None:
    """Return the assessment; with `lock`, locked until this transaction ends."""
    found: Assessment | None = await session.scalar(
        GET_LOCKED if lock else GET, {"workspace": workspace_id, "assessment": assessment_id}
    )
    return found


async def get_open(
    session: Session,
    key: MemberKey,
    framework: str = ROLE_FAMILIES,
    *,
    subject: str = SELF,
    lock: bool = False,
) -> Assessment | None:
    """Return the member's open assessment in a framework about a subject, if there is one."""
    wanted = select(Assessment).where(
        is_assessment_of(key),
        col(Assessment.framework) == framework,
        col(Assessment.subject) == subject,
    )
    return await _one(session, wanted.where(is_open()), lock=lock)


async def list_open(session: Session, key: MemberKey) -> list[Assessment]:
    """Return the member's open assessments, newest first."""
    rows = await session.scalars(
        select(Assessment)
        .where(is_assessment_of(key), is_open())
        .order_by(col(Assessment.started_at).desc(), col(Assessment.id).desc())
    )
    return list(rows)


async def complete(
    session: Session,
    assessment: Assessment,
    *,
    now: datetime,
    tier: float | None = None,
    floor: float | None = None,
    spread: float | None = None,
    level: int | None = None,
) -> bool:
    """End an open assessment with a tier or a level; return False if it had already ended."""
    result = {"tier": tier, "floor": floor, "spread": spread, "level": level}
    return await _end(session, assessment, state="completed", ended_at=now, **result)


async def change_words(session: Session, assessment: Assessment, words: Words) -> None:
    """Store these words in place of those of the assessment, which are deleted if nothing else uses them."""
    old = assessment.wording_digest
    await wordings.save(session, assessment.workspace_id, words)
    await update_if(session, assessment, wording_digest=words.digest)
    if old != words.digest:
        await wordings.remove_unused(session, assessment.workspace_id, old)


async def abandon(session: Session, assessment: Assessment, *, now: datetime) -> bool:
    """End an open assessment without a result; return False if it had already ended."""
    return await _end(session, assessment, state="abandoned", ended_at=now)


async def history(
    session: Session, key: MemberKey, *, framework: str | None = None, limit: int = 50
) -> list[Assessment]:
    """Return the member's completed self-checks, newest first, optionally of one framework."""
    return list(await session.scalars(_completed(key, framework).limit(limit)))


async def latest_by_framework(session: Session, key: MemberKey) -> list[Assessment]:
    """Return the member's last completed self-check in each framework, newest first."""
    found: dict[str, Assessment] = {}
    for row in await history(session, key):
        found.setdefault(row.framework, row)
    return list(found.values())


async def latest(
    session: Session,
    key: MemberKey,
    *,
    framework: str | None = None,
    family: str | None = None,
    before: datetime | None = None,
) -> Assessment | None:
    """Return the last completed self-check, optionally of a framework, of a family or before a moment."""
    wanted = _completed(key, framework).limit(1)
    if family is not None:
        wanted = wanted.where(col(Assessment.family) == family)
    if before is not None:
        wanted = wanted.where(col(Assessment.ended_at) < before)
    return await _one(session, wanted)


def is_assessment_of(key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches all assessments of a member."""
    of_workspace = col(Assessment.workspace_id) == key.workspace_id
    return of_workspace & (col(Assessment.user_id) == key.user_id)


async def _end(session: Session, assessment: Assessment, **values: Any) -> bool:
    """End an open assessment and delete its draft."""
    counted = Assessment.revision + 1
    return await update_if(session, assessment, is_open(), **values, draft=None, revision=counted)


def _completed(
    key: MemberKey, framework: str | None = None, *, subject: str = SELF
) -> Select[Assessment]:
    done = select(Assessment).where(
        is_assessment_of(key),
        col(Assessment.state) == "completed",
        col(Assessment.subject) == subject,
    )
    if framework is not None:
        done = done.where(col(Assessment.framework) == framework)
    return done.order_by(col(Assessment.ended_at).desc(), col(Assessment.id).desc())


async def _one(
    session: Session, wanted: Select[Assessment], *, lock: bool = False
) -> Assessment | None:
    # SQLite ignores the row lock, see GET_LOCKED.
    statement = wanted.with_for_update() if lock else wanted
    found: Assessment | None = await session.scalar(
        statement.execution_options(populate_existing=True)
    )
    return found


async def latest_about(session: Session, key: MemberKey, subject: str) -> Assessment | None:
    """Return the assessment about this subject that the member completed last."""
    return await _one(session, _completed(key, subject=subject).limit(1))


def is_same(assessment: Assessment) -> ColumnElement[bool]:
    """Return the condition that matches this assessment's row."""
    of_workspace = col(Assessment.workspace_id) == assessment.workspace_id
    return of_workspace & (col(Assessment.id) == assessment.id)


def is_open() -> ColumnElement[bool]:
    """Return the condition that matches open assessments."""
    # A literal, not a parameter: PostgreSQL uses the partial index only for a literal.
    return col(Assessment.state) == literal_column("'open'")


async def update_if(
    session: Session, assessment: Assessment, *guards: ColumnElement[bool], **values: Any
) -> bool:
    """Change the row if the guards hold, and set the same values on the object; else return False."""
    revision = await session.scalar(
        update(Assessment)
        .where(is_same(assessment), *guards)
        .values(**values)
        .returning(col(Assessment.revision))
        .execution_options(synchronize_session=False)
    )
    if revision is None:
        return False
    for name, value in (values | {"revision": revision}).items():
        set_committed_value(assessment, name, value)
    return True
