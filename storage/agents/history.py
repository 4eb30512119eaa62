"""Queries about the events of agents."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from storage.agents.agents import Agent, AgentEvent
from storage.database import Session


async def get(session: Session, workspace_id: str, event_id: str) -> AgentEvent | None:
    """Return one event; `by` is None if that member erased their data."""
    found: AgentEvent | None = await session.scalar(
        select(AgentEvent)
        .where(col(AgentEvent.workspace_id) == workspace_id, col(AgentEvent.id) == event_id)
        .execution_options(populate_existing=True)
    )
    return found


async def of_agent(
    session: Session, workspace_id: str, agent_id: str, *, limit: int
) -> list[AgentEvent]:
    """Return the events of one agent, newest first."""
    wanted = _newest_first(workspace_id).where(col(AgentEvent.agent_id) == agent_id)
    return list(await session.scalars(wanted.limit(limit)))


async def of_channel(
    session: Session, workspace_id: str, channel_id: str, *, limit: int
) -> list[tuple[Agent, AgentEvent]]:
    """Return the events of all agents of a channel, also of removed ones, newest first."""
    same_agent = (col(Agent.workspace_id) == col(AgentEvent.workspace_id)) & (
        col(Agent.id) == col(AgentEvent.agent_id)
    )
    rows = await session.execute(
        _newest_first(workspace_id)
        .add_columns(Agent)
        .join(Agent, same_agent)
        .where(col(Agent.channel_id) == channel_id)
        .limit(limit)
    )
    return [(agent, event) for event, agent in rows]


async def name_at(session: Session, agent: Agent, moment: datetime) -> str:
    """Return the name that the agent had at that moment."""
    if agent.changed_at <= moment:
        return agent.name
    since = (
        select(AgentEvent)
        .where(
            col(AgentEvent.workspace_id) == agent.workspace_id,
            col(AgentEvent.agent_id) == agent.id,
            col(AgentEvent.kind) == "changed",
            col(AgentEvent.at) > moment,
        )
        .order_by(col(AgentEvent.at), col(AgentEvent.id))
    )
    details = [detail_of(event) for event in await session.scalars(since)]
    return next((str(one["name"][0]) for one in details if "name" in one), agent.name)


def detail_of(event: AgentEvent) -> dict[str, Any]:
    """Return the details of an event.

    `added` has name, tool, model and purpose; `changed` has [before, after] by field, and [] for the owner;
    `graded` has the grade's id, its level and the model; `removed` has nothing.
    """
    found: dict[str, Any] = json.loads(event.detail)
    return found


def _newest_first(workspace_id: str) -> Select[AgentEvent]:
    return (
        select(AgentEvent)
        .where(col(AgentEvent.workspace_id) == workspace_id)
        .order_by(col(AgentEvent.at).desc(), col(AgentEvent.id).desc())
    )
