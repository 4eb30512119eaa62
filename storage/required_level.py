"""The projects of a channel, each with the level of agents that it requires."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    Text,
    select,
)
from sqlmodel import Field, col

from coaching.assessment import Words
from coaching.members import MemberKey
from storage import members
from storage.agents.agents import NOT_REMOVED
from storage.assessments import wordings
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


class Project(Row, table=True):
    """The level that a project requires, as a member shared it. Sharing the same name again replaces it."""

    __table_args__ = (
        refers_to("wording", wording_digest="digest"),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
        partial_index(
            "one_project_per_name",
            "workspace_id",
            "channel_id",
            "name_key",
            where=NOT_REMOVED,
            is_unique=True,
        ),
        Index("ix_project_of_wording", "workspace_id", "wording_digest"),
    )

    id: str = Field(primary_key=True)
    channel_id: str
    framework: str
    name: str
    name_key: str
    level: int
    answers: str = Field(sa_type=Text)
    wording_digest: str
    shared_by: str | None = None
    shared_at: datetime = Field(sa_type=UtcTime)
    removed_by: str | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcTime)


PERSONAL_DATA = NamingTable(
    Project,
    "projects",
    columns=("shared_by", "removed_by"),
    json_columns=("answers",),
    internal=("name_key", "wording_digest"),
)


async def share(
    session: Session,
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
    """Store the level that a project requires, replacing an earlier one of that name."""
    await members.ensure(session, MemberKey(workspace_id, by), now=now)
    await wordings.save(session, workspace_id, words)
    values = {
        "workspace_id": workspace_id,
        "id": new_id(),
        "channel_id": channel_id,
        "framework": words.framework,
        "name": name,
        "name_key": name_key(name),
        "level": level,
        "answers": json.dumps(dict(answers)),
        "wording_digest": words.digest,
        "shared_by": by,
        "shared_at": now,
    }
    same = _in(workspace_id, channel_id) & (col(Project.name_key) == name_key(name))
    # Another one can be inserted between the update and the insert; then that one is replaced too.
    while True:
        await _set_aside(session, same, by=by, now=now)
        if project := await insert_new(session, Project, values):
            return project


async def get(session: Session, workspace_id: str, project_id: str) -> Project | None:
    """Return the project, also a removed or replaced one."""
    return await _one(session, select(Project).where(_is(workspace_id, project_id)))


async def find(session: Session, workspace_id: str, channel_id: str, name: str) -> Project | None:
    """Return the channel's project of that name, compared by its key."""
    here = _in(workspace_id, channel_id) & _is_current()
    return await _one(session, select(Project).where(here, col(Project.name_key) == name_key(name)))


async def of_channel(session: Session, workspace_id: str, channel_id: str) -> list[Project]:
    """Return the projects of a channel, the last shared first."""
    rows = await session.scalars(
        select(Project)
        .where(_in(workspace_id, channel_id), _is_current())
        .order_by(col(Project.shared_at).desc(), col(Project.id).desc())
    )
    return list(rows)


async def remove(session: Session, project: Project, *, by: str, now: datetime) -> bool:
    """Remove a project from the channel; return False if it was removed or replaced already."""
    await members.ensure(session, MemberKey(project.workspace_id, by), now=now)
    return await _set_aside(session, _is(project.workspace_id, project.id), by=by, now=now)


def answers_of(project: Project) -> dict[str, float]:
    """Return the answers by need, in the order in which they were asked."""
    found: dict[str, float] = json.loads(project.answers)
    return found


async def _set_aside(
    session: Session, which: ColumnElement[bool], *, by: str, now: datetime
) -> bool:
    return await update_rows(session, Project, which, _is_current(), removed_by=by, removed_at=now)


def _is(workspace_id: str, project_id: str) -> ColumnElement[bool]:
    return (col(Project.workspace_id) == workspace_id) & (col(Project.id) == project_id)


def _in(workspace_id: str, channel_id: str) -> ColumnElement[bool]:
    return (col(Project.workspace_id) == workspace_id) & (col(Project.channel_id) == channel_id)


def _is_current() -> ColumnElement[bool]:
    return col(Project.removed_at).is_(None)


async def _one(session: Session, wanted: Select[Project]) -> Project | None:
    found: Project | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found
