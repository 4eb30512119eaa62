"""Topics that a team can practise: the questions of every family, and the series."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from bot.deps import Deps
from bot.features.team_digest.digest_views import DigestShown, digest_message, hour_shown
from bot.features.team_digest.views import Stopped, history_card, off_card, status_card
from bot.outgoing.kinds import Composed, seed_of
from bot.slack.api import Message
from coaching.send_policy import ChannelFacts, Skip
from coaching.team_digest.disclosure import (
    DigestDecision,
    decide_digest,
    last_digest,
    practiced_since,
    spread_history,
)
from coaching.team_digest.figures import (
    Digest,
    Experiment,
    Practiced,
    Spread,
    Withheld,
    next_in_turn,
)
from coaching.team_digest.release import Group, OtherRelease, ReleaseRecord, Standing, Tried
from coaching.timing import local_date, zone_of
from content.library import Library
from storage import members
from storage.database import Session
from storage.outbox import schedules
from storage.outbox.queue import Outgoing
from storage.team_digest import releases, rosters, teams
from storage.team_digest.releases import Release
from storage.team_digest.rosters import RosterPractice
from storage.team_digest.teams import DIGEST, Team

SERIES = "series"
TRIED = ("done", "partly")
"""Answers to a check-in that tell of a try."""


def topics(library: Library) -> dict[str, str]:
    """Every topic with its words, in the order of the families."""
    found = {
        f"{family.id}/{question.id}": question.topic
        for family in library.families.values()
        for question in family.questions
    }
    return found | {f"{SERIES}/{series.id}": series.name for series in library.series}


def tried(library: Library, said: Iterable[RosterPractice]) -> list[Tried]:
    """Who tried steps of which topic; general tips and content that is gone have none."""
    known = topics(library)
    of_lesson = {
        lesson.id: f"{SERIES}/{series.id}" for series in library.series for lesson in series.lessons
    }
    found = []
    for each in said:
        topic = f"{each.family}/{each.question}"
        if topic not in known:
            topic = of_lesson.get(each.tip_id, "")
        if topic and each.outcome in TRIED:
            found.append(Tried(each.user_id, topic))
    return found


def families_of(chosen: Iterable[str]) -> frozenset[str]:
    """The families that these topics belong to."""
    return frozenset(topic.partition("/")[0] for topic in chosen) - {SERIES}


BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


async def decided(
    session: Session, deps: Deps, team: Team, *, message_id: str, on: date
) -> DigestDecision:
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
    decision = decide_digest(group, on=on, now=deps.now(), last=last, minimum=deps.min_group)
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
    return last_digest(last, on=on, people=people, minimum=deps.min_group)


async def seen_spreads(session: Session, workspace_id: str, channel: str) -> tuple[Spread, ...]:
    """The spreads that the channel was told over time, the oldest first."""
    seen = await releases.list_delivered(session, workspace_id, channel, limit=52)
    return spread_history([_kept(release) for release in seen])


async def _group(
    session: Session, deps: Deps, team: Team, *, period: date | None, last: ReleaseRecord | None
) -> Group:
    if period is None:
        return Group(secret=team.secret, standings=())
    here = (team.workspace_id, team.channel_id)
    places = await rosters.standings(session, *here, period)
    since = practiced_since(last) or BEGINNING
    said = await rosters.practices_of_roster(session, *here, period, since=since, until=deps.now())
    others = await releases.latest_of_others(session, *here)
    return Group(
        secret=team.secret,
        standings=[Standing(place.user_id, place.tier, place.ended_at) for place in places],
        tried=tried(deps.library, said),
        topics=tuple(topics(deps.library)),
        elsewhere=[OtherRelease(other.secret, other.contributors) for other in others],
    )


def _kept(release: Release) -> ReleaseRecord:
    return ReleaseRecord(releases.contributors_of(release), releases.facts_of(release))


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
        message=digest_message(deps.render, shown),
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
    if isinstance(digest.practiced, Practiced) and not isinstance(
        digest.practiced.topics, Withheld
    ):
        chosen = digest.practiced.topics
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


async def status(deps: Deps, channel: str) -> Message:
    """Whether the channel gets a digest, and what the next one looks like."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        team = await teams.get(session, workspace_id, channel)
        if team is None or team.unfollowed_at is not None:
            ended = team.unfollowed_at if team else None
            since = local_date(ended, zone_of(team.zone)) if team and ended else None
            stopped = Stopped(team.stop_reason if team else None, since)
            return off_card(deps.render, stopped=stopped, minimum=deps.min_group)
        plan = await schedules.get(session, workspace_id, DIGEST, channel)
        today = local_date(deps.now(), zone_of(team.zone))
        shown = await preview(session, deps, team, on=(plan and plan.next_on) or today)
    upcoming = plan.next_due_at if plan else None
    return status_card(deps.render, hour_shown(team), upcoming=upcoming, preview=shown)


async def history(deps: Deps, channel: str) -> Message:
    """What the digests of the channel said over time."""
    async with deps.database.read() as session:
        spreads = await seen_spreads(session, deps.identity.workspace_id, channel)
    return history_card(deps.render, spreads)
