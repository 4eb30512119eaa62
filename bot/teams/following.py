"""Setting up a digest, changing it, and stopping it on request."""

from dataclasses import dataclass

from bot.deps import Deps
from bot.outgoing import seed_of
from bot.teams.stopping import ASKED, stop
from coaching.timing import Occurrence, Plan, first
from storage import inbound
from storage.database import Session
from storage.outbox import schedules
from storage.team_digest import teams
from storage.team_digest.teams import DIGEST, Team

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
    upcoming = first(plan, after=deps.now())
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
