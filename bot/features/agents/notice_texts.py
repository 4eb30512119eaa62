"""What a channel reads about its agents and projects, written from what the database has of it."""

from bot.assessments.min_views import Graded, graded_line
from bot.assessments.session import load
from bot.deps import Deps
from bot.features.agents import grading
from bot.features.agents.register import grade_shown
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from bot.slack.phrases import who_first
from storage.agents import agents, grades, history
from storage.agents.agents import Agent, AgentEvent
from storage.assessments import assessments
from storage.database import Session
from storage.outbox.queue import Outgoing


async def written(session: Session, deps: Deps, row: Outgoing) -> Message | None:
    """The line about an agent that this row stands for; None when the agent is not on the list any more."""
    event = await history.get(session, row.workspace_id, row.about or "")
    agent = await agents.get(session, row.workspace_id, event.agent_id) if event else None
    if event is None or agent is None:
        return None
    if event.kind == "graded":
        return await _graded(session, deps, agent, event) if agent.removed_at is None else None
    return notice(await _said(session, deps, agent, event))


async def _said(session: Session, deps: Deps, agent: Agent, event: AgentEvent) -> str:
    by, detail = who_first(event.by), history.detail_of(event)
    if event.kind == "added":
        facts = {name: detail[name] for name in ("name", "tool", "model")}
        return deps.render("agents/added_line", who=by, **facts)
    if event.kind == "removed":
        return deps.render("agents/removed_line", who=by, name=agent.name)
    name = await history.name_at(session, agent, event.at)
    before, now = detail.get("name", (name, name))
    return deps.render(
        "agents/changed_line",
        who=by,
        name=now,
        before=before,
        renamed=now != before,
        model=detail["model"][1] if "model" in detail else None,
    )


async def _graded(session: Session, deps: Deps, agent: Agent, event: AgentEvent) -> Message | None:
    """The grading has the same id; without it, its grade is there still."""
    row = await assessments.get(session, event.workspace_id, event.id)
    if row:
        graded = await grading.outcome(session, deps, await load(session, deps, row))
    else:
        detail = history.detail_of(event)
        grade = await grades.get(session, event.workspace_id, detail["grade"])
        if grade is None:
            return None
        name = await history.name_at(session, agent, event.at)
        graded = Graded(name, await grade_shown(session, deps, grade), path=[])
    return graded_line(deps.render, graded, typed=repeated(agent.name), by=event.by)
