"""An agent as the subject of an assessment: its id is kept in the row."""

from bot.assessments.conversation import Subject
from bot.assessments.session import AssessmentName
from bot.deps import Deps
from bot.features.agents.conversation import GRADING
from bot.features.agents.grading import is_there_still
from coaching.assessment import Words
from coaching.required_level import ProjectSubject
from storage.agents import agents, history
from storage.assessments.assessments import Assessment
from storage.database import Session

COMMAND = "/rungs agent grade"


def is_agent(subject: str) -> bool:
    """Whether the subject is an agent's id."""
    return ProjectSubject.parse(subject) is None


async def name_of(session: Session, _deps: Deps, row: Assessment, words: Words) -> AssessmentName:
    """The criteria with the agent's name at that time; without it when the agent is unknown."""
    agent = await agents.get(session, row.workspace_id, row.subject)
    if agent is None:
        return AssessmentName(words.title, COMMAND)
    # The name of that time: the card is also there for somebody who has left the agent's channel.
    name = await history.name_at(session, agent, row.ended_at or row.started_at)
    command = f"{COMMAND} {name}" if name == agent.name else COMMAND
    return AssessmentName(f"{words.title}: {name}", command)


AGENT = Subject(is_agent, GRADING, name_of, is_there_still)
