"""Declares the digests of channels, and reads the roster of each from Slack shortly before its digest.

A roster is who is in a channel and counts for its next digest. The figures rest on it, because nothing calls
Slack in the transaction that composes a digest.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from logging import getLogger

from bot.buttons import TEAM, TEAM_FOLLOW
from bot.deps import Deps
from bot.feature import Command, Feature, FeatureJob
from bot.features.team_digest import digest, handlers
from bot.features.team_digest.digest_views import (
    TEAM_EXPERIMENT_DONE,
    TEAM_HISTORY,
    TEAM_KEPT,
    TEAM_UNFOLLOW,
    TEAM_UNFOLLOWED,
    TEAM_VIEW,
)
from bot.features.team_digest.handlers import DIGEST_USAGE, team_command
from bot.features.team_digest.service import (
    ANNOUNCE_WITHIN,
    LOST_BY_EVENT,
    REASON_BY_OBSTACLE,
    announce_overdue_digests,
    channel_lost,
    stop_digest,
    stop_unreachable_digest,
)
from bot.outgoing.kinds import FOR_CHANNELS, Kind, nothing_after
from bot.slack import directory
from bot.slack.directory import channel_obstacle
from bot.slack.errors import ChannelGone, LogUndeliverable, Undeliverable, WorkspaceGone
from bot.slack.installation import app_removed
from coaching.timing import previous_date
from storage import workspaces
from storage.database import Session
from storage.outbox import schedules
from storage.outbox.schedules import Schedule
from storage.team_digest import rosters, teams
from storage.team_digest.teams import DIGEST, ROSTER_DATA, TEAM_DATA, TEAM_PRACTICE_DATA, Team

log = getLogger(__name__)

READ_BEFORE = timedelta(minutes=30)
"""How long before a digest its roster is read, so that Slack may fail a few times."""


async def refresh_rosters(deps: Deps) -> bool:
    """Read the profiles of members whose message is due soon, then freeze one roster that is due.

    Returns True when another team may be due. Safe to run twice, and in several processes.
    """
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        workspace = await workspaces.get(session, workspace_id)
        if workspace is None or workspace.disconnected_at is not None:
            return False
        users = await directory.stale_receivers(session, workspace_id, now=deps.now())
    try:
        await directory.refresh(deps, users, older_than=directory.PROFILES_READ_BEFORE)
        return await freeze_due_roster(deps)
    except WorkspaceGone as problem:
        await app_removed(deps, workspace_id, reason=problem.reason)
    except Undeliverable as problem:
        log.warning("people_unknown", extra={"method": problem.method, "reason": problem.reason})
    return False


async def workspaces_with_rosters_due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the workspaces with an old profile to read, or a roster to freeze or a digest to announce."""
    soon, old = now + directory.PROFILES_READ_BEFORE, now - directory.PROFILES_READ_BEFORE
    unread = await schedules.workspaces_with_strangers_due(session, before=soon, read_before=old)
    digests = await teams.workspaces_with_work(
        session, due_before=now + READ_BEFORE, followed_before=now - ANNOUNCE_WITHIN
    )
    return [*dict.fromkeys([*digests, *unread])]


async def freeze_due_roster(deps: Deps) -> bool:
    """Freeze the roster of one team whose digest comes soon; return True when there was one.

    Safe to run twice, and in several processes. Before that, overdue announcements of digests are posted.
    """
    await announce_overdue_digests(deps)
    for team, period in await _due(deps):
        if await freeze_roster(deps, team, period):
            return True
    return False


async def freeze_roster(deps: Deps, team: Team, period: date) -> bool:
    """Read the channel's members and freeze them as this period's roster; return False when Slack refused."""
    with LogUndeliverable(log, "roster_unread"):
        await _freeze(deps, team.channel_id, period)
        return True
    return False


async def _freeze(deps: Deps, channel: str, period: date) -> None:
    obstacle = await channel_obstacle(deps, channel)
    if obstacle:
        await stop_unreachable_digest(deps, channel, REASON_BY_OBSTACLE.get(obstacle, "removed"))
        return
    try:
        found = [user async for page in deps.slack.channel_members(channel) for user in page]
    except ChannelGone:
        await stop_unreachable_digest(deps, channel, "removed")
        return
    people = set(found) - {deps.identity.bot_user_id}
    async with deps.database.write() as session:
        await rosters.freeze(session, deps.identity.workspace_id, channel, period, people)


async def _due(deps: Deps) -> list[tuple[Team, date]]:
    """Return the teams without the roster of their next digest, or of the last, each with its date."""
    async with deps.database.read() as session:
        plans = await teams.list_with_schedules(session, deps.identity.workspace_id)
    wanted = [(team, period) for team, plan in plans if (period := _period(deps, plan))]
    return [
        (team, period)
        for team, period in wanted
        if team.roster_period is None or team.roster_period < period
    ]


def _period(deps: Deps, schedule: Schedule | None) -> date | None:
    """Return the date of the digest whose roster is wanted: the next one shortly before it, else the last.

    The last one may still wait to be sent, if the clock stood still at its time. None before the first one.
    """
    if schedule is None or schedule.next_due_at is None or schedule.next_on is None:
        return None
    if schedule.next_due_at - READ_BEFORE <= deps.now():
        return schedule.next_on
    last = previous_date(schedules.plan_of(schedule), schedule.next_on)
    return last if last and schedule.begins_on and last >= schedule.begins_on else None


FEATURE = Feature(
    name="team_digest",
    commands=(
        Command(
            "team",
            DIGEST_USAGE,
            "The weekly digest of a channel",
            team_command,
            synonyms=("digest",),
            button=TEAM,
            rank=60,
        ),
    ),
    clicks={
        TEAM: handlers.team_asked,
        TEAM_FOLLOW: handlers.follow_asked,
        TEAM_HISTORY: handlers.digest_history_asked,
        TEAM_UNFOLLOW: handlers.unfollow_asked,
        TEAM_UNFOLLOWED: handlers.unfollow_confirmed,
        TEAM_KEPT: handlers.team_kept,
        TEAM_EXPERIMENT_DONE: handlers.experiment_done,
    },
    forms={TEAM_VIEW: handlers.digest_form_sent},
    events=dict.fromkeys(LOST_BY_EVENT, channel_lost),
    on_channel_gone=stop_digest,
    outgoing=(
        Kind(DIGEST, FOR_CHANNELS, digest.digest_facts, digest.compose_digest, nothing_after),
    ),
    personal_data=(TEAM_DATA, ROSTER_DATA, TEAM_PRACTICE_DATA),
    jobs=(
        FeatureJob(
            name="roster",
            seconds=20,
            promise=(
                "Reads who is in a channel half an hour before its digest, and asks Slack where members are "
                "whose message is due soon. Run twice or in several processes: the first roster stays. Run "
                "late: the digest waits for it, up to half a day."
            ),
            run=refresh_rosters,
            due=workspaces_with_rosters_due,
        ),
    ),
)
