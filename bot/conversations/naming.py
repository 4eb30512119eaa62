"""What people call a conversation, and what they type to come back to it."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.loaded import Name
from bot.deps import Deps
from coaching.asking import Words
from storage.assessments import ROLE_FAMILIES
from storage.tables import Assessment

ASSESS = "/rungs assess"


async def name_of(session: AsyncSession, deps: Deps, row: Assessment, words: Words) -> Name:
    """The name of this conversation; its subject may have to be looked up."""
    subject = deps.features.subject(row.subject)
    if subject:
        return await subject.name_of(session, deps, row, words)
    return Name(words.title, command_for(deps, row.framework))


def command_for(deps: Deps, framework: str) -> str:
    """What starts a self-check in this framework, and finds it again."""
    check = None if framework == ROLE_FAMILIES else deps.library.check_of(framework)
    return f"{ASSESS} {check.command}" if check else ASSESS
