"""Removing an agent from the list of its channel: asked about once more, recorded, and told."""

from bot.agents.announcing import tell_removed
from bot.agents.finding import is_listed
from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.views.agent_notes import remove_card
from bot.views.notices import notice
from storage import agents
from storage.tables import Agent


async def ask(deps: Deps, origin: Origin, agent: Agent) -> None:
    """Ask before an agent is removed."""
    await Reply(deps, origin).privately(remove_card(deps.say, agent_id=agent.id, name=agent.name))


async def remove(deps: Deps, origin: Origin, agent_id: str) -> None:
    """Take it off the list, and tell the channel who did; nothing happens twice."""
    by = origin.key.user_id
    async with deps.database.write() as session:
        agent = await agents.get(session, origin.key.workspace_id, agent_id)
        is_here = agent is not None and agent.channel_id == origin.channel
        is_news = bool(
            agent
            and is_listed(agent, origin.channel)
            and await agents.remove(session, agent, by=by, now=deps.now())
        )
    if agent is None or not is_here:
        await Reply(deps, origin).instead(notice(deps.say("agent/agent_gone")))
        return
    if is_news:
        await tell_removed(deps, agent, by=by)
    told = deps.say("agent/removed", is_news=is_news, name=agent.name)
    await Reply(deps, origin).instead(notice(told))
