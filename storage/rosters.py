"""Rosters: who counts for a team in a period, frozen when it begins."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.assessments import ROLE_FAMILIES, SELF
from storage.batches import in_batches
from storage.inserting import insert_into
from storage.tables import Assessment, Member, RosterEntry, Team
from storage.teams import is_following, is_team

FIELDS = ("workspace_id", "channel_id", "period", "user_id")


class Place(NamedTuple):
    """Where a member of a team stands by their last self-check."""

    user_id: str
    family: str
    tier: float
    ended_at: datetime


async def freeze(
    session: AsyncSession, workspace_id: str, channel_id: str, period: date, user_ids: Iterable[str]
) -> int:
    """Fix who counts from `period` on: those of them who finished a self-check; returns how many.

    Safe to run twice: a period that was frozen stays as it is. The period before is kept for a digest that
    comes late, older ones are forgotten. Without a team that follows, nobody counts.
    """
    team = await _locked(session, workspace_id, channel_id)
    if team is None:
        return 0
    if team.roster_period is None or team.roster_period < period:
        for some in in_batches(user_ids):
            rows = _who_count(workspace_id, channel_id, period, some)
            await session.execute(insert_into(session, RosterEntry).from_select(FIELDS, rows))
        await _turn_to(session, team, period)
    return await size(session, workspace_id, channel_id, period)


async def size(session: AsyncSession, workspace_id: str, channel_id: str, period: date) -> int:
    """How many count for the team in that period."""
    counted = select(func.count()).select_from(RosterEntry)
    return await session.scalar(counted.where(_is_in(workspace_id, channel_id, period))) or 0


async def standings(
    session: AsyncSession, workspace_id: str, channel_id: str, period: date
) -> list[Place]:
    """The last completed self-check of everybody who counts, by user id."""
    latest = _latest_of(workspace_id, channel_id, period).subquery()
    rows = await session.execute(
        select(latest.c.user_id, latest.c.family, latest.c.tier, latest.c.ended_at)
        .where(latest.c.place == 1)
        .order_by(latest.c.user_id)
    )
    return [Place(*row) for row in rows]


async def _locked(session: AsyncSession, workspace_id: str, channel_id: str) -> Team | None:
    team: Team | None = await session.scalar(
        select(Team)
        .where(is_team(workspace_id, channel_id), is_following())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return team


def _who_count(
    workspace_id: str, channel_id: str, period: date, user_ids: list[str]
) -> Select[*tuple[Any, ...]]:
    """Rows for those who finished a self-check; they are there until this transaction ends.

    An erasure locks the member and then the teams they set up. To wait for it here, with the team locked,
    could be to wait forever; whoever is being erased does not count anyway.
    """
    finished = select(col(Assessment.id)).where(
        col(Assessment.workspace_id) == col(Member.workspace_id),
        col(Assessment.user_id) == col(Member.user_id),
        _is_counted(),
    )
    return (
        select(col(Member.workspace_id), literal(channel_id), literal(period), col(Member.user_id))
        .where(
            col(Member.workspace_id) == workspace_id,
            col(Member.user_id).in_(user_ids),
            # Not EXISTS: PostgreSQL turns that into a join, and without fresh statistics into a slow one.
            finished.limit(1).scalar_subquery().is_not(None),
        )
        .with_for_update(read=True, key_share=True, skip_locked=True, of=Member)
    )


async def _turn_to(session: AsyncSession, team: Team, period: date) -> None:
    """Make this the team's period, and forget those before the last one."""
    here = is_team(team.workspace_id, team.channel_id)
    if team.roster_period is not None:
        await session.execute(
            delete(RosterEntry)
            .where(
                col(RosterEntry.workspace_id) == team.workspace_id,
                col(RosterEntry.channel_id) == team.channel_id,
                col(RosterEntry.period) < team.roster_period,
            )
            .execution_options(synchronize_session=False)
        )
    await session.execute(
        update(Team)
        .where(here)
        .values(roster_period=period)
        .execution_options(synchronize_session="fetch")
    )


def _latest_of(workspace_id: str, channel_id: str, period: date) -> Select[*tuple[Any, ...]]:
    """All completed self-checks of those who count, numbered from the last one back."""
    newest_first = (col(Assessment.ended_at).desc(), col(Assessment.id).desc())
    place = func.row_number().over(partition_by=col(Assessment.user_id), order_by=newest_first)
    return (
        select(
            col(Assessment.user_id),
            col(Assessment.family),
            col(Assessment.tier),
            col(Assessment.ended_at),
            place.label("place"),
        )
        .join(
            RosterEntry,
            (col(RosterEntry.workspace_id) == col(Assessment.workspace_id))
            & (col(RosterEntry.user_id) == col(Assessment.user_id)),
        )
        .where(
            _is_in(workspace_id, channel_id, period),
            _is_counted(),
        )
    )


def _is_counted() -> ColumnElement[bool]:
    """Self-checks of role families alone: a digest knows no other ladder, and no gradings of agents."""
    is_done = col(Assessment.state) == "completed"
    about_self = col(Assessment.subject) == SELF
    return is_done & about_self & (col(Assessment.framework) == ROLE_FAMILIES)


def _is_in(workspace_id: str, channel_id: str, period: date) -> ColumnElement[bool]:
    of_team = (col(RosterEntry.workspace_id) == workspace_id) & (
        col(RosterEntry.channel_id) == channel_id
    )
    return of_team & (col(RosterEntry.period) == period)
