"""The register of a channel's AI agents, and the events that changed it.

The rows belong to the channel. They contain the ids of the members who did something; an erasure sets these
to NULL and keeps the rows. Whoever writes a member's id locks that member first, so that an erasure at the
same time finds it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    Text,
    func,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage import members
from storage.database import Session
from storage.database.rows import (
    NamingTable,
    Row,
    UtcTime,
    insert_new,
    name_key,
    new_id,
    partial_index,
    refers_to,
    update_rows,
)

NOT_REMOVED = text("removed_at IS NULL")


class Agent(Row, table=True):
    """An AI agent that a channel uses, or used until it was removed.

    `name_key` is the name's key for comparison; `model_since` is since when it runs on this model.
    """

    __table_args__ = (
        partial_index(
            "one_agent_per_name",
            "workspace_id",
            "channel_id",
            "name_key",
            where=NOT_REMOVED,
            is_unique=True,
        ),
        Index("ix_agent_of_channel", "workspace_id", "channel_id", "removed_at", "id"),
    )

    id: str = Field(primary_key=True)
    channel_id: str
    framework: str
    name: str
    name_key: str
    tool: str
    model: str
    owner: str | None = None
    purpose: str = Field(sa_type=Text)
    added_by: str | None = None
    added_at: datetime = Field(sa_type=UtcTime)
    changed_by: str | None = None
    changed_at: datetime = Field(sa_type=UtcTime)
    model_since: datetime = Field(sa_type=UtcTime)
    removed_by: str | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    revision: int = 0


AGENT_DATA = NamingTable(
    Agent,
    "agents",
    columns=("owner", "added_by", "changed_by", "removed_by"),
    internal=("name_key", "revision"),
    has_revision=True,
)


class AgentEvent(Row, table=True):
    """An event in the register. `detail` is JSON without user ids, because erasures do not change it."""

    __tablename__ = "agent_event"
    __table_args__ = (
        refers_to("agent", agent_id="id"),
        CheckConstraint("kind IN ('added', 'changed', 'graded', 'removed')", name="kind"),
        Index("ix_agent_event_of_agent", "workspace_id", "agent_id", "at", "id"),
    )

    id: str = Field(primary_key=True)
    agent_id: str
    kind: str
    by: str | None = None
    at: datetime = Field(sa_type=UtcTime)
    detail: str = Field(sa_type=Text)


EVENT_DATA = NamingTable(AgentEvent, "agent_changes", columns=("by",), json_columns=("detail",))

EditOutcome = Literal["changed", "same", "taken", "outdated"]
"""`taken`: another agent of the channel has the name; `outdated`: it was changed or removed meanwhile."""


@dataclass(frozen=True)
class AgentFacts:
    """What members enter about an agent; `owner` is a user id."""

    name: str
    tool: str
    model: str
    owner: str | None
    purpose: str


async def add(
    session: Session,
    workspace_id: str,
    channel_id: str,
    framework: str,
    facts: AgentFacts,
    *,
    by: str,
    now: datetime,
    event: str | None = None,
) -> Agent | None:
    """Add an agent; return None if the channel has one of that name.

    Here and below, `event` is the id for the event, if the caller already announced it.
    """
    await _lock_members(session, workspace_id, by=by, owner=facts.owner, now=now)
    values = asdict(facts) | {
        "workspace_id": workspace_id,
        "id": new_id(),
        "channel_id": channel_id,
        "framework": framework,
        "name_key": name_key(facts.name),
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
        await record_event(session, agent, "added", said, by=by, now=now, event=event)
    return agent


async def edit(
    session: Session,
    agent: Agent,
    facts: AgentFacts,
    *,
    by: str,
    now: datetime,
    revision: int,
    event: str | None = None,
) -> EditOutcome:
    """Replace the facts of an agent that still has this revision."""
    await _lock_members(session, agent.workspace_id, by=by, owner=facts.owner, now=now)
    found = await get(session, agent.workspace_id, agent.id, lock=True)
    if found is None or found.removed_at or found.revision != revision:
        return "outdated"
    changed = _differences(found, facts)
    if not changed:
        return "same"
    if not await _update(session, found, facts, by=by, now=now):
        return "taken"
    await record_event(session, found, "changed", changed, by=by, now=now, event=event)
    await get(session, agent.workspace_id, agent.id)
    return "changed"


async def remove(
    session: Session, agent: Agent, *, by: str, now: datetime, event: str | None = None
) -> bool:
    """Remove an agent from the register, keeping its history; return False if it was removed already."""
    await _lock_members(session, agent.workspace_id, by=by, owner=None, now=now)
    listed = _is(agent.workspace_id, agent.id) & _is_current()
    removed = {"removed_by": by, "removed_at": now, "revision": Agent.revision + 1}
    if not await update_rows(session, Agent, listed, **removed):
        return False
    await record_event(session, agent, "removed", {}, by=by, now=now, event=event)
    return True


async def get(
    session: Session, workspace_id: str, agent_id: str, *, lock: bool = False
) -> Agent | None:
    """Return the agent, also a removed one; with `lock`, locked until this transaction ends.

    Lock members before agents, as the functions above do: an erasure locks in that order too.
    """
    wanted = select(Agent).where(_is(workspace_id, agent_id))
    # NO KEY UPDATE: inserting a grade that refers to the agent need not wait.
    return await _one(session, wanted.with_for_update(key_share=True) if lock else wanted)


async def find(session: Session, workspace_id: str, channel_id: str, name: str) -> Agent | None:
    """Return the channel's agent of that name, compared by its key."""
    here = _in(workspace_id, channel_id) & _is_current()
    return await _one(session, select(Agent).where(here, col(Agent.name_key) == name_key(name)))


async def of_channel(session: Session, workspace_id: str, channel_id: str) -> list[Agent]:
    """Return the agents of a channel, by name."""
    rows = await session.scalars(
        select(Agent)
        .where(_in(workspace_id, channel_id), _is_current())
        .order_by(col(Agent.name_key))
    )
    return list(rows)


async def count_of_channel(session: Session, workspace_id: str, channel_id: str) -> int:
    """Return how many agents a channel lists."""
    here = _in(workspace_id, channel_id) & _is_current()
    counted = select(func.count()).select_from(Agent).where(here)
    return int(await session.scalar(counted) or 0)


async def removed_from(
    session: Session, workspace_id: str, channel_id: str, *, limit: int
) -> list[Agent]:
    """Return the removed agents of a channel, the last removed first."""
    rows = await session.scalars(
        select(Agent)
        .where(_in(workspace_id, channel_id), col(Agent.removed_at).is_not(None))
        .order_by(col(Agent.removed_at).desc(), col(Agent.id).desc())
        .limit(limit)
    )
    return list(rows)


async def _lock_members(
    session: Session, workspace_id: str, *, by: str, owner: str | None, now: datetime
) -> None:
    """Lock the members whose ids are about to be written, so that an erasure comes before or after."""
    await members.ensure(session, MemberKey(workspace_id, by), now=now)
    if owner:
        await members.lock(session, MemberKey(workspace_id, owner))


def _differences(agent: Agent, facts: AgentFacts) -> dict[str, list[Any]]:
    """Return [before, after] for each changed fact, and [] for the owner, whose id no event may contain."""
    new = {name: value for name, value in asdict(facts).items() if getattr(agent, name) != value}
    return {
        name: [] if name == "owner" else [getattr(agent, name), value]
        for name, value in new.items()
    }


async def _update(
    session: Session, agent: Agent, facts: AgentFacts, *, by: str, now: datetime
) -> bool:
    """Store the facts; return False if another agent has the name."""
    values = asdict(facts) | {
        "name_key": name_key(facts.name),
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


async def _one(session: Session, wanted: Select[Agent]) -> Agent | None:
    found: Agent | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found


EventKind = Literal["added", "changed", "graded", "removed"]


async def record_event(
    session: Session,
    agent: Agent,
    kind: EventKind,
    detail: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    event: str | None = None,
) -> None:
    """Store an event. `detail` must contain no user id, because erasures do not change it.

    `event` is its id, for callers that need to know it beforehand.
    """
    happened = AgentEvent(
        workspace_id=agent.workspace_id,
        id=event or new_id(),
        agent_id=agent.id,
        kind=kind,
        by=by,
        at=now,
        detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
    )
    session.add(happened)
    await session.flush()
