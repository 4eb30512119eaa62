"""Telling a channel what happens to its digest, with who did it."""

from bot.deps import Deps
from bot.replies import post_key
from bot.teams.following import Followed
from bot.views.team_cards import announcement, changed, unfollowed
from bot.views.team_words import hour_shown
from storage import teams


async def announce(deps: Deps, followed: Followed) -> None:
    """Tell the channel that a digest was set up or changed; nothing when it stayed the same."""
    team = followed.team
    hour, due_at = hour_shown(team), followed.upcoming.due_at
    if followed.is_news:
        message = announcement(deps.say, hour, first=due_at, minimum=deps.min_group)
    elif followed.is_changed:
        message = changed(deps.say, hour, first=due_at)
    else:
        return
    posted = await deps.slack.post(team.channel_id, message, key=_key(deps, team.channel_id))
    async with deps.database.write() as session:
        await teams.announced(session, team.workspace_id, team.channel_id, ts=posted.ts)


async def announce_end(deps: Deps, channel: str, *, by: str) -> None:
    """Tell the channel that a member stopped its digest."""
    await deps.slack.post(channel, unfollowed(deps.say, by=by), key=_key(deps, channel))


def _key(deps: Deps, channel: str) -> str:
    return post_key("team", channel, deps.now().isoformat())
