"""The digest: what it says, the message, its preview, and the history of past ones.

What it may say is decided in `coaching/team_digest`. This module reads what that rests on, and saves new
figures in the transaction that composes the message.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.deps import Deps
from bot.features.team_digest.digest_views import DigestView, digest_message, hour_view_of
from bot.features.team_digest.service import minimum_for
from bot.features.team_digest.views import StoppedView, digest_history_card, off_card, status_card
from bot.outgoing.kinds import Composed, channel_facts
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.directory import clock_of
from coaching.members import MemberKey
from coaching.send_policy import ChannelFacts, Skip
from coaching.team_digest.disclosure import (
    Contributor,
    Group,
    decide_digest,
    figures_of,
    to_facts,
)
from coaching.team_digest.figures import (
    SEVERAL,
    Digest,
    Experiment,
    Figures,
    Spread,
    Week,
    next_in_turn,
    week_before,
)
from coaching.timing import local_date, seed_of, zone_of
from storage import workspace_settings
from storage.database import Session
from storage.outbox import schedules
from storage.outbox.queue import Outgoing
from storage.safeguards import NO_SHOUT_OUTS
from storage.team_digest import releases, rosters, teams
from storage.team_digest.teams import DIGEST, Team

_WEEK = timedelta(days=7)
MOST_WINS = 3

WAIT_FOR_ROSTER, LOOK_AGAIN = timedelta(hours=12), timedelta(seconds=15)
"""How long a digest waits when the members of its channel were not read yet, and how often it looks."""

WITH_FIGURES, WITHOUT_FIGURES = "figures", "no_figures"
"""The forms of a digest; one in which nothing is new has figures too."""


async def decide_and_save_release(
    session: Session, deps: Deps, team: Team, row: Outgoing, *, minimum: int | None, repeats: bool
) -> Digest:
    """Decide what this digest says, and save the figures that are new; there are none without a minimum.

    With `repeats`, figures are told again although the channel has seen them. Run again for the same message,
    it decides anew.
    """
    digest = Digest(on=row.local_date, figures=None)
    if minimum is not None:
        digest = await _decide(session, deps, team, on=row.local_date, minimum=minimum)
        digest = replace(digest, is_news=digest.is_news or repeats)
    if digest.figures is None or not digest.is_news:
        await releases.withdraw(session, team.workspace_id, row.id)
        return digest
    await releases.save(
        session,
        team.workspace_id,
        team.channel_id,
        id=row.id,
        period=row.local_date,
        facts=to_facts(digest.figures),
        now=deps.now(),
    )
    return digest


async def _decide(session: Session, deps: Deps, team: Team, *, on: date, minimum: int) -> Digest:
    week, last = week_before(deps.now()), await last_figures(session, team)
    group = await _group(session, team, on=on, week=week)
    return decide_digest(group, on=on, week=week, last=last, minimum=minimum)


async def last_figures(session: Session, team: Team) -> Figures | None:
    """Return the figures that the channel was shown last."""
    seen = await _seen(session, team.workspace_id, team.channel_id, limit=1)
    return seen[0] if seen else None


async def _seen(session: Session, workspace_id: str, channel: str, *, limit: int) -> list[Figures]:
    """Return the figures that the channel was shown, newest first."""
    found = await releases.list_delivered(session, workspace_id, channel, limit=limit)
    shown = (figures_of(releases.facts_of(release)) for release in found)
    return [each for each in shown if each]


async def _group(session: Session, team: Team, *, on: date, week: Week) -> Group:
    here = (team.workspace_id, team.channel_id)
    secret = await teams.digest_secret(session, team.workspace_id)
    period = await rosters.period_on(session, *here, on)
    if period is None:
        return Group(secret=secret, contributors=())
    tried = await rosters.who_practiced(session, *here, period, since=week.begin, until=week.end)
    contributors = [
        Contributor(place.user_id, place.tier, place.since, has_practiced=place.user_id in tried)
        for place in await rosters.standings(session, *here, period)
    ]
    return Group(secret=secret, contributors=contributors, people=team.people)


async def digest_facts(session: Session, deps: Deps, row: Outgoing) -> ChannelFacts:
    """Return what decides whether this digest may go out now."""
    team = await teams.get(session, row.workspace_id, row.subject)
    is_followed = team is not None and team.unfollowed_at is None
    facts = await channel_facts(session, deps, row, is_followed=is_followed)
    is_unread = team is None or team.roster_period is None or team.roster_period < row.local_date
    until = min(row.due_at + WAIT_FOR_ROSTER, deps.now() + LOOK_AGAIN)
    return replace(facts, waits_until=until if is_unread else None)


async def compose_digest(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Compose the digest, and save its figures in the same transaction; Skip when the channel unfollowed."""
    team = await teams.get(session, row.workspace_id, row.subject)
    if team is None or team.unfollowed_at is not None:
        return Skip("unfollowed")
    had = await releases.earlier_digests(session, row.workspace_id, row.subject, other_than=row.id)
    was_without = bool(had) and had[-1].form == WITHOUT_FIGURES
    minimum = await minimum_for(session, deps, row.due_at)
    digest = await decide_and_save_release(
        session, deps, team, row, minimum=minimum, repeats=was_without
    )
    if digest.figures is None:
        digest = replace(digest, is_news=not was_without)
    experiment = _experiment(deps, team, digest.figures, had)
    shown = DigestView(
        digest=digest,
        week=week_before(deps.now()),
        wins=await _wins(session, deps, team, since=_since(deps, had), on=row.local_date),
        experiment=experiment,
        minimum=minimum,
        hour=hour_view_of(team),
        message_id=row.id,
        seen=await last_figures(session, team),
        next_on=row.local_date + _WEEK,
        is_roster_read=team.roster_period is not None,
    )
    return Composed(
        message=digest_message(deps.render, shown),
        form=WITH_FIGURES if digest.figures else WITHOUT_FIGURES,
        step_id=experiment.id if experiment else None,
    )


def _experiment(
    deps: Deps, team: Team, figures: Figures | None, had: list[Outgoing]
) -> Experiment | None:
    """Return the next experiment that fits what the digest shows; other data would disclose more."""
    return next_in_turn(
        deps.library.experiments,
        used=[row.step_id for row in had if row.step_id],
        seed=seed_of(team.workspace_id, team.channel_id),
        stand=figures.spread.stand if figures else None,
        families=frozenset({SEVERAL, *deps.library.families} & {team.family or ""}),
    )


async def _wins(
    session: Session, deps: Deps, team: Team, *, since: datetime, on: date
) -> list[tuple[str, str]]:
    """Return the user id and the step of those who finished one lately and agreed to be named.

    Nobody where shout-outs are switched off.
    """
    settings = await workspace_settings.read(session, team.workspace_id)
    if settings.get(NO_SHOUT_OUTS):
        return []
    here = (team.workspace_id, team.channel_id)
    period = await rosters.period_on(session, *here, on)
    if period is None:
        return []
    found = await rosters.shared_wins(session, *here, period, since=since, until=deps.now())
    return [(win.user_id, win.title) for win in found[:MOST_WINS]]


def _since(deps: Deps, had: list[Outgoing]) -> datetime:
    """Return since when a win is new: since the last digest, but at most for two weeks."""
    week_ago = deps.now() - _WEEK
    return max(had[-1].sending_at or had[-1].due_at, week_ago - _WEEK) if had else week_ago


async def digest_preview(
    session: Session, deps: Deps, team: Team, *, upcoming: date, minimum: int | None
) -> DigestView:
    """Return a preview of the next digest, with the figures that the channel was shown last.

    Newer ones, even whether enough people take part, could be asked for after each colleague's self-check.
    """
    figures = await last_figures(session, team) if minimum is not None else None
    had = await releases.earlier_digests(session, team.workspace_id, team.channel_id)
    return DigestView(
        digest=Digest(on=upcoming, figures=figures),
        week=None,
        wins=(),
        experiment=_experiment(deps, team, figures, had),
        minimum=minimum,
        hour=hour_view_of(team),
        seen=figures,
        next_on=upcoming,
    )


async def status_message(deps: Deps, key: MemberKey, channel: str) -> Message:
    """Return the status card: when the next digest comes with a preview, or why none does."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        team = await teams.get(session, workspace_id, channel)
        clock = await clock_of(session, deps, key)
        if team is None or team.unfollowed_at is not None:
            since = clock.day(team.unfollowed_at) if team and team.unfollowed_at else None
            stopped = StoppedView(team.stop_reason if team else None, since)
            minimum = await minimum_for(session, deps, deps.now())
            return off_card(deps.render, stopped=stopped, minimum=minimum)
        plan = await schedules.get(session, workspace_id, DIGEST, channel)
        today = local_date(deps.now(), zone_of(team.zone))
        upcoming = (plan and plan.next_on) or today
        at = plan and plan.next_due_at
        minimum = await minimum_for(session, deps, at or deps.now())
        shown = await digest_preview(session, deps, team, upcoming=upcoming, minimum=minimum)
    due = clock.around(at, beside_zone=team.zone) if at else None
    return status_card(deps.render, hour_view_of(team), upcoming=due, preview=shown)


async def history_message(deps: Deps, key: MemberKey, channel: str) -> Message:
    """Return the history card of the channel's digests."""
    async with deps.database.read() as session:
        if await minimum_for(session, deps, deps.now()) is None:
            return notice(deps.render("team_digest/history_off"))
        seen = await _seen(session, deps.identity.workspace_id, channel, limit=52)
        clock = await clock_of(session, deps, key)
    return digest_history_card(deps.render, _each_once(seen), clock)


def _each_once(seen: list[Figures]) -> list[Spread]:
    """Return the spreads, oldest first, each once: earlier versions kept one for every digest."""
    return sorted({each.spread for each in seen}, key=lambda spread: spread.on)
