"""Offering steps and choosing one: which step is current, which is being tried, and which ones wait.

A step that the member chose stays until they say how it went. A step that is offered meanwhile waits.
Every function that changes something locks the member first: a member has one current step at most, and two
transactions that move several of their steps in different orders would deadlock on PostgreSQL.
"""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from coaching.members import MemberKey
from coaching.steps import StepContent
from storage import members
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.database.rows import insert_new, new_id
from storage.steps.steps import (
    CURRENT_STATES,
    Step,
    is_current,
    is_step_of,
    is_trying,
    mark_current,
    set_state,
)

_THIS, _EARLIER = aliased(Assessment), aliased(Assessment)
"""Made once: making them takes longer than the statement that uses them."""


async def offer(
    session: Session,
    key: MemberKey,
    tip: StepContent,
    *,
    assessment_id: str | None,
    now: datetime,
) -> Step:
    """Make this tip the member's current step and mark the one before as passed.

    A step that the member is trying stays current, and this one waits. Of those that already wait, the ones
    from the same result, or from an earlier one of its framework, are marked as passed.
    """
    await members.ensure(session, key, now=now, is_alone=True)
    state = case((exists().where(is_step_of(key), is_trying()), "waiting"), else_="offered")
    await _pass_replaced(session, key, assessment_id, now=now)
    values = _row_of(key, tip, state, assessment_id=assessment_id, now=now)
    step = await insert_new(session, Step, values)
    if step is None:
        raise RuntimeError("A step became current beside the locked member.")
    return step


async def replace_tried(
    session: Session, key: MemberKey, step: Step, tip: StepContent, *, now: datetime
) -> bool:
    """Put this tip in the place of the step that the member is trying; False if they no longer are."""
    await members.lock(session, key, is_alone=True)
    if not await mark_current(session, key, step.id, "passed", now=now):
        return False
    values = _row_of(key, tip, "waiting", assessment_id=step.assessment_id, now=now)
    taken = await insert_new(session, Step, values)
    return taken is not None and await choose(session, key, taken.id, now=now)


async def choose(session: Session, key: MemberKey, step_id: str, *, now: datetime) -> bool:
    """Make this the step that the member is trying; return False if nothing changed.

    The one that was current waits from then on. A step that was replaced comes back: as the one being tried,
    or to wait when they are trying another one. Finished and refused steps stay as they are.
    """
    await members.lock(session, key, is_alone=True)
    step, before = await _lock_with_current(session, key, step_id)
    if step is None or step.state not in ("offered", "waiting", "passed"):
        return False
    if step.state == "passed" and before and before.state == "trying":
        return await set_state(session, key, step_id, "waiting", now=now)
    if before and before.id != step_id:
        await set_state(session, key, before.id, "waiting", now=now)
    return await set_state(session, key, step_id, "trying", now=now)


async def _lock_with_current(
    session: Session, key: MemberKey, step_id: str
) -> tuple[Step | None, Step | None]:
    """Return this step and the current one, as they are once no other process changes them."""
    rows = await session.scalars(
        select(Step)
        .where(is_step_of(key), (col(Step.id) == step_id) | is_current())
        .order_by(col(Step.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = rows.all()
    step = next((row for row in found if row.id == step_id), None)
    return step, next((row for row in found if row.state in CURRENT_STATES), None)


async def list_waiting(session: Session, key: MemberKey) -> list[Step]:
    """Return the steps that wait, in their order."""
    rows = await session.scalars(
        select(Step)
        .where(is_step_of(key), col(Step.state) == "waiting")
        .order_by(col(Step.created_at), col(Step.id))
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def offer_waiting(session: Session, key: MemberKey, step: Step, *, now: datetime) -> bool:
    """Make a waiting step the current one in place of an offered one; False if one is being tried."""
    await members.lock(session, key, is_alone=True)
    found, before = await _lock_with_current(session, key, step.id)
    if found is None or found.state != "waiting" or (before and before.state == "trying"):
        return False
    if before:
        await set_state(session, key, before.id, "passed", now=now)
    return await set_state(session, key, found.id, "offered", now=now)


async def _pass_replaced(
    session: Session, key: MemberKey, assessment_id: str | None, *, now: datetime
) -> None:
    """Mark as passed what a new step of this assessment replaces."""
    results = select(col(_EARLIER.id)).where(
        col(_THIS.workspace_id) == key.workspace_id,
        col(_THIS.id) == assessment_id,
        col(_EARLIER.workspace_id) == key.workspace_id,
        col(_EARLIER.user_id) == key.user_id,
        col(_EARLIER.framework) == _THIS.framework,
        col(_EARLIER.started_at) <= _THIS.started_at,
    )
    waited = (col(Step.state) == "waiting") & col(Step.assessment_id).in_(results)
    await session.execute(
        update(Step)
        .where(is_step_of(key), (col(Step.state) == "offered") | waited)
        .values(state="passed", changed_at=now)
        .execution_options(synchronize_session=False)
    )


def _row_of(
    key: MemberKey, tip: StepContent, state: Any, *, assessment_id: str | None, now: datetime
) -> dict[str, Any]:
    """Return the values of a new step; `state` may be an SQL expression."""
    return {
        "workspace_id": key.workspace_id,
        "id": new_id(),
        "user_id": key.user_id,
        "tip_id": tip.id,
        "assessment_id": assessment_id,
        "family": tip.family,
        "question": tip.question,
        "from_tier": tip.from_tier,
        "words": json.dumps(asdict(tip), ensure_ascii=False, sort_keys=True),
        "state": state,
        "created_at": now,
        "changed_at": now,
    }
