"""Setting up or changing the digest of a channel, in a window."""

from dataclasses import dataclass, replace
from typing import Self

from bot import ids
from bot.deps import Deps
from bot.forms.copies import is_done
from bot.forms.opening import opened
from bot.origin import Origin, Submission
from bot.replies import Reply
from bot.slack_errors import ChannelGone, Undeliverable, WorkspaceGone
from bot.teams.announcing import announce
from bot.teams.following import Followed, Hour, follow_in
from bot.teams.guarding import Asked, asked
from bot.teams.rosters import freeze_first
from bot.teams.stopping import give_up
from bot.views.notices import notice
from bot.views.team_form import follow_form, loading_form, no_form
from bot.views.team_words import at, hour_shown
from coaching.timing import zone_of
from storage import inbound, teams

FIELDS = (ids.TEAM_WEEKDAY, ids.TEAM_HOUR)
MONDAY, TEN = 0, 10
"""When a digest comes unless somebody chooses otherwise."""


@dataclass(frozen=True)
class Carried:
    """What the form brings back: its channel, the zone of its times, and where an answer may go."""

    channel: str
    zone: str
    response_url: str | None

    def __str__(self) -> str:
        return f"{self.channel}|{self.zone}|{self.response_url or ''}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """What was written into the form."""
        channel, zone, url = (*text.split("|", 2), "", "")[:3]
        return cls(channel, zone, url or None)


async def open_form(deps: Deps, origin: Origin, *, typed_here: bool) -> None:
    """Open the window at once, and fill it when Slack has said what the channel is."""
    view_id = await opened(deps, origin, loading_form())
    if view_id is None:
        return
    channel = origin.channel or ""
    found = await asked(deps, origin, channel, typed_here=typed_here, to_change=True)
    if found.obstacle:
        text = deps.render("team_digest/obstacle", why=found.obstacle)
        await deps.slack.update_modal(view_id, no_form(text))
        return
    hour = await _hour(deps, channel, found)
    carried = Carried(channel, hour.zone, origin.response_url)
    view = follow_form(
        deps.render, weekday=hour.weekday, hour=hour.hour, zone=hour.zone, carried=str(carried)
    )
    await deps.slack.update_modal(view_id, view)


async def form_sent(deps: Deps, submission: Submission) -> None:
    """Follow, tell the channel who set it up, and fix who counts; a copy changes nothing.

    The form is taken up in the transaction that saves it: what a crash left unsaved a copy may save.
    """
    carried, key = Carried.parse(submission.carried), submission.origin.key
    origin = replace(submission.origin, response_url=carried.response_url)
    if await is_done(deps, origin):
        return
    found = await asked(deps, origin, carried.channel, typed_here=False, to_change=True)
    hour, followed = _chosen(submission, carried), None
    async with deps.database.write() as session:
        if not await inbound.claim(session, key.workspace_id, origin.once, now=deps.now()):
            return
        if not found.obstacle:
            followed = await follow_in(session, deps, carried.channel, hour, by=key.user_id)
    if followed is None:
        await _tell(deps, origin, deps.render("team_digest/obstacle", why=found.obstacle))
        return
    try:
        await announce(deps, followed)
    except ChannelGone:
        # The app was taken out of the channel in this very moment.
        await give_up(deps, carried.channel, reason="removed")
        await _tell(deps, origin, deps.render("team_digest/obstacle", why="not_invited"))
        return
    await freeze_first(deps, followed.team)
    await _tell(deps, origin, _saved(deps, followed))


def _saved(deps: Deps, followed: Followed) -> str:
    return deps.render(
        "team_digest/followed",
        hour=hour_shown(followed.team),
        first=at(followed.upcoming.due_at),
        announced=followed.is_news or followed.is_changed,
    )


async def _tell(deps: Deps, origin: Origin, text: str) -> None:
    """Answer where the form was asked for; after half an hour, Slack takes that in messages alone."""
    try:
        await Reply(deps, origin).privately(notice(text))
    except WorkspaceGone:
        raise
    except Undeliverable:
        await Reply(deps, origin).in_dm(notice(text), about="team")


async def _hour(deps: Deps, channel: str, found: Asked) -> Hour:
    """The hour as it is, else Monday at ten where the asker is."""
    async with deps.database.read() as session:
        team = await teams.get(session, deps.identity.workspace_id, channel)
    if team and team.unfollowed_at is None:
        return Hour(team.zone, team.weekday, team.hour)
    return Hour(zone_of(found.zone).key, MONDAY, TEN)


def _chosen(submission: Submission, carried: Carried) -> Hour:
    weekday, hour = (submission.chosen.get(name, "") for name in FIELDS)
    return Hour(
        zone=zone_of(carried.zone).key,
        weekday=int(weekday) if weekday in map(str, range(7)) else MONDAY,
        hour=int(hour) if hour in map(str, range(24)) else TEN,
    )
