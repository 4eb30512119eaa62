"""What a finished grading leads to: a grade of the agent, and a line that its channel is owed."""

from collections.abc import Sequence

from bot.agents.owing import Line, owe
from bot.agents.reading import path
from bot.conversations.loaded import Loaded
from bot.deps import Deps
from bot.views.agent_shown import GradeShown
from bot.views.grade_result import Graded
from coaching.lowest import Criteria
from coaching.people import MemberKey
from storage.agents import agents, grades, history
from storage.agents.agents import Agent
from storage.assessments import assessments
from storage.database import Session

LOOKED_AT = 20
"""So many of an agent's grades are looked at for those that came at the same time."""


async def keep(session: Session, deps: Deps, loaded: Loaded, *, level: int) -> None:
    """Note the grade, also of an agent that was removed meanwhile: somebody did that work."""
    row = loaded.row
    agent = await agents.get(session, row.workspace_id, row.subject)
    if agent:
        line = line_of(deps, agent, loaded)
        await grades.add(
            session,
            agent,
            loaded.words,
            loaded.answers,
            loaded.notes,
            level=level,
            by=row.user_id,
            now=line.at,
            event=line.about,
        )
        await owe(session, deps, line)


def line_of(deps: Deps, agent: Agent, loaded: Loaded) -> Line:
    """What the channel is told: in the history of the agent, a grading keeps the id that it has."""
    row = loaded.row
    return Line(agent.channel_id, "graded", row.id, row.ended_at or deps.now())


async def outcome(session: Session, deps: Deps, loaded: Loaded) -> Graded:
    """The grade with the agent as it was by then, and what happened to it meanwhile."""
    row, ended = loaded.row, loaded.row.ended_at or deps.now()
    agent = await agents.get(session, row.workspace_id, row.subject)
    every = await path(session, deps, row.subject, limit=LOOKED_AT)
    has_new_model = agent and row.started_at < agent.model_since <= ended
    return Graded(
        agent=await history.name_at(session, agent, ended) if agent else loaded.name.title,
        grade=as_grade(loaded),
        path=[grade for grade in every if grade.at < ended],
        others=await _at_the_same_time(session, loaded, every),
        new_model=agent.model if agent and has_new_model else None,
        is_listed=agent is not None and (agent.removed_at is None or agent.removed_at > ended),
    )


def as_grade(loaded: Loaded) -> GradeShown:
    """The answers as they stand, as the grade that they make."""
    row = loaded.row
    return GradeShown(
        id=row.id,
        words=loaded.words_as(Criteria),
        answers=loaded.answers,
        links=loaded.notes,
        model="",
        by=row.user_id,
        at=row.ended_at or row.started_at,
    )


async def _at_the_same_time(
    session: Session, loaded: Loaded, every: Sequence[GradeShown]
) -> list[GradeShown]:
    """What others graded while this grading went on, or, for who may see it, began before it ended."""
    row, found = loaded.row, []
    for grade in reversed(every):
        if grade.by in (None, row.user_id) or grade.at < row.started_at:
            continue
        is_later = row.ended_at is not None and grade.at > row.ended_at
        if not is_later or (loaded.sees_later and await _began(session, loaded, grade)):
            found.append(grade)
    return found


async def _began(session: Session, loaded: Loaded, later: GradeShown) -> bool:
    """Whether a later grade was begun before this grading ended."""
    row = loaded.row
    key = MemberKey(row.workspace_id, later.by or "")
    other = await assessments.latest_about(session, key, row.subject)
    return bool(other and row.ended_at and other.started_at <= row.ended_at)
