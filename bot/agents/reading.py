"""What the members of a channel can read about its agents."""

from collections.abc import Mapping, Sequence

from bot.deps import Deps
from bot.views.agent_shown import AgentShown, GradeShown, ProjectShown, Register, named
from coaching.lowest import Criteria
from storage import required_level
from storage.agents import agents, grades
from storage.agents.agents import Agent
from storage.agents.grades import Grade
from storage.assessments import wordings
from storage.database import Session
from storage.required_level import Project


async def register(
    session: Session, deps: Deps, channel: str, *, beside: ProjectShown | None = None
) -> Register:
    """The agents of a channel with their newest grades, beside all its projects or beside one."""
    workspace_id = deps.identity.workspace_id
    rows = await agents.of_channel(session, workspace_id, channel)
    newest = await grades.latest_by_agent(session, workspace_id, [row.id for row in rows])
    every = [] if beside else await required_level.of_channel(session, workspace_id, channel)
    return Register(
        agents=[await _agent(session, deps, row, newest) for row in rows],
        projects=[beside] if beside else [project_shown(deps, project) for project in every],
        now=deps.now(),
    )


async def _agent(
    session: Session, deps: Deps, row: Agent, newest: Mapping[str, Grade]
) -> AgentShown:
    grade = newest.get(row.id)
    return agent_shown(row, await grade_shown(session, deps, grade) if grade else None)


def agent_shown(row: Agent, grade: GradeShown | None) -> AgentShown:
    """An agent with its newest grade, as it is shown."""
    return AgentShown(
        id=row.id,
        name=row.name,
        tool=row.tool,
        model=row.model,
        purpose=row.purpose,
        owned_by=row.owner,
        model_since=row.model_since,
        grade=grade,
    )


async def grade_shown(session: Session, deps: Deps, grade: Grade) -> GradeShown:
    """A grade in the words that it was given with."""
    words = deps.words.get(grade.wording_digest)
    words = words or deps.words.keep(await wordings.words_of(session, grade))
    if not isinstance(words, Criteria):
        raise TypeError(f"The grade {grade.id} was not given by criteria.")
    return GradeShown(
        id=grade.id,
        words=words,
        answers=grades.answers_of(grade),
        links=grades.links_of(grade),
        model=grade.model,
        by=grade.graded_by,
        at=grade.graded_at,
    )


async def path(session: Session, deps: Deps, agent_id: str, *, limit: int) -> Sequence[GradeShown]:
    """The grades of an agent, newest first."""
    rows = await grades.of_agent(session, deps.identity.workspace_id, agent_id, limit=limit)
    return [await grade_shown(session, deps, row) for row in rows]


def project_shown(deps: Deps, project: Project) -> ProjectShown:
    """A project with the level that it needs, by today's name of it."""
    ladder = deps.library.gradings.get(project.framework)
    return ProjectShown(
        name=project.name,
        level=project.level,
        needed=named(ladder.words if ladder else None, project.level),
        by=project.shared_by,
        at=project.shared_at,
        id=project.id,
    )
