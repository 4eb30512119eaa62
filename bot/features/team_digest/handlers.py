"""`/rungs team [follow, history, unfollow]`: the weekly digest of a channel."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Self

from bot.deps import Deps
from bot.feature import Call
from bot.features.team_digest import digest
from bot.features.team_digest.digest_views import TEAM_HOUR, TEAM_WEEKDAY, at, hour_shown
from bot.features.team_digest.rosters import freeze_first
from bot.features.team_digest.service import (
    Followed,
    Hour,
    announce,
    announce_end,
    follow_in,
    give_up,
    unfollow,
)
from bot.features.team_digest.views import follow_form, loading_form, no_form, unfollow_card
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from bot.slack.channel_access import ChannelAccess, check_access
from bot.slack.errors import ChannelGone, Undeliverable, WorkspaceGone
from bot.slack.payloads import Click, Request, Submission
from bot.slack.replies import Reply, is_submitted, open_modal
from coaching.timing import zone_of
from storage import inbound
from storage.team_digest import teams

USAGE = "[follow, history, unfollow]"

Read = Callable[[Deps, str], Awaitable[Message]]


async def team(deps: Deps, call: Call) -> None:
    """Status and preview, or what the word after `team` says."""
    word = " ".join(call.arguments).casefold()
    run = WORDS.get(word)
    if run is None:
        told = deps.render("team_digest/unknown", typed=repeated(word))
        await Reply(deps, call.request).privately(notice(told))
    elif (call.request.channel or "D").startswith("D"):
        await Reply(deps, call.request).privately(
            notice(deps.render("team_digest/obstacle", why="direct"))
        )
    else:
        await run(deps, call.request, typed_here=True)


async def show_status(deps: Deps, request: Request, *, typed_here: bool) -> None:
    """Whether there is a digest, when it comes, and what it looks like."""
    await _read(deps, request, digest.status, typed_here=typed_here)


async def show_history(deps: Deps, request: Request, *, typed_here: bool) -> None:
    """How the picture of the team changed, as the digests told it."""
    await _read(deps, request, digest.history, typed_here=typed_here)


async def ask_unfollow(deps: Deps, request: Request, *, typed_here: bool) -> None:
    """Ask before the digest is stopped."""
    channel = request.channel or ""
    found = await check_access(deps, request, channel, typed_here=typed_here, to_change=True)
    why = found.obstacle
    told = (
        notice(deps.render("team_digest/obstacle", why=why)) if why else unfollow_card(deps.render)
    )
    await Reply(deps, request).privately(told)


async def _read(deps: Deps, request: Request, read: Read, *, typed_here: bool) -> None:
    channel = request.channel or ""
    why = (await check_access(deps, request, channel, typed_here=typed_here)).obstacle
    told = (
        notice(deps.render("team_digest/obstacle", why=why)) if why else await read(deps, channel)
    )
    await Reply(deps, request).privately(told)


async def open_form(deps: Deps, request: Request, *, typed_here: bool) -> None:
    """Open the window at once, and fill it when Slack has said what the channel is."""
    view_id = await open_modal(deps, request, loading_form())
    if view_id is None:
        return
    channel = request.channel or ""
    found = await check_access(deps, request, channel, typed_here=typed_here, to_change=True)
    if found.obstacle:
        text = deps.render("team_digest/obstacle", why=found.obstacle)
        await deps.slack.update_modal(view_id, no_form(text))
        return
    hour = await _hour(deps, channel, found)
    carried = DigestFormState(channel, hour.zone, request.response_url)
    view = follow_form(
        deps.render, weekday=hour.weekday, hour=hour.hour, zone=hour.zone, carried=str(carried)
    )
    await deps.slack.update_modal(view_id, view)


WORDS = {
    "": show_status,
    "status": show_status,
    "preview": show_status,
    "follow": open_form,
    "history": show_history,
    "unfollow": ask_unfollow,
    "stop": ask_unfollow,
}
"""What may follow `team`, and what it does."""


async def team_asked(deps: Deps, click: Click) -> None:
    """ "About this digest" """
    await show_status(deps, click.request, typed_here=False)


async def follow_asked(deps: Deps, click: Click) -> None:
    """ "Set up the digest" or "Change the day or hour" """
    await open_form(deps, click.request, typed_here=False)


async def history_asked(deps: Deps, click: Click) -> None:
    """ "See the history" """
    await show_history(deps, click.request, typed_here=False)


async def unfollow_asked(deps: Deps, click: Click) -> None:
    """ "Stop the digest", asked about once more."""
    await ask_unfollow(deps, click.request, typed_here=False)


async def unfollow_confirmed(deps: Deps, click: Click) -> None:
    """Stop it, and tell the channel who did."""
    request, channel = click.request, click.request.channel or ""
    found = await check_access(deps, request, channel, typed_here=False, to_change=True)
    if found.obstacle:
        told = notice(deps.render("team_digest/obstacle", why=found.obstacle))
        await Reply(deps, request).replace(told)
        return
    is_news = await unfollow(deps, channel)
    if is_news:
        # In a channel that is gone meanwhile, nobody is there to be told.
        with suppress(ChannelGone):
            await announce_end(deps, channel, by=request.key.user_id)
    await Reply(deps, request).replace(notice(deps.render("team_digest/stopped", is_news=is_news)))


async def team_kept(deps: Deps, click: Click) -> None:
    """ "Keep it" """
    await Reply(deps, click.request).replace(notice(deps.render("team_digest/kept")))


FIELDS = (TEAM_WEEKDAY, TEAM_HOUR)
MONDAY, TEN = 0, 10
"""When a digest comes unless somebody chooses otherwise."""


@dataclass(frozen=True)
class DigestFormState:
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


async def form_sent(deps: Deps, submission: Submission) -> None:
    """Follow, tell the channel who set it up, and fix who counts; a copy changes nothing.

    The form is taken up in the transaction that saves it: what a crash left unsaved a copy may save.
    """
    carried, key = DigestFormState.parse(submission.carried), submission.request.key
    request = replace(submission.request, response_url=carried.response_url)
    if await is_submitted(deps, request):
        return
    found = await check_access(deps, request, carried.channel, typed_here=False, to_change=True)
    hour, followed = _chosen(submission, carried), None
    async with deps.database.write() as session:
        if not await inbound.claim(
            session, key.workspace_id, request.idempotency_key, now=deps.now()
        ):
            return
        if not found.obstacle:
            followed = await follow_in(session, deps, carried.channel, hour, by=key.user_id)
    if followed is None:
        await _tell(deps, request, deps.render("team_digest/obstacle", why=found.obstacle))
        return
    try:
        await announce(deps, followed)
    except ChannelGone:
        # The app was taken out of the channel in this very moment.
        await give_up(deps, carried.channel, "removed")
        await _tell(deps, request, deps.render("team_digest/obstacle", why="not_invited"))
        return
    await freeze_first(deps, followed.team)
    await _tell(deps, request, _saved(deps, followed))


def _saved(deps: Deps, followed: Followed) -> str:
    return deps.render(
        "team_digest/followed",
        hour=hour_shown(followed.team),
        first=at(followed.upcoming.due_at),
        announced=followed.is_news or followed.is_changed,
    )


async def _tell(deps: Deps, request: Request, text: str) -> None:
    """Answer where the form was asked for; after half an hour, Slack takes that in messages alone."""
    try:
        await Reply(deps, request).privately(notice(text))
    except WorkspaceGone:
        raise
    except Undeliverable:
        await Reply(deps, request).in_dm(notice(text), about="team")


async def _hour(deps: Deps, channel: str, found: ChannelAccess) -> Hour:
    """The hour as it is, else Monday at ten where the asker is."""
    async with deps.database.read() as session:
        team = await teams.get(session, deps.identity.workspace_id, channel)
    if team and team.unfollowed_at is None:
        return Hour(team.zone, team.weekday, team.hour)
    return Hour(zone_of(found.zone).key, MONDAY, TEN)


def _chosen(submission: Submission, carried: DigestFormState) -> Hour:
    weekday, hour = (submission.chosen.get(name, "") for name in FIELDS)
    return Hour(
        zone=zone_of(carried.zone).key,
        weekday=int(weekday) if weekday in map(str, range(7)) else MONDAY,
        hour=int(hour) if hour in map(str, range(24)) else TEN,
    )
