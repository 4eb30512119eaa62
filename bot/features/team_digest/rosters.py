"""Rosters: who counts for a team is read from Slack once for each period, when it begins."""

from datetime import date, timedelta
from logging import getLogger

from bot.deps import Deps
from bot.features.team_digest.service import ENDED_BY, announce_overdue, give_up
from bot.outgoing.kinds import plan_of
from bot.slack.channel_access import channel_obstacle
from bot.slack.errors import ChannelGone, Undeliverable, WorkspaceGone
from coaching.timing import local_date, previous_date, zone_of
from storage.outbox.schedules import Schedule
from storage.team_digest import rosters, teams
from storage.team_digest.teams import Team

log = getLogger(__name__)

DAY = timedelta(days=1)


async def freeze_due(deps: Deps) -> bool:
    """Freeze the roster of one team whose period has begun; True when there was one.

    Safe to run twice and in several processes: a period that was frozen stays as it is. Channels that were
    not told of their digest yet are told first.
    """
    await announce_overdue(deps)
    for team, period in await _due(deps):
        if await freeze(deps, team, period):
            return True
    return False


async def freeze_first(deps: Deps, team: Team) -> None:
    """Fix who counts as soon as a team follows; when Slack does not answer, the job does it later."""
    await freeze(deps, team, _first_period(deps, team))


async def freeze(deps: Deps, team: Team, period: date) -> bool:
    """Read who is in the channel, and fix who of them counts; False when Slack did not tell."""
    try:
        await _freeze(deps, team.channel_id, period)
    except WorkspaceGone:
        raise
    except Undeliverable as problem:
        log.warning("roster_unread", extra={"method": problem.method, "reason": problem.reason})
        return False
    return True


async def _freeze(deps: Deps, channel: str, period: date) -> None:
    obstacle = await channel_obstacle(deps, channel)
    if obstacle:
        await give_up(deps, channel, ENDED_BY.get(obstacle, "removed"))
        return
    try:
        people = [user async for page in deps.slack.channel_members(channel) for user in page]
    except ChannelGone:
        await give_up(deps, channel, "removed")
        return
    async with deps.database.write() as session:
        await rosters.freeze(session, deps.identity.workspace_id, channel, period, people)


def _first_period(deps: Deps, team: Team) -> date:
    """The period that begins when a team begins to follow."""
    return local_date(deps.now(), zone_of(team.zone))


async def _due(deps: Deps) -> list[tuple[Team, date]]:
    """Teams whose roster is older than their last digest, with the period that begins."""
    async with deps.database.read() as session:
        plans = await teams.list_with_schedules(session, deps.identity.workspace_id)
    wanted = [(team, _period(deps, team, plan)) for team, plan in plans]
    return [
        (team, period)
        for team, period in wanted
        if team.roster_period is None or team.roster_period < period
    ]


def _period(deps: Deps, team: Team, schedule: Schedule | None) -> date:
    """The period of the next digest begins on the day after the last one."""
    if team.roster_period is None or schedule is None or schedule.next_on is None:
        return _first_period(deps, team)
    last = previous_date(plan_of(schedule), schedule.next_on)
    return last + DAY if last else team.roster_period
