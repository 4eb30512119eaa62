"""Which level a project needs: the words for it, and sharing it with the channel it was asked for."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from bot.agents.subjects import Project
from bot.conversations.loaded import Loaded
from bot.deps import Deps
from bot.views.agent_shown import channel_link
from bot.views.need_result import NeedShown
from coaching.needs import Needs, needed_level
from content.message_catalog import SafeText
from content.model import GradingFramework
from storage import projects
from storage.tables import Project as Shared

UNNAMED = "The project of this channel"
"""How a project is shared that nobody named."""


def project_of(loaded: Loaded) -> Project:
    """The project that the questions are about."""
    return Project.parse(loaded.row.subject) or Project()


def channel_of(loaded: Loaded) -> SafeText | None:
    """The channel that it was asked for, as a link; None when it was asked in messages."""
    channel = project_of(loaded).channel
    return channel_link(channel) if channel else None


def ladder_of(deps: Deps, framework: str) -> GradingFramework | None:
    """The levels that the answers lead to, in today's words; None when they have left the content."""
    return deps.library.gradings.get(framework) or deps.library.agent_ladder


def shown(deps: Deps, loaded: Loaded) -> NeedShown | None:
    """The project with the level that its answers lead to; None when the levels have left the content."""
    words, ladder = loaded.words_as(Needs), ladder_of(deps, loaded.row.framework)
    return _shown(project_of(loaded).name, words, loaded.answers, ladder)


async def as_shared(session: AsyncSession, deps: Deps, project: Shared) -> NeedShown | None:
    """The same for a project that was shared, by the name that its channel knows."""
    words, ladder = await projects.words_of(session, project), ladder_of(deps, project.framework)
    if not isinstance(words, Needs):
        raise TypeError(f"The project {project.id} was not shared with what it needs.")
    return _shown(project.name, words, projects.answers_of(project), ladder)


def _shown(
    project: str, words: Needs, answers: Mapping[str, float], ladder: GradingFramework | None
) -> NeedShown | None:
    if ladder is None:
        return None
    needed = needed_level(words, answers)
    return NeedShown(
        project=project,
        words=words,
        needed=needed,
        guide=ladder.level(needed.level) or ladder.levels[-1],
        ladder=ladder.words,
    )
