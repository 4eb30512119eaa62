"""The digest: what it may say, the message, its preview, and the history of past ones.

The rules of disclosure are in `coaching/team_digest`. This module reads what they decide on, and saves the
release that goes with each digest in the transaction that composes it.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from bot.deps import Deps
from bot.features.team_digest.digest_views import DigestView, digest_message, hour_view_of
from bot.features.team_digest.views import StoppedView, digest_history_card, off_card, status_card
from bot.outgoing.kinds import Composed, channel_facts
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
from coaching.timing import local_date, seed_of, zone_of
from content.library import Library
from storage.database import Session
from storage.outbox import schedules
from storage.outbox.queue import Outgoing
from storage.team_digest import releases, rosters, teams
from storage.team_digest.releases import Release
from storage.team_digest.rosters import RosterPractice
from storage.team_digest.teams import DIGEST, Team

SERIES = "series"
TRIED = ("done", "partly")
"""The answers to a check-in that count as having tried a step."""

PRACTICED_SINCE_EVER = datetime(2000, 1, 1, tzinfo=UTC)

_WEEK = timedelta(days=7)
MOST_WINS = 3


def topic_words(library: Library) -> dict[str, str]:
    """Return every topic with its words: the questions in the order of the families, then the series."""
    found = {
        f"{family.id}/{question.id}": question.topic
        for family in library.families.values()
        for question in family.questions
    }
    return found | {f"{SERIES}/{series.id}": series.name for series in library.series}


def tried_topics(library: Library, said: Iterable[RosterPractice]) -> list[Tried]:
    """Return who tried steps of which topic; general steps, and steps that left the content, have none."""
    known = topic_words(library)
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


def families_of_topics(chosen: Iterable[str]) -> frozenset[str]:
    """Return the families that these topics belong to."""
    return frozenset(topic.partition("/")[0] for topic in chosen) - {SERIES}


async def decide_and_save_release(
    session: Session, deps: Deps, team: Team, *, message_id: str, on: date
) -> DigestDecision:
    """Decide what the digest of this date may say, and save the release that goes with it.

    Run again for the same message, it decides anew, from the release before that message.
    """
    workspace_id, channel = team.workspace_id, team.channel_id
    # Channels share members, so each digest must see what the digests before it released.
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


async def last_seen_digest(session: Session, deps: Deps, team: Team, *, on: date) -> Digest:
    """Return what the channel was shown last; new figures would be one more release."""
    seen = await releases.list_delivered(session, team.workspace_id, team.channel_id, limit=1)
    period = await rosters.period_on(session, team.workspace_id, team.channel_id, on)
    people = 0
    if period:
        people = await rosters.size(session, team.workspace_id, team.channel_id, period)
    last = _kept(seen[0]) if seen else None
    return last_digest(last, on=on, people=people, minimum=deps.min_group)


async def seen_spreads(session: Session, workspace_id: str, channel: str) -> tuple[Spread, ...]:
    """Return the spreads that the channel was shown, oldest first."""
    seen = await releases.list_delivered(session, workspace_id, channel, limit=52)
    return spread_history([_kept(release) for release in seen])


async def _group(
    session: Session, deps: Deps, team: Team, *, period: date | None, last: ReleaseRecord | None
) -> Group:
    if period is None:
        return Group(secret=team.secret, standings=())
    here = (team.workspace_id, team.channel_id)
    places = await rosters.standings(session, *here, period)
    since = practiced_since(last) or PRACTICED_SINCE_EVER
    said = await rosters.practices_of_roster(session, *here, period, since=since, until=deps.now())
    others = await releases.latest_of_others(session, *here)
    return Group(
        secret=team.secret,
        standings=[Standing(place.user_id, place.tier, place.ended_at) for place in places],
        tried=tried_topics(deps.library, said),
        topics=tuple(topic_words(deps.library)),
        elsewhere=[OtherRelease(other.secret, other.contributors) for other in others],
    )


def _kept(release: Release) -> ReleaseRecord:
    return ReleaseRecord(releases.contributors_of(release), releases.facts_of(release))


async def digest_facts(session: Session, deps: Deps, row: Outgoing) -> ChannelFacts:
    """Return what decides whether this digest may go out now."""
    team = await teams.get(session, row.workspace_id, row.subject)
    is_followed = team is not None and team.unfollowed_at is None
    return await channel_facts(session, deps, row, is_followed=is_followed)


async def compose_digest(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Compose the digest, and save its release in the same transaction; Skip when the channel unfollowed."""
    team = await teams.get(session, row.workspace_id, row.subject)
    if team is None or team.unfollowed_at is not None:
        return Skip("unfollowed")
    decision = await decide_and_save_release(
        session, deps, team, message_id=row.id, on=row.local_date
    )
    had = await releases.earlier_digests(session, row.workspace_id, row.subject, other_than=row.id)
    experiment = _experiment(deps, team, decision.digest, had)
    wins = await _wins(session, deps, team, since=_since(deps, had), on=row.local_date)
    shown = _shown(deps, team, decision.digest, experiment=experiment, wins=wins)
    return Composed(
        message=digest_message(deps.render, shown),
        form="figures" if decision.digest.has_figures else "no_figures",
        step_id=experiment.id if experiment else None,
    )


async def digest_preview(session: Session, deps: Deps, team: Team, *, on: date) -> DigestView:
    """Return a preview of the next digest, with the figures that the channel was shown last."""
    digest = await last_seen_digest(session, deps, team, on=on)
    had = await releases.earlier_digests(session, team.workspace_id, team.channel_id)
    experiment = _experiment(deps, team, digest, had)
    return _shown(deps, team, digest, experiment=experiment, wins=())


def _experiment(deps: Deps, team: Team, digest: Digest, had: list[Outgoing]) -> Experiment | None:
    """Return the next experiment that fits what the digest shows; other data would disclose more."""
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
        families=families_of_topics(chosen),
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
    """Return since when a win is new: since the last digest, but at most for two weeks."""
    week_ago = deps.now() - _WEEK
    return max(had[-1].sending_at or had[-1].due_at, week_ago - _WEEK) if had else week_ago


def _shown(
    deps: Deps,
    team: Team,
    digest: Digest,
    *,
    experiment: Experiment | None,
    wins: tuple[rosters.SharedWin, ...] | list[rosters.SharedWin],
) -> DigestView:
    return DigestView(
        digest=digest,
        topics=topic_words(deps.library),
        wins=[(win.user_id, win.title) for win in wins],
        experiment=experiment,
        minimum=deps.min_group,
        hour=hour_view_of(team),
    )


async def status_message(deps: Deps, channel: str) -> Message:
    """Return the status card: when the next digest comes with a preview, or why none does."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        team = await teams.get(session, workspace_id, channel)
        if team is None or team.unfollowed_at is not None:
            ended = team.unfollowed_at if team else None
            since = local_date(ended, zone_of(team.zone)) if team and ended else None
            stopped = StoppedView(team.stop_reason if team else None, since)
            return off_card(deps.render, stopped=stopped, minimum=deps.min_group)
        plan = await schedules.get(session, workspace_id, DIGEST, channel)
        today = local_date(deps.now(), zone_of(team.zone))
        shown = await digest_preview(session, deps, team, on=(plan and plan.next_on) or today)
    upcoming = plan.next_due_at if plan else None
    return status_card(deps.render, hour_view_of(team), upcoming=upcoming, preview=shown)


async def history_message(deps: Deps, channel: str) -> Message:
    """Return the history card of the channel's digests."""
    async with deps.database.read() as session:
        spreads = await seen_spreads(session, deps.identity.workspace_id, channel)
    return digest_history_card(deps.render, spreads)
