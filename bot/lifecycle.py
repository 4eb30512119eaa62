"""The app's own life in a workspace: removed, or its token withdrawn."""

from logging import getLogger

from bot.deps import Deps
from storage import members

log = getLogger(__name__)


async def app_removed(deps: Deps, workspace_id: str, *, reason: str) -> None:
    """Note it and say in the log what the operator can do; members' data stays until it is asked away."""
    async with deps.database.write() as session:
        news = await members.disconnect_workspace(
            session, workspace_id, reason=reason, now=deps.now()
        )
    if news:
        log.error(
            "workspace_disconnected",
            extra={
                "workspace": workspace_id,
                "reason": reason,
                "advice": "Install the app again, set the new SLACK_BOT_TOKEN and restart.",
            },
        )
