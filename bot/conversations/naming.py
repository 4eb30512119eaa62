"""What people call a conversation, and what they type to come back to it."""

from bot.agents.subjects import Project
from bot.conversations.loaded import Name
from bot.deps import Deps
from coaching.asking import Words
from storage.agents import agents, history
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session

ASSESS, GRADE, NEED = "/rungs assess", "/rungs agent grade", "/rungs agent need"


async def name_of(session: Session, deps: Deps, row: Assessment, words: Words) -> Name:
    """The name of this conversation; only an agent has to be looked up."""
    if not row.subject:
        return Name(words.title, command_for(deps, row.framework))
    if project := Project.parse(row.subject):
        return Name(*(f"{text} {project.name}".strip() for text in (words.title, NEED)))
    agent = await agents.get(session, row.workspace_id, row.subject)
    if agent is None:
        return Name(words.title, GRADE)
    # As it was called then: the card is there also for somebody who has left its channel.
    name = await history.name_at(session, agent, row.ended_at or row.started_at)
    command = f"{GRADE} {name}" if name == agent.name else GRADE
    return Name(f"{words.title}: {name}", command)


def command_for(deps: Deps, framework: str) -> str:
    """What starts a self-check in this framework, and finds it again."""
    check = None if framework == ROLE_FAMILIES else deps.library.check_of(framework)
    return f"{ASSESS} {check.command}" if check else ASSESS
