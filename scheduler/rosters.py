"""Prepares the next messages: freezes the rosters of teams and refreshes members' profiles from Slack."""

from datetime import datetime, timedelta
from logging import getLogger

from bot.deps import Deps
from bot.features.team_digest.rosters import freeze_due
from bot.slack import directory
from bot.slack.errors import Undeliverable, WorkspaceGone
from bot.slack.installation import app_removed
from scheduler.context import SchedulerContext
from storage import members
from storage.database import Session
from storage.outbox import queue, schedules

log = getLogger(__name__)

SOON = timedelta(minutes=30)
"""Profiles are read this long before a message is due, and again when they are older than this."""
NEAR = timedelta(minutes=90)
"""Used instead of `SOON` when many profiles are stale. The whole list of users is read then; reading further
ahead keeps that to once an hour."""

MANY = 10
"""With more stale profiles than this, `NEAR` is used."""
MOST = 50_000


async def refresh_rosters(context: SchedulerContext) -> bool:
    """Do one small step for each workspace; True when another team may be due."""
    return any([await _of_workspace(context, deps) for deps in context.coaches.values()])


async def _of_workspace(context: SchedulerContext, deps: Deps) -> bool:
    workspace_id = deps.identity.workspace_id
    async with context.database.read() as session:
        workspace = await members.get_workspace(session, workspace_id)
        if workspace is None or workspace.disconnected_at is not None:
            return False
        users = await _stale_members(session, workspace_id, now=context.now())
    try:
        await directory.refresh(deps, users, older_than=SOON)
        return await freeze_due(deps)
    except WorkspaceGone as problem:
        await app_removed(deps, workspace_id, reason=problem.reason)
    except Undeliverable as problem:
        log.warning("people_unknown", extra={"method": problem.method, "reason": problem.reason})
    return False


async def _stale_members(session: Session, workspace_id: str, *, now: datetime) -> list[str]:
    """Return members who get a message soon and whose profile was not read lately."""
    soon = await _members_due(session, workspace_id, before=now + SOON)
    stale = await members.stale_profiles(session, workspace_id, soon, before=now - SOON)
    if len(stale) <= MANY:
        return stale
    return await _members_due(session, workspace_id, before=now + NEAR)


async def _members_due(session: Session, workspace_id: str, *, before: datetime) -> list[str]:
    waiting = await queue.members_waiting(session, workspace_id, before=before, limit=MOST)
    due = await schedules.members_due(session, workspace_id, before=before, limit=MOST)
    return list(dict.fromkeys([*waiting, *due]))
