"""Next steps: at most one is current per member, the others are history."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.members import MemberKey
from coaching.steps import StepContent
from storage import members
from storage.inserting import insert_new, new_id
from storage.tables import Assessment, Step

State = Literal["offered", "trying", "done", "refused", "passed"]
"""`passed` is a step that the member let go by, such as with "Show another"."""

USED = ("done", "refused")


async def offer(
    session: AsyncSession,
    key: MemberKey,
    tip: StepContent,
    *,
    assessment_id: str | None,
    now: datetime,
    is_met: bool = False,
) -> Step:
    """Make this tip the member's current step; the one before, if any, is passed.

    `is_met` says that the member is known to be there.
    """
    if not is_met:
        await members.ensure(session, key, now=now)
    values = {
        "workspace_id": key.workspace_id,
        "id": new_id(),
        "user_id": key.user_id,
        "tip_id": tip.id,
        "assessment_id": assessment_id,
        "family": tip.family,
        "question": tip.question,
        "from_tier": tip.from_tier,
        "words": json.dumps(asdict(tip), ensure_ascii=False, sort_keys=True),
        "state": "offered",
        "created_at": now,
        "changed_at": now,
    }
    # Another offer may come between the update and the insert: then that one is passed in turn.
    while True:
        await _pass_current(session, key, now=now)
        if step := await insert_new(session, Step, values):
            return step


async def current(session: AsyncSession, key: MemberKey) -> Step | None:
    """The step that is offered or being tried."""
    found: Step | None = await session.scalar(
        select(Step).where(of_member(key), _is_current()).execution_options(populate_existing=True)
    )
    return found


async def get(session: AsyncSession, key: MemberKey, step_id: str) -> Step | None:
    """The step, if it is this member's."""
    found: Step | None = await session.scalar(
        select(Step)
        .where(of_member(key), col(Step.id) == step_id)
        .execution_options(populate_existing=True)
    )
    return found


async def mark(
    session: AsyncSession, key: MemberKey, step_id: str, state: State, *, now: datetime
) -> bool:
    """Say what becomes of a current step; False when that changed nothing."""
    changed = await session.scalar(
        update(Step)
        .where(of_member(key), col(Step.id) == step_id, _is_current(), col(Step.state) != state)
        .values(state=state, changed_at=now)
        .returning(col(Step.id))
        .execution_options(synchronize_session="fetch")
    )
    return changed is not None


async def settle(
    session: AsyncSession, key: MemberKey, step_id: str, state: State, *, now: datetime
) -> bool:
    """Say what became of a step, also after a newer one took its place; what is done stays done."""
    changed = await session.scalar(
        update(Step)
        .where(
            of_member(key),
            col(Step.id) == step_id,
            col(Step.state) != state,
            col(Step.state) != "done",
        )
        .values(state=state, changed_at=now)
        .returning(col(Step.id))
        .execution_options(synchronize_session="fetch")
    )
    return changed is not None


@dataclass(frozen=True)
class Past:
    """The ids of the tips of a member's steps; lists are oldest first."""

    used: list[str]
    """Done or refused, by the moment of that."""
    done: set[str]
    shown: list[str]
    """All that were offered, by the moment of the offer."""


async def past(session: AsyncSession, key: MemberKey) -> Past:
    """What became of all the member's steps so far, in one look."""
    rows = (
        await session.execute(
            select(col(Step.tip_id), col(Step.state), col(Step.changed_at))
            .where(of_member(key))
            .order_by(col(Step.created_at), col(Step.id))
        )
    ).all()
    by_change = sorted((row for row in rows if row.state in USED), key=lambda row: row.changed_at)
    return Past(
        used=[row.tip_id for row in by_change],
        done={row.tip_id for row in rows if row.state == "done"},
        shown=[row.tip_id for row in rows],
    )


async def history(session: AsyncSession, key: MemberKey, *, limit: int = 50) -> list[Step]:
    """The member's steps, newest first."""
    rows = await session.scalars(
        select(Step)
        .where(of_member(key))
        .order_by(col(Step.created_at).desc(), col(Step.id).desc())
        .limit(limit)
    )
    return list(rows)


async def latest_of(session: AsyncSession, assessment: Assessment) -> Step | None:
    """The step that this assessment led to most recently."""
    found: Step | None = await session.scalar(
        select(Step)
        .where(
            col(Step.workspace_id) == assessment.workspace_id,
            col(Step.assessment_id) == assessment.id,
        )
        .order_by(col(Step.created_at).desc(), col(Step.id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found


def tip_of(step: Step) -> StepContent:
    """The tip in the words that the member saw."""
    return StepContent(**json.loads(step.words))


def of_member(key: MemberKey) -> ColumnElement[bool]:
    """The condition that finds all steps of one member."""
    return (col(Step.workspace_id) == key.workspace_id) & (col(Step.user_id) == key.user_id)


def _is_current() -> ColumnElement[bool]:
    # Written out, not parameters: only then PostgreSQL finds it by the index of current ones.
    return col(Step.state).in_([literal_column("'offered'"), literal_column("'trying'")])


async def _pass_current(session: AsyncSession, key: MemberKey, *, now: datetime) -> None:
    await session.execute(
        update(Step)
        .where(of_member(key), _is_current())
        .values(state="passed", changed_at=now)
        .execution_options(synchronize_session=False)
    )
