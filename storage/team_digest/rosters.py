"""Rosters: which members count for a digest, read shortly before it comes; and queries about them."""

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, delete, func, literal, select, union, update
from sqlmodel import col

from storage.assessments.assessments import ROLE_FAMILIES, SELF, Assessment
from storage.checkins import Pace
from storage.database import Session
from storage.database.rows import in_batches, insert_into
from storage.members import Member
from storage.steps.steps import Practice, Step
from storage.team_digest.teams import RosterEntry, Team, TeamPractice, is_following, is_team

FIELDS = ("workspace_id", "channel_id", "period", "user_id")


class RosterStanding(NamedTuple):
    """The tier of a member's last self-check, and when they finished the first that is stored."""

    user_id: str
    tier: float
    since: datetime


async def freeze(
    session: Session, workspace_id: str, channel_id: str, period: date, user_ids: Collection[str]
) -> int:
    """Store the roster of `period`: those of these people who completed a self-check; return how many.

    `user_ids` are all people in the channel; how many they are is stored too.

    Safe to run twice: a period that has a roster keeps it. The roster before is kept for a late digest, older
    ones are deleted. Does nothing and returns 0 if the channel does not follow the digest.
    """
    team = await _locked(session, workspace_id, channel_id)
    if team is None:
        return 0
    if team.roster_period is None or team.roster_period < period:
        for some in in_batches(user_ids):
            rows = _who_count(workspace_id, channel_id, period, some)
            await session.execute(insert_into(session, RosterEntry).from_select(FIELDS, rows))
        await _turn_to(session, team, period, people=len(user_ids))
    return await size(session, workspace_id, channel_id, period)


async def size(session: Session, workspace_id: str, channel_id: str, period: date) -> int:
    """Return how many members count for the team in that period."""
    counted = select(func.count()).select_from(RosterEntry)
    return await session.scalar(counted.where(_is_in(workspace_id, channel_id, period))) or 0


async def standings(
    session: Session, workspace_id: str, channel_id: str, period: date
) -> list[RosterStanding]:
    """Return where each member who counts stands by their last completed self-check, by user id."""
    latest = _latest_of(workspace_id, channel_id, period).subquery()
    rows = await session.execute(
        select(latest.c.user_id, latest.c.tier, latest.c.since)
        .where(latest.c.place == 1)
        .order_by(latest.c.user_id)
    )
    return [RosterStanding(*row) for row in rows]


async def _locked(session: Session, workspace_id: str, channel_id: str) -> Team | None:
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
    """Select roster rows for those who completed a self-check, and lock these members.

    Members locked by an erasure are skipped: it locks the member first and then the teams they set up, so
    waiting for it here, with the team locked, could deadlock.
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
            # Not EXISTS: PostgreSQL makes a join of that, a slow one without fresh statistics.
            finished.limit(1).scalar_subquery().is_not(None),
        )
        .with_for_update(read=True, key_share=True, skip_locked=True, of=Member)
    )


async def _turn_to(session: Session, team: Team, period: date, *, people: int) -> None:
    """Store this as the team's period, and delete the rosters before the last one."""
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
        .values(roster_period=period, people=people)
        .execution_options(synchronize_session="fetch")
    )


def _latest_of(workspace_id: str, channel_id: str, period: date) -> Select[*tuple[Any, ...]]:
    """Select all completed self-checks of those who count, numbered per member from the last one back."""
    newest_first = (col(Assessment.ended_at).desc(), col(Assessment.id).desc())
    place = func.row_number().over(partition_by=col(Assessment.user_id), order_by=newest_first)
    since = func.min(col(Assessment.ended_at)).over(partition_by=col(Assessment.user_id))
    return (
        select(
            col(Assessment.user_id),
            col(Assessment.tier),
            since.label("since"),
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
    """Match completed self-checks of role families; digests show no other framework and no gradings."""
    is_done = col(Assessment.state) == "completed"
    about_self = col(Assessment.subject) == SELF
    return is_done & about_self & (col(Assessment.framework) == ROLE_FAMILIES)


def _is_in(workspace_id: str, channel_id: str, period: date) -> ColumnElement[bool]:
    of_team = (col(RosterEntry.workspace_id) == workspace_id) & (
        col(RosterEntry.channel_id) == channel_id
    )
    return of_team & (col(RosterEntry.period) == period)


class SharedWin(NamedTuple):
    """A step that a member finished and agreed to be named with."""

    user_id: str
    title: str


async def period_on(session: Session, workspace_id: str, channel_id: str, on: date) -> date | None:
    """Return the newest period with a roster that had begun by that date."""
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
    session: Session,
    workspace_id: str,
    channel_id: str,
    period: date,
    *,
    since: datetime,
    until: datetime,
) -> Sequence[SharedWin]:
    """Return the last step that each member who agreed to be named finished in this time, newest first.

    Only steps of role families count; steps of other frameworks are never named in a digest.
    """
    rows = await session.execute(
        select(col(Practice.user_id), col(Step.words))
        .join(Step, _same_step())
        .outerjoin(Assessment, _led_to_step())
        .join(Pace, _same_member())
        .join(Member, _is_active_member())
        .join(RosterEntry, _on_roster(Practice))
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
    return [SharedWin(*win) for win in newest.items()]


def _same_step() -> ColumnElement[bool]:
    of_workspace = col(Step.workspace_id) == col(Practice.workspace_id)
    return of_workspace & (col(Step.id) == col(Practice.step_id))


def _led_to_step() -> ColumnElement[bool]:
    of_workspace = col(Assessment.workspace_id) == col(Step.workspace_id)
    return of_workspace & (col(Assessment.id) == col(Step.assessment_id))


def _is_of_families() -> ColumnElement[bool]:
    """Match steps from a self-check of a role family, or from no self-check."""
    from_none = col(Step.assessment_id).is_(None)
    return from_none | (col(Assessment.framework) == ROLE_FAMILIES)


def _same_member() -> ColumnElement[bool]:
    of_workspace = col(Pace.workspace_id) == col(Practice.workspace_id)
    return of_workspace & (col(Pace.user_id) == col(Practice.user_id))


def _is_active_member() -> ColumnElement[bool]:
    of_workspace = col(Member.workspace_id) == col(Practice.workspace_id)
    is_member = of_workspace & (col(Member.user_id) == col(Practice.user_id))
    return is_member & col(Member.deactivated_at).is_(None)


def _on_roster(table: type[Practice | TeamPractice]) -> ColumnElement[bool]:
    of_workspace = col(RosterEntry.workspace_id) == col(table.workspace_id)
    return of_workspace & (col(RosterEntry.user_id) == col(table.user_id))


TRIED = ("done", "partly")
"""The answers to a check-in that count as practice."""


async def who_practiced(
    session: Session,
    workspace_id: str,
    channel_id: str,
    period: date,
    *,
    since: datetime,
    until: datetime,
) -> set[str]:
    """Return who of a roster tried a step or did a team's experiment, from `since` to before `until`.

    Steps of other frameworks than role families do not count.
    """
    steps = (
        select(col(Practice.user_id))
        .join(Step, _same_step())
        .outerjoin(Assessment, _led_to_step())
        .join(RosterEntry, _on_roster(Practice))
        .where(
            _is_in(workspace_id, channel_id, period),
            col(Practice.outcome).in_(TRIED),
            _is_of_families(),
            col(Practice.said_at) >= since,
            col(Practice.said_at) < until,
        )
    )
    experiments = (
        select(col(TeamPractice.user_id))
        .join(RosterEntry, _on_roster(TeamPractice))
        .where(
            _is_in(workspace_id, channel_id, period),
            col(TeamPractice.said_at) >= since,
            col(TeamPractice.said_at) < until,
        )
    )
    return set(await session.scalars(union(steps, experiments)))
