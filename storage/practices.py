"""How members said that their steps went."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.members import MemberKey
from storage import members, steps
from storage.inserting import insert_into, new_id
from storage.tables import Practice, RosterEntry, Step
from storage.times import UtcTime

Outcome = Literal["done", "partly", "not_yet", "not_for_me"]
Obstacle = Literal["time", "tool", "unclear", "other"]

FIELDS = (
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


class Said(NamedTuple):
    """What a member of a team said of one step."""

    user_id: str
    tip_id: str
    family: str | None
    question: str | None
    outcome: str


async def note(
    session: AsyncSession, key: MemberKey, step: Step, outcome: Outcome, *, now: datetime
) -> Practice | None:
    """Keep how the step went; None when it is not the member's, or was erased meanwhile."""
    # The member comes before the step, as in an erasure.
    if await members.hold(session, key) is None:
        return None
    kept: Practice | None = await session.scalar(
        insert_into(session, Practice)
        .from_select(FIELDS, _said_of(key, step.id, outcome, now=now))
        .returning(Practice)
        .execution_options(populate_existing=True)
    )
    return kept


async def obstacle(
    session: AsyncSession, key: MemberKey, practice_id: str, obstacle: Obstacle
) -> bool:
    """Keep what got in the way; False when there is no such practice of this member."""
    changed = await session.scalar(
        update(Practice)
        .where(is_of(key), col(Practice.id) == practice_id)
        .values(obstacle=obstacle)
        .returning(col(Practice.id))
        .execution_options(synchronize_session="fetch")
    )
    return changed is not None


async def of_member(session: AsyncSession, key: MemberKey, *, limit: int = 50) -> list[Practice]:
    """What the member said of their steps, newest first."""
    rows = await session.scalars(
        select(Practice)
        .where(is_of(key))
        .order_by(col(Practice.said_at).desc(), col(Practice.id).desc())
        .limit(limit)
    )
    return list(rows)


async def of_roster(
    session: AsyncSession,
    workspace_id: str,
    channel_id: str,
    period: date,
    *,
    since: datetime,
    until: datetime,
) -> Sequence[Said]:
    """What the members who count for a team said from `since` to before `until`, oldest first."""
    rows = await session.execute(
        select(
            col(Practice.user_id),
            col(Practice.tip_id),
            col(Practice.family),
            col(Practice.question),
            col(Practice.outcome),
        )
        .join(
            RosterEntry,
            (col(RosterEntry.workspace_id) == col(Practice.workspace_id))
            & (col(RosterEntry.user_id) == col(Practice.user_id)),
        )
        .where(
            col(RosterEntry.workspace_id) == workspace_id,
            col(RosterEntry.channel_id) == channel_id,
            col(RosterEntry.period) == period,
            col(Practice.said_at) >= since,
            col(Practice.said_at) < until,
        )
        .order_by(col(Practice.said_at), col(Practice.id))
    )
    return [Said(*row) for row in rows]


def is_of(key: MemberKey) -> ColumnElement[bool]:
    """The condition that finds what one member said."""
    return (col(Practice.workspace_id) == key.workspace_id) & (col(Practice.user_id) == key.user_id)


def _said_of(
    key: MemberKey, step_id: str, outcome: Outcome, *, now: datetime
) -> Select[*tuple[Any, ...]]:
    """The row to keep, if the step is still there and the member's."""
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
    ).where(steps.of_member(key), col(Step.id) == step_id)
