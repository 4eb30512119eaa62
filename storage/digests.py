"""What a digest looks up: the ones before it, whose roster counts, and shout-outs with consent."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.assessments import ROLE_FAMILIES
from storage.tables import (
    Assessment,
    Member,
    Outgoing,
    Pace,
    Practice,
    Release,
    RosterEntry,
    Schedule,
    Step,
    Team,
    Workspace,
)
from storage.teams import is_following

KIND = "digest"
WENT_OUT = ("sending", "sent", "unknown")
"""States of messages that the channel has seen, or may have seen."""


class Win(NamedTuple):
    """A step that a member finished and is glad to be named with."""

    user_id: str
    title: str


async def plans(session: AsyncSession, workspace_id: str) -> list[tuple[Team, Schedule | None]]:
    """The teams that follow, by channel, each with when its next digest is due."""
    rows = await session.execute(
        select(Team, Schedule)
        .outerjoin(Schedule, _plan_of_team())
        .where(col(Team.workspace_id) == workspace_id, is_following())
        .order_by(col(Team.channel_id))
    )
    return [(team, plan) for team, plan in rows]


async def earlier(
    session: AsyncSession, workspace_id: str, channel_id: str, *, other_than: str | None = None
) -> list[Outgoing]:
    """The digests that went to the channel, or may have, the oldest first."""
    rows = await session.scalars(
        select(Outgoing)
        .where(
            col(Outgoing.workspace_id) == workspace_id,
            col(Outgoing.subject) == channel_id,
            col(Outgoing.kind) == KIND,
            col(Outgoing.state).in_(WENT_OUT),
        )
        .order_by(col(Outgoing.due_at), col(Outgoing.id))
    )
    return [row for row in rows if row.id != other_than]


async def seen(
    session: AsyncSession, workspace_id: str, channel_id: str, *, limit: int
) -> list[Release]:
    """The releases whose digest stands in the channel, newest first."""
    rows = await session.scalars(
        select(Release)
        .join(
            Outgoing,
            (col(Outgoing.workspace_id) == col(Release.workspace_id))
            & (col(Outgoing.id) == col(Release.id)),
        )
        .where(
            col(Release.workspace_id) == workspace_id,
            col(Release.channel_id) == channel_id,
            col(Outgoing.state) == "sent",
        )
        .order_by(col(Release.released_at).desc(), col(Release.id).desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def withdraw(session: AsyncSession, workspace_id: str, message_id: str) -> None:
    """Forget the release of a message that makes nothing new known after all."""
    await session.execute(
        delete(Release)
        .where(col(Release.workspace_id) == workspace_id, col(Release.id) == message_id)
        .execution_options(synchronize_session=False)
    )


async def one_at_a_time(session: AsyncSession, workspace_id: str) -> None:
    """Wait until no other digest of the workspace is being decided on, in whatever process."""
    await session.execute(
        select(col(Workspace.workspace_id))
        .where(col(Workspace.workspace_id) == workspace_id)
        .with_for_update()
    )


async def period_on(
    session: AsyncSession, workspace_id: str, channel_id: str, on: date
) -> date | None:
    """The newest period that had begun by that date, if its roster was frozen."""
    team = await session.get(Team, (workspace_id, channel_id), populate_existing=True)
    if team is None or team.roster_period is None or team.roster_period <= on:
        return team.roster_period if team else None
    found: date | None = await session.scalar(
        select(func.max(col(RosterEntry.period))).where(
            col(RosterEntry.workspace_id) == workspace_id,
            col(RosterEntry.channel_id) == channel_id,
            col(RosterEntry.period) <= on,
        )
    )
    return found


async def shared_wins(
    session: AsyncSession,
    workspace_id: str,
    channel_id: str,
    period: date,
    *,
    since: datetime,
    until: datetime,
) -> Sequence[Win]:
    """The last step that each member who allows shout-outs finished in this time, newest first.

    Steps of role families alone: what somebody practices by another ladder is between them and the coach.
    """
    rows = await session.execute(
        select(col(Practice.user_id), col(Step.words))
        .join(Step, _same_step())
        .outerjoin(Assessment, _led_to_step())
        .join(Pace, _same_member())
        .join(Member, _is_here())
        .join(RosterEntry, _on_roster())
        .where(
            col(RosterEntry.workspace_id) == workspace_id,
            col(RosterEntry.channel_id) == channel_id,
            col(RosterEntry.period) == period,
            col(Pace.shares_wins).is_(True),
            col(Practice.outcome) == "done",
            _is_of_families(),
            col(Practice.said_at) >= since,
            col(Practice.said_at) < until,
        )
        .order_by(col(Practice.said_at).desc(), col(Practice.id))
    )
    newest: dict[str, str] = {}
    for user_id, words in rows:
        newest.setdefault(user_id, str(json.loads(words)["title"]))
    return [Win(*win) for win in newest.items()]


def _plan_of_team() -> ColumnElement[bool]:
    of_channel = (col(Schedule.workspace_id) == col(Team.workspace_id)) & (
        col(Schedule.subject) == col(Team.channel_id)
    )
    return of_channel & (col(Schedule.kind) == KIND)


def _same_step() -> ColumnElement[bool]:
    of_workspace = col(Step.workspace_id) == col(Practice.workspace_id)
    return of_workspace & (col(Step.id) == col(Practice.step_id))


def _led_to_step() -> ColumnElement[bool]:
    of_workspace = col(Assessment.workspace_id) == col(Step.workspace_id)
    return of_workspace & (col(Assessment.id) == col(Step.assessment_id))


def _is_of_families() -> ColumnElement[bool]:
    """Whether a step comes from a self-check of a role family, or from none."""
    from_none = col(Step.assessment_id).is_(None)
    return from_none | (col(Assessment.framework) == ROLE_FAMILIES)


def _same_member() -> ColumnElement[bool]:
    of_workspace = col(Pace.workspace_id) == col(Practice.workspace_id)
    return of_workspace & (col(Pace.user_id) == col(Practice.user_id))


def _is_here() -> ColumnElement[bool]:
    of_workspace = col(Member.workspace_id) == col(Practice.workspace_id)
    is_member = of_workspace & (col(Member.user_id) == col(Practice.user_id))
    return is_member & col(Member.deactivated_at).is_(None)


def _on_roster() -> ColumnElement[bool]:
    of_workspace = col(RosterEntry.workspace_id) == col(Practice.workspace_id)
    return of_workspace & (col(RosterEntry.user_id) == col(Practice.user_id))
