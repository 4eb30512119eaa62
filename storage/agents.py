"""The register of a channel: the AI engineers that it uses, each by a name of its own."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.members import MemberKey
from storage import agent_events, members
from storage.agent_events import detail_of as detail_of
from storage.agent_events import events as events
from storage.agent_events import events_in as events_in
from storage.agent_events import name_at as name_at
from storage.inserting import insert_new, new_id
from storage.naming import key_of
from storage.tables import Agent

Edited = Literal["changed", "same", "taken", "outdated"]
"""`taken`: another agent of the channel has that name; `outdated`: it was changed or removed meanwhile."""


@dataclass(frozen=True)
class AgentFacts:
    """What a channel says of an agent; `owner` is a user id."""

    name: str
    tool: str
    model: str
    owner: str | None
    purpose: str


async def add(
    session: AsyncSession,
    workspace_id: str,
    channel_id: str,
    framework: str,
    facts: AgentFacts,
    *,
    by: str,
    now: datetime,
    event: str | None = None,
) -> Agent | None:
    """A new entry of the register; None when the channel has an agent of that name.

    Here and below, `event` is the id under which the history has it.
    """
    await _hold(session, workspace_id, by=by, owner=facts.owner, now=now)
    values = asdict(facts) | {
        "workspace_id": workspace_id,
        "id": new_id(),
        "channel_id": channel_id,
        "framework": framework,
        "name_key": key_of(facts.name),
        "added_by": by,
        "added_at": now,
        "changed_by": by,
        "changed_at": now,
        "model_since": now,
        "revision": 0,
    }
    agent = await insert_new(session, Agent, values)
    if agent:
        said = {name: value for name, value in asdict(facts).items() if name != "owner"}
        await agent_events.keep(session, agent, "added", said, by=by, now=now, event=event)
    return agent


async def edit(
    session: AsyncSession,
    agent: Agent,
    facts: AgentFacts,
    *,
    by: str,
    now: datetime,
    revision: int,
    event: str | None = None,
) -> Edited:
    """Say something else of an agent than was said at that revision."""
    await _hold(session, agent.workspace_id, by=by, owner=facts.owner, now=now)
    found = await get(session, agent.workspace_id, agent.id, lock=True)
    if found is None or found.removed_at or found.revision != revision:
        return "outdated"
    changed = _changed(found, facts)
    if not changed:
        return "same"
    if not await _write(session, found, facts, by=by, now=now):
        return "taken"
    await agent_events.keep(session, found, "changed", changed, by=by, now=now, event=event)
    await get(session, agent.workspace_id, agent.id)
    return "changed"


async def remove(
    session: AsyncSession, agent: Agent, *, by: str, now: datetime, event: str | None = None
) -> bool:
    """Take it out of the register, with its history kept; False when it was out already."""
    await _hold(session, agent.workspace_id, by=by, owner=None, now=now)
    gone = await session.scalar(
        update(Agent)
        .where(_is(agent.workspace_id, agent.id), _is_current())
        .values(removed_by=by, removed_at=now, revision=Agent.revision + 1)
        .returning(col(Agent.id))
        .execution_options(synchronize_session="fetch")
    )
    if gone is None:
        return False
    await agent_events.keep(session, agent, "removed", {}, by=by, now=now, event=event)
    return True


async def get(
    session: AsyncSession, workspace_id: str, agent_id: str, *, lock: bool = False
) -> Agent | None:
    """The agent, removed or not; with `lock` nobody else changes it before this transaction ends.

    Members come before agents: what is done here in somebody's name locks by itself, in that order.
    """
    wanted = select(Agent).where(_is(workspace_id, agent_id))
    # Without the key: grades that refer to it need not wait.
    return await _one(session, wanted.with_for_update(key_share=True) if lock else wanted)


async def find(
    session: AsyncSession, workspace_id: str, channel_id: str, name: str
) -> Agent | None:
    """The agent of that name in the channel's register, however the name is written."""
    here = _in(workspace_id, channel_id) & _is_current()
    return await _one(session, select(Agent).where(here, col(Agent.name_key) == key_of(name)))


async def of_channel(session: AsyncSession, workspace_id: str, channel_id: str) -> list[Agent]:
    """The register of a channel, by name."""
    rows = await session.scalars(
        select(Agent)
        .where(_in(workspace_id, channel_id), _is_current())
        .order_by(col(Agent.name_key))
    )
    return list(rows)


async def removed_from(
    session: AsyncSession, workspace_id: str, channel_id: str, *, limit: int
) -> list[Agent]:
    """The agents that are out of a channel's register, the last one first."""
    rows = await session.scalars(
        select(Agent)
        .where(_in(workspace_id, channel_id), col(Agent.removed_at).is_not(None))
        .order_by(col(Agent.removed_at).desc(), col(Agent.id).desc())
        .limit(limit)
    )
    return list(rows)


async def _hold(
    session: AsyncSession, workspace_id: str, *, by: str, owner: str | None, now: datetime
) -> None:
    """Let an erasure of those who are named come before or after: it must find their names."""
    await members.ensure(session, MemberKey(workspace_id, by), now=now)
    if owner:
        await members.hold(session, MemberKey(workspace_id, owner))


def _changed(agent: Agent, facts: AgentFacts) -> dict[str, list[Any]]:
    """What is new in these facts, before and after; who the owner is stays out of the history."""
    new = {name: value for name, value in asdict(facts).items() if getattr(agent, name) != value}
    return {
        name: [] if name == "owner" else [getattr(agent, name), value]
        for name, value in new.items()
    }


async def _write(
    session: AsyncSession, agent: Agent, facts: AgentFacts, *, by: str, now: datetime
) -> bool:
    """Write the facts down; False when the name is another agent's."""
    values = asdict(facts) | {
        "name_key": key_of(facts.name),
        "model_since": agent.model_since if facts.model == agent.model else now,
        "changed_by": by,
        "changed_at": now,
        "revision": Agent.revision + 1,
    }
    try:
        async with session.begin_nested():
            await session.execute(
                update(Agent)
                .where(_is(agent.workspace_id, agent.id))
                .values(values)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        return False
    return True


def _is(workspace_id: str, agent_id: str) -> ColumnElement[bool]:
    return (col(Agent.workspace_id) == workspace_id) & (col(Agent.id) == agent_id)


def _in(workspace_id: str, channel_id: str) -> ColumnElement[bool]:
    return (col(Agent.workspace_id) == workspace_id) & (col(Agent.channel_id) == channel_id)


def _is_current() -> ColumnElement[bool]:
    return col(Agent.removed_at).is_(None)


async def _one(session: AsyncSession, wanted: Select[Agent]) -> Agent | None:
    found: Agent | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found
