"""Steps that members were offered, and what they said about how those went."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    Text,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlmodel import Field, col

from coaching.members import MemberKey
from coaching.steps import StepContent
from storage import members
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    insert_into,
    new_id,
    partial_index,
    refers_to,
    update_rows,
)

IS_CURRENT = text("state IN ('offered', 'trying')")


class Step(Row, table=True):
    """A step that a member was offered, with the words they saw, and its state."""

    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("assessment", assessment_id="id"),
        CheckConstraint(
            "state IN ('offered', 'trying', 'waiting', 'done', 'refused', 'passed')", name="state"
        ),
        CheckConstraint("from_tier BETWEEN 0 AND 9", name="from_tier"),
        partial_index(
            "one_current_step", "workspace_id", "user_id", where=IS_CURRENT, is_unique=True
        ),
        Index("ix_step_of_member", "workspace_id", "user_id", "created_at", "id"),
        Index("ix_step_of_assessment", "workspace_id", "assessment_id"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    tip_id: str
    assessment_id: str | None = None
    family: str | None = None
    question: str | None = None
    from_tier: float
    words: str = Field(sa_type=Text)
    state: str
    created_at: datetime = Field(sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime)


STEP_DATA = OwnedTable(Step, "offered", "steps", order_by="id", json_columns=("words",))


class Practice(Row, table=True):
    """What a member said about how a step went, in a check-in or with a button below the step."""

    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("step", step_id="id"),
        CheckConstraint("outcome IN ('done', 'partly', 'not_yet', 'not_for_me')", name="outcome"),
        CheckConstraint("obstacle IN ('time', 'tool', 'unclear', 'other')", name="obstacle"),
        Index("ix_practice_of_member", "workspace_id", "user_id", "said_at"),
        Index("ix_practice_of_step", "workspace_id", "step_id"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    step_id: str
    tip_id: str
    family: str | None = None
    question: str | None = None
    outcome: str
    obstacle: str | None = None
    said_at: datetime = Field(sa_type=UtcTime)


PRACTICE_DATA = OwnedTable(Practice, "how_they_went", "steps", order_by="said_at")

StepState = Literal["offered", "trying", "waiting", "done", "refused", "passed"]
"""`trying` is the step that the member chose; one that is offered meanwhile is `waiting`. `passed` is a step
that another one replaced, for example with "Show another"."""

CURRENT_STATES = ("offered", "trying")
"""The states in which a step is the member's current one."""

OPEN_STATES = (*CURRENT_STATES, "waiting")
"""The states in which the member can still decide about a step."""

USED = ("done", "refused")


async def current(session: Session, key: MemberKey) -> Step | None:
    """Return the member's current step: the one that is offered or being tried."""
    found: Step | None = await session.scalar(
        select(Step).where(is_step_of(key), is_current()).execution_options(populate_existing=True)
    )
    return found


async def get(session: Session, key: MemberKey, step_id: str) -> Step | None:
    """Return the step, or None if it is not this member's."""
    found: Step | None = await session.scalar(
        select(Step)
        .where(is_step_of(key), col(Step.id) == step_id)
        .execution_options(populate_existing=True)
    )
    return found


async def mark_current(
    session: Session, key: MemberKey, step_id: str, state: StepState, *, now: datetime
) -> bool:
    """Set the state of a step that is current; return False if nothing changed."""
    return await set_state(session, key, step_id, state, is_current(), now=now)


async def settle(
    session: Session, key: MemberKey, step_id: str, state: StepState, *, now: datetime
) -> bool:
    """Set the state of a step, current or not, unless it is done; return False if nothing changed."""
    return await set_state(session, key, step_id, state, col(Step.state) != "done", now=now)


async def set_state(
    session: Session,
    key: MemberKey,
    step_id: str,
    state: StepState,
    *guards: ColumnElement[bool],
    now: datetime,
) -> bool:
    """Set the state of a step that meets the guards; return False if nothing changed."""
    other = is_step_of(key) & (col(Step.id) == step_id) & (col(Step.state) != state)
    return await update_rows(session, Step, other, *guards, state=state, changed_at=now)


@dataclass(frozen=True)
class TipHistory:
    """The tip ids of a member's steps: `used` those done or refused, `shown` all; lists are oldest first.

    `trying` is the one that they are trying now.
    """

    used: list[str]
    done: set[str]
    shown: list[str]
    trying: str | None


async def tip_history(session: Session, key: MemberKey) -> TipHistory:
    """Return the tip ids of all the member's steps, with one query."""
    rows = (
        await session.execute(
            select(col(Step.tip_id), col(Step.state), col(Step.changed_at))
            .where(is_step_of(key))
            .order_by(col(Step.created_at), col(Step.id))
        )
    ).all()
    by_change = sorted((row for row in rows if row.state in USED), key=lambda row: row.changed_at)
    return TipHistory(
        used=[row.tip_id for row in by_change],
        done={row.tip_id for row in rows if row.state == "done"},
        shown=[row.tip_id for row in rows],
        trying=next((row.tip_id for row in rows if row.state == "trying"), None),
    )


async def list_steps(session: Session, key: MemberKey, *, limit: int = 50) -> list[Step]:
    """Return the member's steps, newest first."""
    rows = await session.scalars(
        select(Step)
        .where(is_step_of(key))
        .order_by(col(Step.created_at).desc(), col(Step.id).desc())
        .limit(limit)
    )
    return list(rows)


async def list_done(session: Session, key: MemberKey, *, limit: int) -> tuple[list[Step], int]:
    """Return the steps that the member did last, newest first, and how many they did in all."""
    done = (is_step_of(key), col(Step.state) == "done")
    count = await session.scalar(select(func.count()).select_from(Step).where(*done))
    newest = (col(Step.changed_at).desc(), col(Step.id).desc())
    rows = await session.scalars(select(Step).where(*done).order_by(*newest).limit(limit))
    return list(rows), count or 0


async def latest_after(session: Session, assessment: Assessment) -> Step | None:
    """Return the step from this assessment that is being tried, or else the latest one."""
    found: Step | None = await session.scalar(
        select(Step)
        .where(
            col(Step.workspace_id) == assessment.workspace_id,
            col(Step.assessment_id) == assessment.id,
        )
        .order_by(is_trying().desc(), col(Step.created_at).desc(), col(Step.id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found


def tip_of(step: Step) -> StepContent:
    """Return the tip with the words that the member saw."""
    return StepContent(**json.loads(step.words))


def is_step_of(key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches all steps of a member."""
    return (col(Step.workspace_id) == key.workspace_id) & (col(Step.user_id) == key.user_id)


def is_current() -> ColumnElement[bool]:
    """Return the condition that matches the step that is offered to its member or being tried."""
    # Literals, not parameters: PostgreSQL uses the partial index only for literals.
    return col(Step.state).in_([literal_column("'offered'"), literal_column("'trying'")])


def is_trying() -> ColumnElement[bool]:
    """Return the condition that matches the step that its member is trying."""
    return col(Step.state) == literal_column("'trying'")


Outcome = Literal["done", "partly", "not_yet", "not_for_me"]

Obstacle = Literal["time", "tool", "unclear", "other"]

PRACTICE_FIELDS = (
    "workspace_id",
    "user_id",
    "step_id",
    "tip_id",
    "family",
    "question",
    "id",
    "outcome",
    "said_at",
)


async def record_practice(
    session: Session, key: MemberKey, step: Step, outcome: Outcome, *, now: datetime
) -> Practice | None:
    """Store how the step went; return None if it is not this member's, or was erased meanwhile."""
    # Lock the member before the step, as an erasure does.
    if await members.lock(session, key) is None:
        return None
    kept: Practice | None = await session.scalar(
        insert_into(session, Practice)
        .from_select(PRACTICE_FIELDS, _practice_row(key, step.id, outcome, now=now))
        .returning(Practice)
        .execution_options(populate_existing=True)
    )
    return kept


async def record_obstacle(
    session: Session, key: MemberKey, practice_id: str, obstacle: Obstacle
) -> bool:
    """Store what got in the way; return False if the member has no such practice."""
    this = is_practice_of(key) & (col(Practice.id) == practice_id)
    return await update_rows(session, Practice, this, obstacle=obstacle)


async def list_practices(session: Session, key: MemberKey, *, limit: int = 50) -> list[Practice]:
    """Return what the member said about their steps, newest first."""
    rows = await session.scalars(
        select(Practice)
        .where(is_practice_of(key))
        .order_by(col(Practice.said_at).desc(), col(Practice.id).desc())
        .limit(limit)
    )
    return list(rows)


def is_practice_of(key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches all practices of a member."""
    return (col(Practice.workspace_id) == key.workspace_id) & (col(Practice.user_id) == key.user_id)


def _practice_row(
    key: MemberKey, step_id: str, outcome: Outcome, *, now: datetime
) -> Select[*tuple[Any, ...]]:
    """Select the row to store, if the step exists and is this member's."""
    return select(
        col(Step.workspace_id),
        col(Step.user_id),
        col(Step.id),
        col(Step.tip_id),
        col(Step.family),
        col(Step.question),
        literal(new_id()),
        literal(outcome),
        literal(now, UtcTime),
    ).where(is_step_of(key), col(Step.id) == step_id)
