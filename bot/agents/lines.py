"""What a channel reads about its agents and projects, written from what the database has of it."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.agents import grading
from bot.agents.needing import as_shared
from bot.agents.reading import grade_shown, project_shown, register
from bot.conversations.loading import load
from bot.delivery import Message
from bot.deps import Deps
from bot.views.agent_shown import who_first
from bot.views.grade_result import Graded, graded_line
from bot.views.need_result import need_shared
from bot.views.notices import notice
from bot.views.typed import repeated
from storage import agent_events, agents, assessments, grades, projects
from storage.tables import Agent, AgentEvent, Outgoing, Project


async def written(session: AsyncSession, deps: Deps, row: Outgoing) -> Message | None:
    """The line that this row stands for; None when what it tells of is not on the list any more."""
    about = row.about or ""
    if row.form in ("project_shared", "project_removed"):
        project = await projects.get(session, row.workspace_id, about)
        return await _of_project(session, deps, project, row.form) if project else None
    event = await agent_events.get(session, row.workspace_id, about)
    agent = await agents.get(session, row.workspace_id, event.agent_id) if event else None
    if event is None or agent is None:
        return None
    if event.kind == "graded":
        return await _graded(session, deps, agent, event) if agent.removed_at is None else None
    return notice(await _said(session, deps, agent, event))


async def _said(session: AsyncSession, deps: Deps, agent: Agent, event: AgentEvent) -> str:
    by, detail = who_first(event.by), agent_events.detail_of(event)
    if event.kind == "added":
        facts = {name: detail[name] for name in ("name", "tool", "model")}
        return deps.render("agents/added_line", who=by, **facts)
    if event.kind == "removed":
        return deps.render("agents/removed_line", who=by, name=agent.name)
    name = await agents.name_at(session, agent, event.at)
    before, now = detail.get("name", (name, name))
    return deps.render(
        "agents/changed_line",
        who=by,
        name=now,
        before=before,
        renamed=now != before,
        model=detail["model"][1] if "model" in detail else None,
    )


async def _graded(
    session: AsyncSession, deps: Deps, agent: Agent, event: AgentEvent
) -> Message | None:
    """The grading has the same id; without it, its grade is there still."""
    row = await assessments.get(session, event.workspace_id, event.id)
    if row:
        graded = await grading.outcome(session, deps, await load(session, deps, row))
    else:
        detail = agent_events.detail_of(event)
        grade = await grades.get(session, event.workspace_id, detail["grade"])
        if grade is None:
            return None
        name = await agents.name_at(session, agent, event.at)
        graded = Graded(name, await grade_shown(session, deps, grade), path=[])
    return graded_line(deps.render, graded, typed=repeated(agent.name), by=event.by)


async def _of_project(
    session: AsyncSession, deps: Deps, project: Project, form: str
) -> Message | None:
    if form == "project_removed":
        by = who_first(project.removed_by)
        return notice(deps.render("required_level/project_line", who=by, name=project.name))
    need = await as_shared(session, deps, project) if project.removed_at is None else None
    if need is None:
        return None
    shown = replace(project_shown(deps, project), needed=need.name)
    team = await register(session, deps, project.channel_id, beside=shown)
    return need_shared(deps.render, need, team, by=project.shared_by)
