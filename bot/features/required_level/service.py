"""The result of the questions about a project, for its card, its channel, and the comparison with agents."""

from collections.abc import Mapping
from dataclasses import replace

from bot.assessments.session import AssessmentSession
from bot.deps import Deps
from bot.features.agents.service import load_register
from bot.features.agents.views import ProjectView
from bot.features.required_level.views import RequiredLevelView, comparison_card
from bot.slack.api import Message
from bot.slack.directory import check_access
from bot.slack.payloads import Request
from bot.slack.phrases import channel_link
from coaching.required_level import Needs, ProjectSubject, checklist_of, required_level_of
from coaching.safe_text import SafeText
from content.ladders import GradingFramework
from storage import required_level
from storage.assessments import wordings
from storage.database import Session
from storage.required_level import Project

UNNAMED = "The project of this channel"
"""The name under which a project without a name is shared."""


def project_of(loaded: AssessmentSession) -> ProjectSubject:
    """Return the project that the questions are about."""
    return ProjectSubject.parse(loaded.row.subject) or ProjectSubject()


def channel_of(loaded: AssessmentSession) -> SafeText | None:
    """Return a link to the channel that it was asked for; None when it was asked in messages."""
    channel = project_of(loaded).channel
    return channel_link(channel) if channel else None


def ladder_of(deps: Deps, framework: str) -> GradingFramework | None:
    """Return the levels that the answers lead to, in today's words; None when they have left the content."""
    return deps.library.gradings.get(framework) or deps.library.agent_ladder


def own_view(deps: Deps, loaded: AssessmentSession) -> RequiredLevelView | None:
    """Return the project with its level; None when the levels have left the content."""
    words, ladder = loaded.words_as(Needs), ladder_of(deps, loaded.row.framework)
    return _view(project_of(loaded).name, words, loaded.answers, ladder)


async def shared_view(session: Session, deps: Deps, project: Project) -> RequiredLevelView | None:
    """Return a shared project with its level; None when the levels have left the content."""
    words, ladder = await wordings.words_of(session, project), ladder_of(deps, project.framework)
    if not isinstance(words, Needs):
        raise TypeError(f"The project {project.id} was not shared with what it needs.")
    return _view(project.name, words, required_level.answers_of(project), ladder)


def _view(
    project: str, words: Needs, answers: Mapping[str, float], ladder: GradingFramework | None
) -> RequiredLevelView | None:
    if ladder is None:
        return None
    needed = required_level_of(words, answers)
    return RequiredLevelView(
        project=project,
        words=words,
        needed=needed,
        checklist=checklist_of(words, answers, ladder.acceptance_lines),
        guide=ladder.level(needed.level) or ladder.levels[-1],
        ladder=ladder.words,
    )


async def comparison_text(deps: Deps, request: Request, loaded: AssessmentSession) -> str | None:
    """Return how the channel's agents fit, in words; None for a member who may not read about them."""
    channel = project_of(loaded).channel
    if not channel or (await check_access(deps, request, channel)).obstacle:
        return None
    told = await comparison(deps, loaded)
    return told.text if told else None


async def comparison(deps: Deps, loaded: AssessmentSession) -> Message | None:
    """Return how the channel's agents fit the project; None when the levels have left the content."""
    about, channel = channel_view(deps, loaded), project_of(loaded).channel
    if about is None:
        return None
    async with deps.database.read() as session:
        team = await load_register(
            session, deps, channel, beside=_as_project_view(deps, loaded, about)
        )
    return comparison_card(deps.render, team, channel=channel_link(channel))


def channel_view(deps: Deps, loaded: AssessmentSession) -> RequiredLevelView | None:
    """Return the project with its level, by the name that its channel sees."""
    about = own_view(deps, loaded)
    return replace(about, project=about.project or UNNAMED) if about else None


def _as_project_view(
    deps: Deps, loaded: AssessmentSession, about: RequiredLevelView
) -> ProjectView:
    return ProjectView(
        name=about.project,
        level=about.needed.level,
        needed=about.name,
        by=loaded.row.user_id,
        at=deps.now(),
    )
