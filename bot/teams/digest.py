"""The weekly message to a channel: whether it still goes out, what it says, and what is kept of it."""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from bot.outgoing import Composed, seed_of
from bot.teams.figures import decided, seen_last
from bot.teams.topics import families_of, topics
from bot.views.digest import DigestShown, digest_message
from bot.views.team_words import hour_shown
from coaching.digests import Digest, Practised, Spread, Withheld
from coaching.experiments import Experiment, next_in_turn
from coaching.gate import ChannelFacts, Skip
from storage import digests, teams, workspaces
from storage.tables import Outgoing, Team

WEEK = timedelta(days=7)
MOST_WINS = 3


async def facts(session: AsyncSession, deps: Deps, row: Outgoing) -> ChannelFacts:
    """What the gate asks about, as it is now."""
    workspace = await workspaces.get(session, row.workspace_id)
    team = await teams.get(session, row.workspace_id, row.subject)
    return ChannelFacts(
        now=deps.now(),
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=workspace is not None and workspace.disconnected_at is None,
        is_followed=team is not None and team.unfollowed_at is None,
    )


async def compose(session: AsyncSession, deps: Deps, row: Outgoing) -> Composed | Skip:
    """The digest, with its release kept in the same transaction: no other digest then rests on less."""
    team = await teams.get(session, row.workspace_id, row.subject)
    if team is None or team.unfollowed_at is not None:
        return Skip("unfollowed")
    decision = await decided(session, deps, team, message_id=row.id, on=row.local_date)
    had = await digests.earlier(session, row.workspace_id, row.subject, other_than=row.id)
    experiment = _experiment(deps, team, decision.digest, had)
    wins = await _wins(session, deps, team, since=_since(deps, had), on=row.local_date)
    shown = _shown(deps, team, decision.digest, experiment=experiment, wins=wins)
    return Composed(
        message=digest_message(deps.render, shown),
        form="figures" if decision.digest.has_figures else "no_figures",
        step_id=experiment.id if experiment else None,
    )


async def sent(session: AsyncSession, deps: Deps, row: Outgoing) -> None:
    """Nothing more: what the digest made known was kept when it was announced."""


async def preview(session: AsyncSession, deps: Deps, team: Team, *, on: date) -> DigestShown:
    """The next digest as far as it can be told: the figures that the channel saw last, nothing newer."""
    digest = await seen_last(session, deps, team, on=on)
    had = await digests.earlier(session, team.workspace_id, team.channel_id)
    experiment = _experiment(deps, team, digest, had)
    return _shown(deps, team, digest, experiment=experiment, wins=())


def _experiment(deps: Deps, team: Team, digest: Digest, had: list[Outgoing]) -> Experiment | None:
    """One that fits what the digest itself shows: a choice by anything else would tell more."""
    chosen: tuple[str, ...] = ()
    if isinstance(digest.practised, Practised) and not isinstance(
        digest.practised.topics, Withheld
    ):
        chosen = digest.practised.topics
    return next_in_turn(
        deps.library.experiments,
        used=[row.step_id for row in had if row.step_id],
        seed=seed_of(team.workspace_id, team.channel_id),
        stand=digest.spread.stand if isinstance(digest.spread, Spread) else None,
        families=families_of(chosen),
    )


async def _wins(
    session: AsyncSession, deps: Deps, team: Team, *, since: datetime, on: date
) -> list[digests.Win]:
    period = await digests.period_on(session, team.workspace_id, team.channel_id, on)
    if period is None:
        return []
    found = await digests.shared_wins(
        session, team.workspace_id, team.channel_id, period, since=since, until=deps.now()
    )
    return list(found[:MOST_WINS])


def _since(deps: Deps, had: list[Outgoing]) -> datetime:
    """From when on something is news: from the digest before on, and of no more than two weeks."""
    week_ago = deps.now() - WEEK
    return max(had[-1].sending_at or had[-1].due_at, week_ago - WEEK) if had else week_ago


def _shown(
    deps: Deps,
    team: Team,
    digest: Digest,
    *,
    experiment: Experiment | None,
    wins: tuple[digests.Win, ...] | list[digests.Win],
) -> DigestShown:
    return DigestShown(
        digest=digest,
        topics=topics(deps.library),
        wins=[(win.user_id, win.title) for win in wins],
        experiment=experiment,
        minimum=deps.min_group,
        hour=hour_shown(team),
    )
