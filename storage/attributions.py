"""Where a member is named in what belongs to a channel: to be handed over, or to become nobody's."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from coaching.members import MemberKey
from storage.plain import plain
from storage.tables import Agent, AgentEvent, Grade, Project, Team

NAMES: dict[type[Any], tuple[str, ...]] = {
    Team: ("set_by",),
    Agent: ("owner", "added_by", "changed_by", "removed_by"),
    AgentEvent: ("by",),
    Grade: ("graded_by",),
    Project: ("shared_by", "removed_by"),
}
"""The columns with user ids in the tables of channels."""


async def named_in(session: AsyncSession, key: MemberKey) -> dict[str, list[dict[str, Any]]]:
    """What of the channels names the member, ready for JSON; other people's names are left out."""
    teams = await _rows(session, Team, key, col(Team.channel_id))
    agents = await _rows(session, Agent, key, col(Agent.id))
    events = await _rows(session, AgentEvent, key, col(AgentEvent.id))
    grades = await _rows(session, Grade, key, col(Grade.id))
    projects = await _rows(session, Project, key, col(Project.id))
    return {
        # The rest of those rows is about the channel.
        "team_digests_set_up": [
            {name: plain(team)[name] for name in ("channel_id", "followed_at")} for team in teams
        ],
        "agents": [_own(agent, key) for agent in agents],
        "agent_changes": [_own(event, key, parsed=("detail",)) for event in events],
        "agent_grades": [_own(grade, key, parsed=("answers", "links")) for grade in grades],
        "projects": [_own(project, key, parsed=("answers",)) for project in projects],
    }


async def become_nobodys(session: AsyncSession, key: MemberKey) -> None:
    """Take the member's name off everything that belongs to a channel; the rest of it stays."""
    for table, names in NAMES.items():
        nameless: dict[str, Any] = {
            name: case((_is(table, name, key), None), else_=col(getattr(table, name)))
            for name in names
        }
        if table is Agent:
            # Whoever edits it just now would write the owner's name again.
            nameless["revision"] = Agent.revision + 1
        await session.execute(
            update(table)
            .where(_names(table, key))
            .values(nameless)
            .execution_options(synchronize_session=False)
        )


def _names(table: type[Any], key: MemberKey) -> ColumnElement[bool]:
    return or_(*(_is(table, name, key) for name in NAMES[table]))


def _is(table: type[Any], name: str, key: MemberKey) -> ColumnElement[bool]:
    of_workspace: ColumnElement[bool] = col(table.workspace_id) == key.workspace_id
    return of_workspace & (col(getattr(table, name)) == key.user_id)


async def _rows(
    session: AsyncSession, table: type[Any], key: MemberKey, order: Mapped[Any]
) -> list[Any]:
    return list(await session.scalars(select(table).where(_names(table, key)).order_by(order)))


def _own(row: Any, key: MemberKey, *, parsed: Iterable[str] = ()) -> dict[str, Any]:
    """The row with the member's own name alone, and with its JSON read."""
    shown = plain(row) | {name: json.loads(getattr(row, name)) for name in parsed}
    return {
        name: value
        for name, value in shown.items()
        if name not in NAMES[type(row)] or value == key.user_id
    }
