"""Setting up, announcing and stopping the digest of a channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import getLogger
from typing import Any

from bot.deps import Deps
from bot.features.team_digest.digest_views import hour_view_of
from bot.features.team_digest.views import (
    DigestSetup,
    announcement,
    changed_notice,
    unfollowed_notice,
)
from bot.slack.api import Message
from bot.slack.directory import Obstacle
from bot.slack.errors import ChannelGone, MoreToRead
from bot.slack.payloads import Request
from bot.slack.replies import is_first_delivery, post_key
from coaching.timing import Occurrence, Plan, first_occurrence, seed_of
from storage import audit, inbound
from storage.database import Session
from storage.outbox import schedules
from storage.safeguards import minimum_since
from storage.team_digest import teams
from storage.team_digest.teams import DIGEST, Team

log = getLogger(__name__)

ASKED_REASON = "asked"
LOST_BY_EVENT = {
    "channel_archive": "archived",
    "group_archive": "archived",
    "channel_left": "removed",
    "group_left": "removed",
}
"""Slack's events after which a channel gets no digest, and the reason that the status then gives."""

REASON_BY_OBSTACLE: dict[Obstacle, str] = {
    "unseen": "removed",
    "not_invited": "removed",
    "archived": "archived",
    "shared": "shared",
}
"""The reason for which a digest is stopped, by what keeps the bot from its channel."""

EVERY_DAY: frozenset[int] = frozenset()
"""The days off of a channel: none, because its members chose the day."""

PERIOD = timedelta(weeks=1)
"""The time that a digest tells of."""

ANNOUNCE_WITHIN = timedelta(minutes=5)
"""After this time, the process that set a digest up has announced it or died."""


async def stop_digest(session: Session, deps: Deps, channel: str, reason: str) -> bool:
    """Stop the channel's digest and store the reason; return False when it was stopped already."""
    workspace_id, now = deps.identity.workspace_id, deps.now()
    is_news = await teams.unfollow(session, workspace_id, channel, reason=reason, now=now)
    await schedules.stop(session, workspace_id, DIGEST, channel, now=now)
    return is_news


async def channel_lost(deps: Deps, request: Request, event: Mapping[str, Any]) -> None:
    """Stop the digest of a channel that was archived or that the app was removed from.

    A repeated delivery stops nothing: the app may have come back since.
    """
    reason = LOST_BY_EVENT[event["type"]]
    await stop_unreachable_digest(deps, str(request.channel), reason, told_by=request)


async def stop_unreachable_digest(
    deps: Deps, channel: str, reason: str, *, told_by: Request | None = None
) -> None:
    """Stop a digest that can no longer reach its channel, and log it; once for the event that told so."""
    async with deps.database.write() as session:
        is_first = told_by is None or await is_first_delivery(session, deps, told_by)
        is_news = is_first and await stop_digest(session, deps, channel, reason)
    if is_news:
        log.warning("digest_stopped", extra={"channel": channel, "reason": reason})


@dataclass(frozen=True)
class FollowResult:
    """A digest that was set up: when it comes next, whether it is new, and whether its hour changed."""

    team: Team
    upcoming: Occurrence
    is_news: bool
    is_changed: bool


async def follow_digest(deps: Deps, channel: str, hour: DigestSetup, *, by: str) -> FollowResult:
    """Set up the channel's digest at that hour, or change it; safe to run twice, also at the same time."""
    async with deps.database.write() as session:
        return await follow_digest_in(session, deps, channel, hour, by=by)


async def follow_digest_in(
    session: Session, deps: Deps, channel: str, hour: DigestSetup, *, by: str
) -> FollowResult:
    """Do the same as `follow_digest` in the caller's transaction."""
    workspace_id, now = deps.identity.workspace_id, deps.now()
    before = await teams.get(session, workspace_id, channel)
    had = _hour_of(before) if before and before.unfollowed_at is None else None
    team = await teams.follow(
        session,
        workspace_id,
        channel,
        set_by=by,
        zone=hour.zone,
        weekday=hour.weekday,
        hour=hour.hour,
        family=hour.family,
        now=now,
    )
    # Of two members who do it at the same moment, one makes the claim and announces the digest.
    name = f"follow:{channel}:{team.followed_at.isoformat()}"
    is_news = had is None and await inbound.claim(session, workspace_id, name, now=now)
    upcoming = await _plan(session, deps, team)
    return FollowResult(team, upcoming, is_news=is_news, is_changed=had != hour)


async def unfollow_digest(deps: Deps, request: Request) -> bool:
    """Stop the digest of the channel because a member asked; return False when there was none.

    Also False for a repeated delivery: somebody may have set the digest up again since.
    """
    channel = request.channel or ""
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return False
        is_news = await stop_digest(session, deps, channel, ASKED_REASON)
        if is_news:
            place, now = request.place, deps.now()
            await audit.record(
                session, request.key, "digest_unfollowed", place=place, now=now, about=channel
            )
    return is_news


async def _plan(session: Session, deps: Deps, team: Team) -> Occurrence:
    plan = Plan(
        rule="weekly",
        zone=team.zone,
        seed=seed_of(team.workspace_id, team.channel_id),
        weekday=team.weekday,
        hour=team.hour,
        days_off=EVERY_DAY,
    )
    upcoming = first_occurrence(plan, after=deps.now())
    if upcoming is None:
        raise ValueError("A week without days has no digest.")
    await schedules.plan(
        session,
        team.workspace_id,
        DIGEST,
        team.channel_id,
        user_id=None,
        zone=team.zone,
        weekday=team.weekday,
        hour=team.hour,
        rule="weekly",
        next_due_at=upcoming.due_at,
        next_on=upcoming.on,
        now=deps.now(),
    )
    return upcoming


def _hour_of(team: Team) -> DigestSetup:
    return DigestSetup(team.zone, team.weekday, team.hour, team.family)


async def announce_digest(deps: Deps, followed: FollowResult) -> None:
    """Post in the channel that a digest was set up or changed; nothing when it stayed the same."""
    team, due_at = followed.team, followed.upcoming.due_at
    if followed.is_news:
        message = await _announcement(deps, team, first=due_at)
        posted = await deps.slack.post(team.channel_id, message, key=_key_of(team))
        await _record_announcement(deps, team, posted.ts)
    elif followed.is_changed:
        message = changed_notice(deps.render, hour_view_of(team), first=due_at)
        await deps.slack.post(team.channel_id, message, key=_key_now(deps, team.channel_id))


async def minimum_for(session: Session, deps: Deps, due_at: datetime) -> int | None:
    """Return the least people that the digest due then may rest on; None when it has no figures.

    It tells of the week before, so what was stricter at any time of that week still holds.
    """
    workspace_id, since = deps.identity.workspace_id, due_at - PERIOD
    return await minimum_since(session, workspace_id, since, least=deps.min_group)


async def _announcement(deps: Deps, team: Team, *, first: datetime) -> Message:
    async with deps.database.read() as session:
        minimum = await minimum_for(session, deps, first)
    return announcement(deps.render, hour_view_of(team), first=first, minimum=minimum)


async def announce_overdue_digests(deps: Deps) -> None:
    """Announce digests whose announcement is overdue.

    Safe to run twice: it looks the announcement up in the channel before it posts.
    """
    async with deps.database.read() as session:
        plans = await teams.list_with_schedules(session, deps.identity.workspace_id)
    for team, plan in plans:
        is_late = team.announced_ts is None and deps.now() - team.followed_at >= ANNOUNCE_WITHIN
        if is_late and plan and plan.next_due_at:
            await _announce_late(deps, team, first=plan.next_due_at)


async def announce_digest_end(deps: Deps, channel: str, *, by: str) -> None:
    """Post in the channel that a member stopped its digest."""
    await deps.slack.post(
        channel, unfollowed_notice(deps.render, by=by), key=_key_now(deps, channel)
    )


async def _announce_late(deps: Deps, team: Team, *, first: datetime) -> None:
    since = (team.followed_at - ANNOUNCE_WITHIN).timestamp()
    message = await _announcement(deps, team, first=first)
    try:
        posted = await deps.slack.find_post(team.channel_id, _key_of(team), since=since)
        posted = posted or await deps.slack.post(team.channel_id, message, key=_key_of(team))
    except ChannelGone:
        await stop_unreachable_digest(deps, team.channel_id, "removed")
        return
    except MoreToRead:
        # Too much was written since to see whether it is there, and it is not posted twice.
        log.warning("announcement_unknown", extra={"channel": team.channel_id})
        await _record_announcement(deps, team, "")
        return
    await _record_announcement(deps, team, posted.ts)


async def _record_announcement(deps: Deps, team: Team, ts: str) -> None:
    async with deps.database.write() as session:
        await teams.record_announcement(session, team.workspace_id, team.channel_id, ts=ts)


def _key_of(team: Team) -> str:
    """Return the key of this announcement; every process that posts it uses the same one."""
    return post_key("team", team.channel_id, team.followed_at.isoformat())


def _key_now(deps: Deps, channel: str) -> str:
    return post_key("team", channel, "now", deps.now().isoformat())
