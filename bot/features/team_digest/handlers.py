"""Handlers of `/rungs team [follow, history, unfollow]`, its buttons and its form."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.feature import Call
from bot.features.team_digest import digest
from bot.features.team_digest.digest_views import (
    TEAM_FAMILY,
    TEAM_HOUR,
    TEAM_VIEW,
    TEAM_WEEKDAY,
    hour_view_of,
)
from bot.features.team_digest.service import (
    FollowResult,
    announce_digest,
    announce_digest_end,
    follow_digest_in,
    stop_unreachable_digest,
    unfollow_digest,
)
from bot.features.team_digest.views import (
    DIGEST_TITLE,
    DigestSetup,
    digest_form_refused,
    follow_form,
    unfollow_card,
)
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from bot.slack.directory import ChannelAccess, check_access, clock_of
from bot.slack.errors import ChannelGone
from bot.slack.payloads import Click, Request, Submission
from bot.slack.phrases import MemberClock
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_and_fill
from coaching.members import MemberKey
from coaching.team_digest.figures import SEVERAL
from coaching.timing import zone_name
from storage import allowances, audit
from storage.allowances import LINES, LimitReached
from storage.safeguards import NO_FIGURES
from storage.team_digest import releases, teams

DIGEST_USAGE = "[follow, history, unfollow]"

MessageReader = Callable[[Deps, MemberKey, str], Awaitable[Message]]

FORM_FIELDS = (TEAM_WEEKDAY, TEAM_HOUR, TEAM_FAMILY)
MONDAY, TEN = 0, 10
"""The default day and hour of a digest."""


async def team_command(deps: Deps, call: Call) -> None:
    """Answer with the digest's status, or do what the word after `team` says."""
    word = " ".join(call.arguments).casefold()
    run = DIGEST_WORDS.get(word)
    if run is None:
        told = deps.render("team_digest/unknown", typed=repeated(word))
        await Reply(deps, call.request).privately(notice(told))
    elif (call.request.channel or "D").startswith("D"):
        await Reply(deps, call.request).privately(
            notice(deps.render("team_digest/obstacle", why="direct"))
        )
    else:
        await run(deps, call.request)


async def show_status(deps: Deps, request: Request) -> None:
    """Answer whether the channel gets a digest, when, and with a preview of it."""
    await _read(deps, request, digest.status_message)


async def show_digest_history(deps: Deps, request: Request) -> None:
    """Answer with the spreads that the past digests showed."""
    await _read(deps, request, digest.history_message)


async def ask_unfollow(deps: Deps, request: Request) -> None:
    """Ask the member to confirm that the digest is to be stopped."""
    channel = request.channel or ""
    found = await check_access(deps, request, channel, to_change=True)
    why = found.obstacle
    told = (
        notice(deps.render("team_digest/obstacle", why=why)) if why else unfollow_card(deps.render)
    )
    await Reply(deps, request).privately(told)


async def _read(deps: Deps, request: Request, read: MessageReader) -> None:
    channel = request.channel or ""
    why = (await check_access(deps, request, channel)).obstacle
    told = (
        notice(deps.render("team_digest/obstacle", why=why))
        if why
        else await read(deps, request.key, channel)
    )
    await Reply(deps, request).privately(told)


async def open_form(deps: Deps, request: Request) -> None:
    """Open the form as a loading window, and fill it once the channel was checked with Slack."""
    content = partial(_form, deps, request)
    await open_and_fill(deps, request, DIGEST_TITLE, callback=TEAM_VIEW, content=content)


async def _form(deps: Deps, request: Request) -> View:
    channel = request.channel or ""
    found = await check_access(deps, request, channel, to_change=True)
    if found.obstacle:
        text = deps.render("team_digest/obstacle", why=found.obstacle)
        return digest_form_refused(text)
    hour = await _hour(deps, channel, found)
    carried = DigestFormState(channel, hour.zone, request.response_url)
    families = [(family.name, family.id) for family in deps.library.families.values()]
    has_figures = not deps.settings.get(NO_FIGURES)
    return follow_form(
        deps.render, hour, families=families, carried=str(carried), has_figures=has_figures
    )


DIGEST_WORDS = {
    "": show_status,
    "status": show_status,
    "preview": show_status,
    "follow": open_form,
    "history": show_digest_history,
    "unfollow": ask_unfollow,
    "stop": ask_unfollow,
}
"""The words that may follow `team`, with their handlers."""


async def team_asked(deps: Deps, click: Click) -> None:
    """Handle "About this digest"."""
    await show_status(deps, click.request)


async def follow_asked(deps: Deps, click: Click) -> None:
    """Handle "Set up the digest" and "Change the day or hour"."""
    await open_form(deps, click.request)


async def digest_history_asked(deps: Deps, click: Click) -> None:
    """Handle "See the history"."""
    await show_digest_history(deps, click.request)


async def unfollow_asked(deps: Deps, click: Click) -> None:
    """Handle "Stop the digest": ask for confirmation."""
    await ask_unfollow(deps, click.request)


async def unfollow_confirmed(deps: Deps, click: Click) -> None:
    """Stop the digest, and post in the channel who stopped it."""
    request, channel = click.request, click.request.channel or ""
    found = await check_access(deps, request, channel, to_change=True)
    if found.obstacle:
        told = notice(deps.render("team_digest/obstacle", why=found.obstacle))
        await Reply(deps, request).replace(told)
        return
    is_news = await unfollow_digest(deps, request)
    is_told = is_news and await _announce_end(deps, request, channel)
    text = deps.render("team_digest/stopped", is_news=is_news, is_told=is_told)
    await Reply(deps, request).replace(notice(text))


async def _announce_end(deps: Deps, request: Request, channel: str) -> bool:
    """Post who stopped the digest; False when the channel is gone, or has had too many lines."""
    with suppress(ChannelGone, LimitReached):
        async with deps.database.write() as session:
            workspace_id = request.key.workspace_id
            await allowances.spend(session, workspace_id, channel, LINES, now=deps.now())
        await announce_digest_end(deps, channel, by=request.key.user_id)
        return True
    return False


async def experiment_done(deps: Deps, click: Click) -> None:
    """Handle "We did it": count it as practice of this member, and say so to them alone."""
    request, channel = click.request, click.request.channel or ""
    found = await check_access(deps, request, channel)
    if found.obstacle:
        told = deps.render("team_digest/obstacle", why=found.obstacle)
    else:
        is_news = await _record_done(deps, request, click.value)
        has_figures = not deps.settings.get(NO_FIGURES)
        told = deps.render("team_digest/experiment_done", is_news=is_news, has_figures=has_figures)
    await Reply(deps, request).privately(notice(told))


async def _record_done(deps: Deps, request: Request, message_id: str) -> bool:
    """Store the answer; return False when it is stored already, or there is no such digest in the channel."""
    key = request.key
    async with deps.database.write() as session:
        digests = await releases.earlier_digests(session, key.workspace_id, request.channel or "")
        if message_id not in {digest.id for digest in digests}:
            return False
        return await teams.record_team_practice(session, key, message_id, now=deps.now())


async def team_kept(deps: Deps, click: Click) -> None:
    """Handle "Keep it"."""
    await Reply(deps, click.request).replace(notice(deps.render("team_digest/kept")))


@dataclass(frozen=True)
class DigestFormState:
    """What the form carries in its metadata: channel, time zone, and the response URL of the request."""

    channel: str
    zone: str
    response_url: str | None

    def __str__(self) -> str:
        return f"{self.channel}|{self.zone}|{self.response_url or ''}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the state from the form's metadata; missing parts are empty."""
        channel, zone, url = (*text.split("|", 2), "", "")[:3]
        return cls(channel, zone, url or None)


async def digest_form_sent(deps: Deps, submission: Submission) -> None:
    """Set up the digest, and announce it in the channel.

    The submission is claimed in the transaction that saves it. So a repeated delivery changes nothing, unless
    a crash kept the first one from being saved.
    """
    carried, key = DigestFormState.parse(submission.carried), submission.request.key
    request = replace(submission.request, response_url=carried.response_url)
    if await is_submitted(deps, request):
        return
    found = await check_access(deps, request, carried.channel, to_change=True)
    hour, followed, now = _chosen(deps, submission, carried), None, deps.now()
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        if not found.obstacle:
            followed = await follow_digest_in(session, deps, carried.channel, hour, by=key.user_id)
            about, place = carried.channel, request.place
            await audit.record(session, key, "digest_followed", place=place, now=now, about=about)
            if followed.is_news or followed.is_changed:
                await allowances.spend(session, key.workspace_id, carried.channel, LINES, now=now)
    if followed is None:
        await _tell(deps, request, deps.render("team_digest/obstacle", why=found.obstacle))
        return
    try:
        await announce_digest(deps, followed)
    except ChannelGone:
        # The app was removed from the channel after the check above.
        await stop_unreachable_digest(deps, carried.channel, "removed")
        await _tell(deps, request, deps.render("team_digest/obstacle", why="not_invited"))
        return
    async with deps.database.read() as session:
        clock = await clock_of(session, deps, key)
    await _tell(deps, request, _saved(deps, followed, clock))


def _saved(deps: Deps, followed: FollowResult, clock: MemberClock) -> str:
    return deps.render(
        "team_digest/followed",
        hour=hour_view_of(followed.team),
        first=clock.around(followed.upcoming.due_at, beside_zone=followed.team.zone),
        announced=followed.is_news or followed.is_changed,
    )


async def _tell(deps: Deps, request: Request, text: str) -> None:
    """Answer where the form was opened, or in a DM once the response URL has expired (after half an hour)."""
    await Reply(deps, request).privately_or_in_dm(notice(text), about="team")


async def _hour(deps: Deps, channel: str, found: ChannelAccess) -> DigestSetup:
    """Return the digest's hour, or Monday at ten in the member's zone when there is no digest."""
    async with deps.database.read() as session:
        team = await teams.get(session, deps.identity.workspace_id, channel)
    if team and team.unfollowed_at is None:
        return DigestSetup(team.zone, team.weekday, team.hour, team.family)
    return DigestSetup(zone_name(found.zone), MONDAY, TEN)


def _chosen(deps: Deps, submission: Submission, carried: DigestFormState) -> DigestSetup:
    weekday, hour, family = (submission.chosen.get(name, "") for name in FORM_FIELDS)
    return DigestSetup(
        zone=zone_name(carried.zone),
        weekday=int(weekday) if weekday in map(str, range(7)) else MONDAY,
        hour=int(hour) if hour in map(str, range(24)) else TEN,
        family=family if family in {SEVERAL, *deps.library.families} else None,
    )
