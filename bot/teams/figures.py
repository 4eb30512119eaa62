"""The figures of a digest: gathered from the database, and decided on by the rules of `coaching.digests`."""

from datetime import UTC, date, datetime

from bot.deps import Deps
from bot.teams.topics import topics, tried
from coaching.digests import (
    Decision,
    Digest,
    Elsewhere,
    Group,
    Kept,
    Spread,
    Standing,
    decide,
    last_shown,
    practised_since,
    spreads,
)
from storage.database import Session
from storage.team_digest import releases, rosters, teams
from storage.team_digest.releases import Release
from storage.team_digest.teams import Team

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


async def decided(
    session: Session, deps: Deps, team: Team, *, message_id: str, on: date
) -> Decision:
    """What the digest of this date may say, and the release that goes with it.

    Run again for the same message, it decides anew from the release before.
    """
    workspace_id, channel = team.workspace_id, team.channel_id
    # Digests of other channels rest on some of the same people: each sees what the one before released.
    await teams.lock_digests(session, workspace_id)
    release = await releases.latest(session, workspace_id, channel, other_than=message_id)
    last = _kept(release) if release else None
    period = await rosters.period_on(session, workspace_id, channel, on)
    group = await _group(session, deps, team, period=period, last=last)
    decision = decide(group, on=on, now=deps.now(), last=last, minimum=deps.min_group)
    if decision.kept is None or period is None:
        await releases.withdraw(session, workspace_id, message_id)
        return decision
    await releases.save(
        session,
        workspace_id,
        channel,
        id=message_id,
        period=period,
        contributors=decision.kept.contributors,
        facts=decision.kept.facts,
        now=deps.now(),
    )
    return decision


async def seen_last(session: Session, deps: Deps, team: Team, *, on: date) -> Digest:
    """What the channel was told last. Nothing is computed anew: that would be one more look."""
    seen = await releases.list_delivered(session, team.workspace_id, team.channel_id, limit=1)
    period = await rosters.period_on(session, team.workspace_id, team.channel_id, on)
    people = 0
    if period:
        people = await rosters.size(session, team.workspace_id, team.channel_id, period)
    last = _kept(seen[0]) if seen else None
    return last_shown(last, on=on, people=people, minimum=deps.min_group)


async def seen_spreads(session: Session, workspace_id: str, channel: str) -> tuple[Spread, ...]:
    """The spreads that the channel was told over time, the oldest first."""
    seen = await releases.list_delivered(session, workspace_id, channel, limit=52)
    return spreads([_kept(release) for release in seen])


async def _group(
    session: Session, deps: Deps, team: Team, *, period: date | None, last: Kept | None
) -> Group:
    if period is None:
        return Group(secret=team.secret, standings=())
    here = (team.workspace_id, team.channel_id)
    places = await rosters.standings(session, *here, period)
    since = practised_since(last) or BEGINNING
    said = await rosters.practices_of_roster(session, *here, period, since=since, until=deps.now())
    others = await releases.latest_of_others(session, *here)
    return Group(
        secret=team.secret,
        standings=[Standing(place.user_id, place.tier, place.ended_at) for place in places],
        tried=tried(deps.library, said),
        topics=tuple(topics(deps.library)),
        elsewhere=[Elsewhere(other.secret, other.contributors) for other in others],
    )


def _kept(release: Release) -> Kept:
    return Kept(releases.contributors_of(release), releases.facts_of(release))
