"""Learn in good time whom the next messages are about: who counts for a team, and where members are now."""

from datetime import timedelta
from logging import getLogger

from bot import people
from bot.deps import Deps
from bot.lifecycle import app_removed
from bot.slack_errors import Undeliverable, WorkspaceGone
from bot.teams.rosters import freeze_due
from scheduler.work import Work
from storage import schedules, workspaces

log = getLogger(__name__)

SOON = timedelta(minutes=30)
MOST = 1000


async def roster(work: Work) -> bool:
    """One small step for each workspace; True when there may be another team to look at."""
    return any([await _of_workspace(work, deps) for deps in work.coaches.values()])


async def _of_workspace(work: Work, deps: Deps) -> bool:
    workspace_id = deps.identity.workspace_id
    async with work.database.read() as session:
        workspace = await workspaces.get(session, workspace_id)
        users = await schedules.members_due(
            session, workspace_id, before=work.now() + SOON, limit=MOST
        )
    if workspace is None or workspace.disconnected_at is not None:
        return False
    try:
        await people.refresh(deps, users, older_than=SOON)
        return await freeze_due(deps)
    except WorkspaceGone as problem:
        await app_removed(deps, workspace_id, reason=problem.reason)
    except Undeliverable as problem:
        log.warning("people_unknown", extra={"method": problem.method, "reason": problem.reason})
    return False
