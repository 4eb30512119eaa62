"""Which level a project needs: the words for it, and sharing it with the channel it was asked for."""

from collections.abc import Mapping
from dataclasses import replace

from bot.assessments.session import AssessmentSession
from bot.deps import Deps
from bot.features.agents.channel_notices import Line, owe, tell
from bot.features.agents.register import register, turned_away
from bot.features.agents.views import ProjectShown, channel_link
from bot.features.required_level.result_views import NeedShown, compared
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.channel_access import check_access
from bot.slack.payloads import Request
from bot.slack.replies import Reply
from coaching.required_level import Needs, ProjectSubject
from coaching.required_level import required_level as required_level_of_required_level
from content.ladders import GradingFramework
from content.message_catalog import SafeText
from storage import inbound, required_level
from storage.assessments import wordings
from storage.database import Session
from storage.required_level import Project

UNNAMED = "The project of this channel"
"""How a project is shared that nobody named."""


def project_of(loaded: AssessmentSession) -> ProjectSubject:
    """The project that the questions are about."""
    return ProjectSubject.parse(loaded.row.subject) or ProjectSubject()


def channel_of(loaded: AssessmentSession) -> SafeText | None:
    """The channel that it was asked for, as a link; None when it was asked in messages."""
    channel = project_of(loaded).channel
    return channel_link(channel) if channel else None


def ladder_of(deps: Deps, framework: str) -> GradingFramework | None:
    """The levels that the answers lead to, in today's words; None when they have left the content."""
    return deps.library.gradings.get(framework) or deps.library.agent_ladder


def shown(deps: Deps, loaded: AssessmentSession) -> NeedShown | None:
    """The project with the level that its answers lead to; None when the levels have left the content."""
    words, ladder = loaded.words_as(Needs), ladder_of(deps, loaded.row.framework)
    return _shown(project_of(loaded).name, words, loaded.answers, ladder)


async def as_shared(session: Session, deps: Deps, project: Project) -> NeedShown | None:
    """The same for a project that was shared, by the name that its channel knows."""
    words, ladder = await wordings.words_of(session, project), ladder_of(deps, project.framework)
    if not isinstance(words, Needs):
        raise TypeError(f"The project {project.id} was not shared with what it needs.")
    return _shown(project.name, words, required_level.answers_of(project), ladder)


def _shown(
    project: str, words: Needs, answers: Mapping[str, float], ladder: GradingFramework | None
) -> NeedShown | None:
    if ladder is None:
        return None
    needed = required_level_of_required_level(words, answers)
    return NeedShown(
        project=project,
        words=words,
        needed=needed,
        guide=ladder.level(needed.level) or ladder.levels[-1],
        ladder=ladder.words,
    )


async def share(deps: Deps, request: Request, loaded: AssessmentSession) -> None:
    """Put the project on the list of its channel and tell the channel; a second time changes nothing."""
    channel = project_of(loaded).channel
    if await turned_away(deps, request, channel, typed_here=False, to_change=True):
        return
    about = named(deps, loaded)
    if about is None:
        await Reply(deps, request).privately(notice(deps.render("agents/no_ladder")))
        return
    async with deps.database.write() as session:
        kept = await _kept(session, deps, loaded, about)
        line = Line(channel, "project_shared", kept.id, kept.shared_at) if kept else None
        if line:
            await owe(session, deps, line)
    is_posted = line is not None and await tell(deps, line)
    link = channel_link(channel)
    told = deps.render(
        "required_level/shared", is_news=kept is not None, is_posted=is_posted, channel=link
    )
    await Reply(deps, request).privately(notice(told))


async def beside(deps: Deps, request: Request, loaded: AssessmentSession) -> str | None:
    """The agents of the channel beside the project, in words; None for who may not read about them."""
    channel = project_of(loaded).channel
    if not channel or (await check_access(deps, request, channel, typed_here=False)).obstacle:
        return None
    told = await _compared(deps, loaded)
    return told.text if told else None


async def compare(deps: Deps, request: Request, loaded: AssessmentSession) -> None:
    """The agents of the channel beside the project, for somebody who is in the channel now."""
    channel = project_of(loaded).channel
    if await turned_away(deps, request, channel, typed_here=False):
        return
    told = await _compared(deps, loaded) or notice(deps.render("agents/no_ladder"))
    await Reply(deps, request).privately(told)


async def _compared(deps: Deps, loaded: AssessmentSession) -> Message | None:
    """The agents of the channel, held against the project."""
    about, channel = named(deps, loaded), project_of(loaded).channel
    if about is None:
        return None
    async with deps.database.read() as session:
        team = await register(session, deps, channel, beside=_beside(deps, loaded, about))
    return compared(deps.render, team, channel=channel_link(channel))


def named(deps: Deps, loaded: AssessmentSession) -> NeedShown | None:
    """The project by the name under which a channel knows it."""
    about = shown(deps, loaded)
    return replace(about, project=about.project or UNNAMED) if about else None


async def _kept(
    session: Session, deps: Deps, loaded: AssessmentSession, about: NeedShown
) -> Project | None:
    """Keep what is shared; None when this very result is there already."""
    row, channel = loaded.row, project_of(loaded).channel
    if not await inbound.claim(session, row.workspace_id, f"need:{row.id}", now=deps.now()):
        return None
    there = await required_level.find(session, row.workspace_id, channel, about.project)
    if there and row.ended_at and there.shared_at >= row.ended_at and _is_same(there, loaded):
        return None
    return await required_level.share(
        session,
        row.workspace_id,
        channel,
        loaded.words,
        loaded.answers,
        name=about.project,
        level=about.needed.level,
        by=row.user_id,
        now=deps.now(),
    )


def _is_same(there: Project, loaded: AssessmentSession) -> bool:
    is_theirs = there.shared_by == loaded.row.user_id
    return is_theirs and required_level.answers_of(there) == loaded.answers


def _beside(deps: Deps, loaded: AssessmentSession, about: NeedShown) -> ProjectShown:
    return ProjectShown(
        name=about.project,
        level=about.needed.level,
        needed=about.name,
        by=loaded.row.user_id,
        at=deps.now(),
    )
