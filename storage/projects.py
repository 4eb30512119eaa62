"""The projects of a channel and the level that each needs, as members shared it."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from coaching.assessment import Words
from coaching.members import MemberKey
from storage import members, wordings
from storage.inserting import insert_new, new_id
from storage.naming import key_of
from storage.tables import Project


async def share(
    session: AsyncSession,
    workspace_id: str,
    channel_id: str,
    words: Words,
    answers: Mapping[str, float],
    *,
    name: str,
    level: int,
    by: str,
    now: datetime,
) -> Project:
    """Keep which level a project needs; what was shared under that name before is replaced."""
    await members.ensure(session, MemberKey(workspace_id, by), now=now)
    await wordings.keep(session, workspace_id, words)
    values = {
        "workspace_id": workspace_id,
        "id": new_id(),
        "channel_id": channel_id,
        "framework": words.framework,
        "name": name,
        "name_key": key_of(name),
        "level": level,
        "answers": json.dumps(dict(answers)),
        "wording_digest": words.digest,
        "shared_by": by,
        "shared_at": now,
    }
    same = _in(workspace_id, channel_id) & (col(Project.name_key) == key_of(name))
    # Another one may come between the update and the insert: then that one is replaced in turn.
    while True:
        await _set_aside(session, same, by=by, now=now)
        if project := await insert_new(session, Project, values):
            return project


async def get(session: AsyncSession, workspace_id: str, project_id: str) -> Project | None:
    """The project, removed or replaced or not."""
    return await _one(session, select(Project).where(_is(workspace_id, project_id)))


async def find(
    session: AsyncSession, workspace_id: str, channel_id: str, name: str
) -> Project | None:
    """The project of that name in the channel, however the name is written."""
    here = _in(workspace_id, channel_id) & _is_current()
    return await _one(session, select(Project).where(here, col(Project.name_key) == key_of(name)))


async def of_channel(session: AsyncSession, workspace_id: str, channel_id: str) -> list[Project]:
    """The projects of a channel, the one that was shared last first."""
    rows = await session.scalars(
        select(Project)
        .where(_in(workspace_id, channel_id), _is_current())
        .order_by(col(Project.shared_at).desc(), col(Project.id).desc())
    )
    return list(rows)


async def remove(session: AsyncSession, project: Project, *, by: str, now: datetime) -> bool:
    """Take it off the channel's list; False when it was removed or replaced already."""
    await members.ensure(session, MemberKey(project.workspace_id, by), now=now)
    return await _set_aside(session, _is(project.workspace_id, project.id), by=by, now=now)


async def words_of(session: AsyncSession, project: Project) -> Words:
    """The questions as they were shown to the member who shared it."""
    return await wordings.words(session, project)


def answers_of(project: Project) -> dict[str, float]:
    """Which needs were ticked, in the order in which they were asked."""
    found: dict[str, float] = json.loads(project.answers)
    return found


async def _set_aside(
    session: AsyncSession, which: ColumnElement[bool], *, by: str, now: datetime
) -> bool:
    gone = await session.scalar(
        update(Project)
        .where(which, _is_current())
        .values(removed_by=by, removed_at=now)
        .returning(col(Project.id))
        .execution_options(synchronize_session="fetch")
    )
    return gone is not None


def _is(workspace_id: str, project_id: str) -> ColumnElement[bool]:
    return (col(Project.workspace_id) == workspace_id) & (col(Project.id) == project_id)


def _in(workspace_id: str, channel_id: str) -> ColumnElement[bool]:
    return (col(Project.workspace_id) == workspace_id) & (col(Project.channel_id) == channel_id)


def _is_current() -> ColumnElement[bool]:
    return col(Project.removed_at).is_(None)


async def _one(session: AsyncSession, wanted: Select[Project]) -> Project | None:
    found: Project | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found
