"""Setting up or changing the digest of a channel, in a window."""

from bot import ids
from bot.deps import Deps
from bot.forms.opening import opened
from bot.origin import Origin, Submission
from bot.replies import Reply
from bot.slack_errors import ChannelGone
from bot.teams.announcing import announce
from bot.teams.following import Hour, follow
from bot.teams.guarding import Asked, asked
from bot.teams.rosters import freeze_first
from bot.teams.stopping import give_up
from bot.views.notices import notice
from bot.views.team_form import follow_form, loading_form, no_form
from bot.views.team_words import at, hour_shown
from coaching.timing import zone_of
from storage import teams

FIELDS = (ids.TEAM_WEEKDAY, ids.TEAM_HOUR)
MONDAY, TEN = 0, 10
"""When a digest comes unless somebody chooses otherwise."""


async def open_form(deps: Deps, origin: Origin, *, typed_here: bool) -> None:
    """Open the window at once, and fill it when Slack has said what the channel is."""
    view_id = await opened(deps, origin, loading_form())
    if view_id is None:
        return
    channel = origin.channel or ""
    found = await asked(deps, origin, channel, typed_here=typed_here, to_change=True)
    if found.obstacle:
        text = deps.say("team/obstacle", why=found.obstacle)
        await deps.slack.update_modal(view_id, no_form(text))
        return
    hour = await _hour(deps, channel, found)
    view = follow_form(
        deps.say,
        weekday=hour.weekday,
        hour=hour.hour,
        zone=hour.zone,
        carried=f"{channel}|{hour.zone}",
    )
    await deps.slack.update_modal(view_id, view)


async def form_sent(deps: Deps, submission: Submission) -> None:
    """Follow, tell the channel who set it up, and fix who counts."""
    origin, reply = submission.origin, Reply(deps, submission.origin)
    channel, hour = _read(submission)
    found = await asked(deps, origin, channel, typed_here=False, to_change=True)
    if found.obstacle:
        await reply.privately(notice(deps.say("team/obstacle", why=found.obstacle)))
        return
    followed = await follow(deps, channel, hour, by=origin.key.user_id)
    try:
        await announce(deps, followed)
    except ChannelGone:
        # The app was taken out of the channel in this very moment.
        await give_up(deps, channel, reason="removed")
        await reply.privately(notice(deps.say("team/obstacle", why="not_invited")))
        return
    await reply.privately(
        notice(
            deps.say(
                "team/followed",
                hour=hour_shown(followed.team),
                first=at(followed.upcoming.due_at),
                announced=followed.is_news or followed.is_changed,
            )
        )
    )
    await freeze_first(deps, followed.team)


async def _hour(deps: Deps, channel: str, found: Asked) -> Hour:
    """The hour as it is, else Monday at ten where the asker is."""
    async with deps.database.read() as session:
        team = await teams.get(session, deps.identity.workspace_id, channel)
    if team and team.unfollowed_at is None:
        return Hour(team.zone, team.weekday, team.hour)
    return Hour(zone_of(found.zone).key, MONDAY, TEN)


def _read(submission: Submission) -> tuple[str, Hour]:
    channel, _, zone = submission.carried.partition("|")
    weekday, hour = (submission.chosen.get(name, "") for name in FIELDS)
    return channel, Hour(
        zone=zone_of(zone).key,
        weekday=int(weekday) if weekday in map(str, range(7)) else MONDAY,
        hour=int(hour) if hour in map(str, range(24)) else TEN,
    )
