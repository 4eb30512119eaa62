"""The weekly message to a channel: whether it still goes out, what it says, and what is kept of it."""

from datetime import date, datetime, timedelta

from bot.deps import Deps
from bot.outgoing import Composed, seed_of
from bot.teams.figures import decided, seen_last
from bot.teams.topics import families_of, topics
from bot.views.digest import DigestShown, digest_message
from bot.views.team_words import hour_shown
from coaching.digests import Digest, Practised, Spread, Withheld
from coaching.experiments import Experiment, next_in_turn
from coaching.gate import ChannelFacts, Skip
from storage import members
from storage.database import Session
from storage.outbox.queue import Outgoing
from storage.team_digest import releases, rosters, teams
from storage.team_digest.teams import Team

WEEK = timedelta(days=7)
MOST_WINS = 3


async def facts(session: Session, deps: Deps, row: Outgoing) -> ChannelFacts:
    """What the gate asks about, as it is now."""
    workspace = await members.get_workspace(session, row.workspace_id)
    team = await teams.get(session, row.workspace_id, row.subject)
    return ChannelFacts(
        now=deps.now(),
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=workspace is not None and workspace.disconnected_at is None,
        is_followed=team is not None and team.unfollowed_at is None,
    )


async def compose(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """The digest, with its release kept in the same transaction: no other digest then rests on less."""
    team = await teams.get(session, row.workspace_id, row.subject)
    if team is None or team.unfollowed_at is not None:
        return Skip("unfollowed")
    decision = await decided(session, deps, team, message_id=row.id, on=row.local_date)
    had = await releases.earlier_digests(session, row.workspace_id, row.subject, other_than=row.id)
    experiment = _experiment(deps, team, decision.digest, had)
    wins = await _wins(session, deps, team, since=_since(deps, had), on=row.local_date)
    shown = _shown(deps, team, decision.digest, experiment=experiment, wins=wins)
    return Composed(
        message=digest_message(deps.say, shown),
        form="figures" if decision.digest.has_figures else "no_figures",
        step_id=experiment.id if experiment else None,
    )


async def sent(session: Session, deps: Deps, row: Outgoing) -> None:
    """Nothing more: what the digest made known was kept when it was announced."""


async def preview(session: Session, deps: Deps, team: Team, *, on: date) -> DigestShown:
    """The next digest as far as it can be told: the figures that the channel saw last, nothing newer."""
    digest = await seen_last(session, deps, team, on=on)
    had = await releases.earlier_digests(session, team.workspace_id, team.channel_id)
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
    session: Session, deps: Deps, team: Team, *, since: datetime, on: date
) -> list[rosters.SharedWin]:
    period = await rosters.period_on(session, team.workspace_id, team.channel_id, on)
    if period is None:
        return []
    found = await rosters.shared_wins(
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
    wins: tuple[rosters.SharedWin, ...] | list[rosters.SharedWin],
) -> DigestShown:
    return DigestShown(
        digest=digest,
        topics=topics(deps.library),
        wins=[(win.user_id, win.title) for win in wins],
        experiment=experiment,
        minimum=deps.min_group,
        hour=hour_shown(team),
    )
