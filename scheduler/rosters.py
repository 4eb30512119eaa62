"""The job `roster`: what its feature does for one workspace, done for each."""

from bot.features.team_digest.rosters import refresh_rosters as refresh_rosters_of
from scheduler.context import SchedulerContext


async def refresh_rosters(context: SchedulerContext) -> bool:
    """Do one small step for each workspace; True when another team may be due."""
    return any([await refresh_rosters_of(deps) for deps in context.coaches.values()])
