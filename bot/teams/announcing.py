"""Telling a channel what happens to its digest, with who did it."""

from datetime import datetime, timedelta

from bot.deps import Deps
from bot.replies import post_key
from bot.slack_errors import ChannelGone
from bot.teams.following import Followed
from bot.teams.stopping import give_up
from bot.views.team_cards import announcement, changed, unfollowed
from bot.views.team_words import hour_shown
from storage import digests, teams
from storage.tables import Team

OVERDUE = timedelta(minutes=5)
"""After this, whoever set it up is done, or died over it."""


async def announce(deps: Deps, followed: Followed) -> None:
    """Tell the channel that a digest was set up or changed; nothing when it stayed the same."""
    team, due_at = followed.team, followed.upcoming.due_at
    if followed.is_news:
        message = announcement(deps.render, hour_shown(team), first=due_at, minimum=deps.min_group)
        posted = await deps.slack.post(team.channel_id, message, key=_key_of(team))
        await _announced(deps, team, posted.ts)
    elif followed.is_changed:
        message = changed(deps.render, hour_shown(team), first=due_at)
        await deps.slack.post(team.channel_id, message, key=_key_now(deps, team.channel_id))


async def announce_overdue(deps: Deps) -> None:
    """Announce digests of which nobody told the channel; safe to run twice: it looks before it posts."""
    async with deps.database.read() as session:
        plans = await digests.plans(session, deps.identity.workspace_id)
    for team, plan in plans:
        is_late = team.announced_ts is None and deps.now() - team.followed_at >= OVERDUE
        if is_late and plan and plan.next_due_at:
            await _announce_late(deps, team, first=plan.next_due_at)


async def announce_end(deps: Deps, channel: str, *, by: str) -> None:
    """Tell the channel that a member stopped its digest."""
    await deps.slack.post(channel, unfollowed(deps.render, by=by), key=_key_now(deps, channel))


async def _announce_late(deps: Deps, team: Team, *, first: datetime) -> None:
    since = (team.followed_at - OVERDUE).timestamp()
    message = announcement(deps.render, hour_shown(team), first=first, minimum=deps.min_group)
    try:
        posted = await deps.slack.find_post(team.channel_id, _key_of(team), since=since)
        posted = posted or await deps.slack.post(team.channel_id, message, key=_key_of(team))
    except ChannelGone:
        await give_up(deps, team.channel_id, reason="removed")
        return
    await _announced(deps, team, posted.ts)


async def _announced(deps: Deps, team: Team, ts: str) -> None:
    async with deps.database.write() as session:
        await teams.announced(session, team.workspace_id, team.channel_id, ts=ts)


def _key_of(team: Team) -> str:
    """The name of the announcement of this team, the same whoever posts it."""
    return post_key("team", team.channel_id, team.followed_at.isoformat())


def _key_now(deps: Deps, channel: str) -> str:
    return post_key("team", channel, "now", deps.now().isoformat())
