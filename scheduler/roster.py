"""Learn in good time whom the next messages are about: who counts for a team, and where members are now."""

from datetime import datetime, timedelta
from logging import getLogger

from bot import people
from bot.deps import Deps
from bot.lifecycle import app_removed
from bot.slack_errors import Undeliverable, WorkspaceGone
from bot.teams.rosters import freeze_due
from scheduler.work import Work
from storage import members
from storage.database import Session
from storage.outbox import queue, schedules

log = getLogger(__name__)

SOON = timedelta(minutes=30)
NEAR = timedelta(minutes=90)
"""Where many are asked for, those who come next are asked for with them: the list is read once an hour."""

MANY = 10
MOST = 50_000


async def roster(work: Work) -> bool:
    """One small step for each workspace; True when there may be another team to look at."""
    return any([await _of_workspace(work, deps) for deps in work.coaches.values()])


async def _of_workspace(work: Work, deps: Deps) -> bool:
    workspace_id = deps.identity.workspace_id
    async with work.database.read() as session:
        workspace = await members.get_workspace(session, workspace_id)
        if workspace is None or workspace.disconnected_at is not None:
            return False
        users = await _strangers(session, workspace_id, now=work.now())
    try:
        await people.refresh(deps, users, older_than=SOON)
        return await freeze_due(deps)
    except WorkspaceGone as problem:
        await app_removed(deps, workspace_id, reason=problem.reason)
    except Undeliverable as problem:
        log.warning("people_unknown", extra={"method": problem.method, "reason": problem.reason})
    return False


async def _strangers(session: Session, workspace_id: str, *, now: datetime) -> list[str]:
    """Members with a message soon whom we did not ask Slack about lately."""
    soon = await _next(session, workspace_id, before=now + SOON)
    stale = await members.stale_profiles(session, workspace_id, soon, before=now - SOON)
    if len(stale) <= MANY:
        return stale
    return await _next(session, workspace_id, before=now + NEAR)


async def _next(session: Session, workspace_id: str, *, before: datetime) -> list[str]:
    waiting = await queue.members_waiting(session, workspace_id, before=before, limit=MOST)
    due = await schedules.members_due(session, workspace_id, before=before, limit=MOST)
    return list(dict.fromkeys([*waiting, *due]))
