"""The grades of agents. A grade never changes; an agent's latest one counts."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Text,
    func,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import Field, col

from coaching.assessment import Words
from coaching.members import MemberKey
from storage import members
from storage.agents import agents
from storage.agents.agents import Agent
from storage.assessments import wordings
from storage.database import Session
from storage.database.rows import NamingTable, Row, UtcTime, new_id, refers_to


class Grade(Row, table=True):
    """The level that an agent was graded at, with the answers, the links to evidence and its model then."""

    __table_args__ = (
        refers_to("agent", agent_id="id"),
        refers_to("wording", wording_digest="digest"),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
        Index("ix_grade_of_agent", "workspace_id", "agent_id", "graded_at", "id"),
        Index("ix_grade_of_wording", "workspace_id", "wording_digest"),
    )

    id: str = Field(primary_key=True)
    agent_id: str
    framework: str
    version: str
    wording_digest: str
    level: int
    answers: str = Field(sa_type=Text)
    links: str = Field(sa_type=Text)
    model: str
    graded_by: str | None = None
    graded_at: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = NamingTable(
    Grade,
    "agent_grades",
    columns=("graded_by",),
    json_columns=("answers", "links"),
    internal=("wording_digest",),
)


async def add(
    session: Session,
    agent: Agent,
    words: Words,
    answers: Mapping[str, float],
    links: Mapping[str, str],
    *,
    level: int,
    by: str,
    now: datetime,
    event: str | None = None,
) -> Grade:
    """Store a grade for the model that the agent has now, and the event "graded".

    An agent that was removed meanwhile gets the grade too, and stays removed. `event` is the event's id.
    """
    await members.ensure(session, MemberKey(agent.workspace_id, by), now=now)
    await wordings.save(session, agent.workspace_id, words)
    graded = await agents.get(session, agent.workspace_id, agent.id) or agent
    grade = Grade(
        workspace_id=agent.workspace_id,
        id=new_id(),
        agent_id=agent.id,
        framework=words.framework,
        version=words.version,
        wording_digest=words.digest,
        level=level,
        answers=json.dumps(dict(answers)),
        links=json.dumps(dict(links), ensure_ascii=False),
        model=graded.model,
        graded_by=by,
        graded_at=now,
    )
    session.add(grade)
    await session.flush()
    told = {"grade": grade.id, "level": level, "model": grade.model}
    await agents.record_event(session, agent, "graded", told, by=by, now=now, event=event)
    return grade


async def get(session: Session, workspace_id: str, grade_id: str) -> Grade | None:
    """Return one grade; `graded_by` is None if that member erased their data."""
    found: Grade | None = await session.scalar(
        select(Grade)
        .where(col(Grade.workspace_id) == workspace_id, col(Grade.id) == grade_id)
        .execution_options(populate_existing=True)
    )
    return found


async def by_id(session: Session, workspace_id: str, grade_ids: Collection[str]) -> list[Grade]:
    """Return these grades, in no order."""
    if not grade_ids:
        return []
    rows = await session.scalars(
        select(Grade).where(col(Grade.workspace_id) == workspace_id, col(Grade.id).in_(grade_ids))
    )
    return list(rows)


async def of_agent(
    session: Session, workspace_id: str, agent_id: str, *, limit: int
) -> list[Grade]:
    """Return the grades of an agent, newest first."""
    rows = await session.scalars(
        select(Grade)
        .where(_is_of_agents(workspace_id, [agent_id]))
        .order_by(col(Grade.graded_at).desc(), col(Grade.id).desc())
        .limit(limit)
    )
    return list(rows)


async def latest_by_agent(
    session: Session, workspace_id: str, agent_ids: Collection[str]
) -> dict[str, Grade]:
    """Return the latest grade of each of these agents that has one, by agent id."""
    newest_first = (col(Grade.graded_at).desc(), col(Grade.id).desc())
    place = func.row_number().over(partition_by=col(Grade.agent_id), order_by=newest_first)
    ranked = (
        select(Grade, place.label("place")).where(_is_of_agents(workspace_id, agent_ids)).subquery()
    )
    newest = aliased(Grade, ranked)
    rows = await session.scalars(select(newest).where(ranked.c.place == 1))
    return {grade.agent_id: grade for grade in rows}


def answers_of(grade: Grade) -> dict[str, float]:
    """Return the levels by criterion, in the order in which they were asked."""
    found: dict[str, float] = json.loads(grade.answers)
    return found


def links_of(grade: Grade) -> dict[str, str]:
    """Return the links to evidence by criterion."""
    found: dict[str, str] = json.loads(grade.links)
    return found


def _is_of_agents(workspace_id: str, agent_ids: Collection[str]) -> ColumnElement[bool]:
    return (col(Grade.workspace_id) == workspace_id) & col(Grade.agent_id).in_(agent_ids)
