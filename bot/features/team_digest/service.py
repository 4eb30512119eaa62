"""The end of a digest: asked for by a member, or because the channel is gone for us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import getLogger
from typing import Any

from bot.deps import Deps
from bot.features.team_digest.digest_views import hour_shown
from bot.features.team_digest.views import announcement, changed, unfollowed
from bot.outgoing.kinds import seed_of
from bot.slack.channel_access import Obstacle
from bot.slack.errors import ChannelGone
from bot.slack.payloads import Request
from bot.slack.replies import post_key
from coaching.timing import Occurrence, Plan, first_occurrence
from storage import inbound
from storage.database import Session
from storage.outbox import schedules
from storage.team_digest import teams
from storage.team_digest.teams import DIGEST, Team

log = getLogger(__name__)

ASKED = "asked"
LOST = {
    "channel_archive": "archived",
    "group_archive": "archived",
    "channel_left": "removed",
    "group_left": "removed",
}
"""Events after which no digest can come, and the reason that the status gives."""

ENDED_BY: dict[Obstacle, str] = {
    "unseen": "removed",
    "not_invited": "removed",
    "archived": "archived",
    "shared": "shared",
}
"""What an obstacle that came up later means for a digest that was set up before."""


async def stop(session: Session, deps: Deps, channel: str, *, reason: str) -> bool:
    """Stop the digest of this channel and keep why; True when that is news."""
    workspace_id, now = deps.identity.workspace_id, deps.now()
    is_news = await teams.unfollow(session, workspace_id, channel, reason=reason, now=now)
    await schedules.stop(session, workspace_id, DIGEST, channel, now=now)
    return is_news


async def channel_lost(deps: Deps, request: Request, event: Mapping[str, Any]) -> None:
    """Stop the digest of a channel that was archived, or that the app was taken out of."""
    await give_up(deps, str(request.channel), LOST[event["type"]])


async def give_up(deps: Deps, channel: str, reason: str) -> None:
    """Stop a digest that can no longer reach its channel, and say so in the log."""
    async with deps.database.write() as session:
        is_news = await stop(session, deps, channel, reason=reason)
    if is_news:
        log.warning("digest_stopped", extra={"channel": channel, "reason": reason})


EVERY_DAY: frozenset[int] = frozenset()
"""A channel has no days off: its members chose the day."""


@dataclass(frozen=True)
class Hour:
    """When a digest comes: a weekday (0 for Monday) and an hour in a time zone."""

    zone: str
    weekday: int
    hour: int


@dataclass(frozen=True)
class Followed:
    """A digest that was set up or changed; `is_news` for the one who did it first."""

    team: Team
    upcoming: Occurrence
    is_news: bool
    is_changed: bool


async def follow(deps: Deps, channel: str, hour: Hour, *, by: str) -> Followed:
    """Let the channel follow a digest at that hour; safe to run twice and at once."""
    async with deps.database.write() as session:
        return await follow_in(session, deps, channel, hour, by=by)


async def follow_in(session: Session, deps: Deps, channel: str, hour: Hour, *, by: str) -> Followed:
    """The same in a transaction of the caller's."""
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
        now=now,
    )
    # Two people may do it at the same moment: one of them is the first.
    name = f"follow:{channel}:{team.followed_at.isoformat()}"
    is_news = had is None and await inbound.claim(session, workspace_id, name, now=now)
    upcoming = await _plan(session, deps, team)
    return Followed(team, upcoming, is_news=is_news, is_changed=had != hour)


async def unfollow(deps: Deps, channel: str) -> bool:
    """Stop the digest because a member asked; False when there was none."""
    async with deps.database.write() as session:
        return await stop(session, deps, channel, reason=ASKED)


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


def _hour_of(team: Team) -> Hour:
    return Hour(team.zone, team.weekday, team.hour)


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
        plans = await teams.list_with_schedules(session, deps.identity.workspace_id)
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
        await give_up(deps, team.channel_id, "removed")
        return
    await _announced(deps, team, posted.ts)


async def _announced(deps: Deps, team: Team, ts: str) -> None:
    async with deps.database.write() as session:
        await teams.record_announcement(session, team.workspace_id, team.channel_id, ts=ts)


def _key_of(team: Team) -> str:
    """The name of the announcement of this team, the same whoever posts it."""
    return post_key("team", team.channel_id, team.followed_at.isoformat())


def _key_now(deps: Deps, channel: str) -> str:
    return post_key("team", channel, "now", deps.now().isoformat())
