"""What members of a channel can read about its digest."""

from bot.delivery import Message
from bot.deps import Deps
from bot.teams.digest import preview
from bot.teams.figures import seen_spreads
from bot.views.team_cards import Stopped, history_card, off_card, status_card
from bot.views.team_words import hour_shown
from coaching.timing import local_date, zone_of
from storage import schedules, teams
from storage.digests import KIND


async def status(deps: Deps, channel: str) -> Message:
    """Whether the channel gets a digest, and what the next one looks like."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        team = await teams.get(session, workspace_id, channel)
        if team is None or team.unfollowed_at is not None:
            ended = team.unfollowed_at if team else None
            since = local_date(ended, zone_of(team.zone)) if team and ended else None
            stopped = Stopped(team.stop_reason if team else None, since)
            return off_card(deps.render, stopped=stopped, minimum=deps.min_group)
        plan = await schedules.get(session, workspace_id, KIND, channel)
        today = local_date(deps.now(), zone_of(team.zone))
        shown = await preview(session, deps, team, on=(plan and plan.next_on) or today)
    upcoming = plan.next_due_at if plan else None
    return status_card(deps.render, hour_shown(team), upcoming=upcoming, preview=shown)


async def history(deps: Deps, channel: str) -> Message:
    """What the digests of the channel said over time."""
    async with deps.database.read() as session:
        spreads = await seen_spreads(session, deps.identity.workspace_id, channel)
    return history_card(deps.render, spreads)
