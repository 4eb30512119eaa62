"""Taking an agent or a project off the list of a channel: asked about once more, recorded, and told."""

from bot.deps import Deps
from bot.features.agents.channel_notices import Line, owe, tell
from bot.features.agents.form_views import project_card, remove_card
from bot.features.agents.register import is_listed
from bot.slack.blocks import notice
from bot.slack.payloads import Request
from bot.slack.replies import Reply
from storage import required_level
from storage.agents import agents
from storage.agents.agents import Agent


async def ask(deps: Deps, request: Request, agent: Agent) -> None:
    """Ask before an agent is removed."""
    await Reply(deps, request).privately(
        remove_card(deps.render, agent_id=agent.id, name=agent.name)
    )


async def remove(deps: Deps, request: Request, agent_id: str) -> None:
    """Take it off the list, and tell the channel who did; nothing happens twice."""
    by, now = request.key.user_id, deps.now()
    line = Line.of_event(request.channel or "", "removed", at=now)
    async with deps.database.write() as session:
        agent = await agents.get(session, request.key.workspace_id, agent_id)
        is_here = agent is not None and agent.channel_id == request.channel
        is_news = bool(
            agent
            and is_listed(agent, request.channel)
            and await agents.remove(session, agent, by=by, now=now, event=line.about)
        )
        if is_news:
            await owe(session, deps, line)
    if agent is None or not is_here:
        await Reply(deps, request).replace(notice(deps.render("agents/agent_gone")))
        return
    if is_news:
        await tell(deps, line)
    told = deps.render("agents/removed", is_news=is_news, name=agent.name)
    await Reply(deps, request).replace(notice(told))


async def ask_project(deps: Deps, request: Request, project_id: str) -> None:
    """Ask before a project is taken off the list."""
    async with deps.database.read() as session:
        project = await required_level.get(session, request.key.workspace_id, project_id)
    if project is None or project.removed_at or project.channel_id != request.channel:
        await Reply(deps, request).privately(notice(deps.render("required_level/project_gone")))
        return
    card = project_card(deps.render, project_id=project.id, name=project.name)
    await Reply(deps, request).privately(card)


async def remove_project(deps: Deps, request: Request, project_id: str) -> None:
    """Take it off the list, and tell the channel who did; nothing happens twice."""
    by, now = request.key.user_id, deps.now()
    line = Line(request.channel or "", "project_removed", project_id, now)
    async with deps.database.write() as session:
        project = await required_level.get(session, request.key.workspace_id, project_id)
        is_here = project is not None and project.channel_id == request.channel
        is_news = bool(
            project and is_here and await required_level.remove(session, project, by=by, now=now)
        )
        if is_news:
            await owe(session, deps, line)
    if project is None or not is_news:
        await Reply(deps, request).replace(notice(deps.render("required_level/project_gone")))
        return
    await tell(deps, line)
    told = deps.render("required_level/project_off", name=project.name)
    await Reply(deps, request).replace(notice(told))
