"""Telling a channel what happens to its agents, with who did it."""

from logging import getLogger

from bot.delivery import Message
from bot.deps import Deps
from bot.replies import post_key
from bot.slack_errors import Undeliverable, WorkspaceGone
from bot.views.agent_form import Filled
from bot.views.agent_shown import who
from bot.views.notices import notice
from storage.tables import Agent, Project

log = getLogger(__name__)


async def tell(deps: Deps, channel: str, message: Message, *, key: str) -> bool:
    """Post a line; False when that was not possible: what happened is on the list all the same."""
    try:
        await deps.slack.post(channel, message, key=post_key("agent", channel, key))
    except WorkspaceGone:
        raise
    except Undeliverable as problem:
        log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})
        return False
    return True


async def tell_added(deps: Deps, agent: Agent, *, by: str) -> None:
    """A new agent is on the list."""
    text = deps.say(
        "agent/added_line", who=who(by), name=agent.name, tool=agent.tool, model=agent.model
    )
    await tell(deps, agent.channel_id, notice(text), key=f"added:{agent.id}")


async def tell_changed(deps: Deps, agent: Agent, *, before: Filled, by: str) -> None:
    """An agent has another name or another model; the rest stands in its history."""
    renamed, has_new_model = agent.name != before.name, agent.model != before.model
    if not (renamed or has_new_model):
        return
    text = deps.say(
        "agent/changed_line",
        who=who(by),
        name=agent.name,
        before=before.name,
        renamed=renamed,
        model=agent.model if has_new_model else None,
    )
    await tell(deps, agent.channel_id, notice(text), key=f"changed:{agent.id}:{agent.revision}")


async def tell_removed(deps: Deps, agent: Agent, *, by: str) -> None:
    """An agent is on the list no more."""
    text = deps.say("agent/removed_line", who=who(by), name=agent.name)
    await tell(deps, agent.channel_id, notice(text), key=f"removed:{agent.id}")


async def tell_off(deps: Deps, project: Project, *, by: str) -> None:
    """A project is on the list no more."""
    text = deps.say("agent/project_line", who=who(by), name=project.name)
    await tell(deps, project.channel_id, notice(text), key=f"project:{project.id}")
