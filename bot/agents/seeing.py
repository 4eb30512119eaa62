"""Whether a grader may read what others graded after them: those who are in the agent's channel still."""

from logging import getLogger

from bot.conversations.loaded import Loaded
from bot.deps import Deps
from bot.slack_errors import Undeliverable, WorkspaceGone
from storage.agents import agents

log = getLogger(__name__)


async def is_there_still(deps: Deps, loaded: Loaded) -> bool:
    """Look at the channel anew; what cannot be looked at counts as left."""
    async with deps.database.read() as session:
        agent = await agents.get(session, loaded.row.workspace_id, loaded.row.subject)
    if agent is None:
        return False
    try:
        async for page in deps.slack.channel_members(agent.channel_id):
            if loaded.row.user_id in page:
                return True
    except WorkspaceGone:
        raise
    except Undeliverable as problem:
        # The card needs no more than what was known when it ended.
        log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})
    return False
