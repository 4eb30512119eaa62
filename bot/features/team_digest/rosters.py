"""Rosters: who counts for a team during one period, read from Slack once, when the period begins.

A digest's figures rest on the roster, not on who is in the channel when it is sent. A roster that was frozen
stays as it is.
"""

from datetime import date, timedelta
from logging import getLogger

from bot.deps import Deps
from bot.features.team_digest.service import (
    REASON_BY_OBSTACLE,
    announce_overdue_digests,
    stop_unreachable_digest,
)
from bot.outgoing import planner
from bot.slack import directory
from bot.slack.channel_access import channel_obstacle
from bot.slack.errors import ChannelGone, LogUndeliverable, Undeliverable, WorkspaceGone
from bot.slack.installation import app_removed
from coaching.timing import local_date, previous_date, zone_of
from storage import members
from storage.outbox import schedules
from storage.outbox.schedules import Schedule
from storage.team_digest import rosters, teams
from storage.team_digest.teams import Team

log = getLogger(__name__)

_DAY = timedelta(days=1)


async def refresh_rosters(deps: Deps) -> bool:
    """Read the profiles of members whose message is due soon, then freeze one roster that is due.

    Returns True when another team may be due. Safe to run twice, and in several processes.
    """
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        workspace = await members.get_workspace(session, workspace_id)
        if workspace is None or workspace.disconnected_at is not None:
            return False
        users = await planner.stale_receivers(session, workspace_id, now=deps.now())
    try:
        await directory.refresh(deps, users, older_than=planner.PROFILES_READ_BEFORE)
        return await freeze_due_roster(deps)
    except WorkspaceGone as problem:
        await app_removed(deps, workspace_id, reason=problem.reason)
    except Undeliverable as problem:
        log.warning("people_unknown", extra={"method": problem.method, "reason": problem.reason})
    return False


async def freeze_due_roster(deps: Deps) -> bool:
    """Freeze the roster of one team whose period has begun; return True when there was one.

    Safe to run twice, and in several processes. Before that, overdue announcements of digests are posted.
    """
    await announce_overdue_digests(deps)
    for team, period in await _due(deps):
        if await freeze_roster(deps, team, period):
            return True
    return False


async def freeze_first_roster(deps: Deps, team: Team) -> None:
    """Freeze the roster of a team that has just begun to follow; if Slack fails, the job does it later."""
    await freeze_roster(deps, team, _first_period(deps, team))


async def freeze_roster(deps: Deps, team: Team, period: date) -> bool:
    """Read the channel's members and freeze them as this period's roster; return False when Slack refused."""
    with LogUndeliverable(log, "roster_unread"):
        await _freeze(deps, team.channel_id, period)
        return True
    return False


async def _freeze(deps: Deps, channel: str, period: date) -> None:
    obstacle = await channel_obstacle(deps, channel)
    if obstacle:
        await stop_unreachable_digest(deps, channel, REASON_BY_OBSTACLE.get(obstacle, "removed"))
        return
    try:
        people = [user async for page in deps.slack.channel_members(channel) for user in page]
    except ChannelGone:
        await stop_unreachable_digest(deps, channel, "removed")
        return
    async with deps.database.write() as session:
        await rosters.freeze(session, deps.identity.workspace_id, channel, period, people)


def _first_period(deps: Deps, team: Team) -> date:
    """Return the period that begins when a team begins to follow: today, in the team's zone."""
    return local_date(deps.now(), zone_of(team.zone))


async def _due(deps: Deps) -> list[tuple[Team, date]]:
    """Return the teams whose roster is older than their last digest, each with the period that begins."""
    async with deps.database.read() as session:
        plans = await teams.list_with_schedules(session, deps.identity.workspace_id)
    wanted = [(team, _period(deps, team, plan)) for team, plan in plans]
    return [
        (team, period)
        for team, period in wanted
        if team.roster_period is None or team.roster_period < period
    ]


def _period(deps: Deps, team: Team, schedule: Schedule | None) -> date:
    """Return when the period of the next digest begins: on the day after the last digest."""
    if team.roster_period is None or schedule is None or schedule.next_on is None:
        return _first_period(deps, team)
    last = previous_date(schedules.plan_of(schedule), schedule.next_on)
    return last + _DAY if last else team.roster_period
