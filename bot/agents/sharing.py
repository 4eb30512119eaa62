"""Sharing which level a project needs with its channel, and holding the agents there against it."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.agents.announcing import tell
from bot.agents.guarding import turned_away
from bot.agents.needing import UNNAMED, project_of, shown
from bot.agents.owing import Line, owe
from bot.agents.reading import register
from bot.conversations.loaded import Loaded
from bot.delivery import Message
from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.teams.guarding import asked
from bot.views.agent_shown import ProjectShown, channel_link
from bot.views.need_result import NeedShown, compared
from bot.views.notices import notice
from storage import inbound, projects
from storage.tables import Project


async def share(deps: Deps, origin: Origin, loaded: Loaded) -> None:
    """Put the project on the list of its channel and tell the channel; a second time changes nothing."""
    channel = project_of(loaded).channel
    if await turned_away(deps, origin, channel, typed_here=False, to_change=True):
        return
    about = named(deps, loaded)
    if about is None:
        await Reply(deps, origin).privately(notice(deps.render("agents/no_ladder")))
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
    await Reply(deps, origin).privately(notice(told))


async def beside(deps: Deps, origin: Origin, loaded: Loaded) -> str | None:
    """The agents of the channel beside the project, in words; None for who may not read about them."""
    channel = project_of(loaded).channel
    if not channel or (await asked(deps, origin, channel, typed_here=False)).obstacle:
        return None
    told = await _compared(deps, loaded)
    return told.text if told else None


async def compare(deps: Deps, origin: Origin, loaded: Loaded) -> None:
    """The agents of the channel beside the project, for somebody who is in the channel now."""
    channel = project_of(loaded).channel
    if await turned_away(deps, origin, channel, typed_here=False):
        return
    told = await _compared(deps, loaded) or notice(deps.render("agents/no_ladder"))
    await Reply(deps, origin).privately(told)


async def _compared(deps: Deps, loaded: Loaded) -> Message | None:
    """The agents of the channel, held against the project."""
    about, channel = named(deps, loaded), project_of(loaded).channel
    if about is None:
        return None
    async with deps.database.read() as session:
        team = await register(session, deps, channel, beside=_beside(deps, loaded, about))
    return compared(deps.render, team, channel=channel_link(channel))


def named(deps: Deps, loaded: Loaded) -> NeedShown | None:
    """The project by the name under which a channel knows it."""
    about = shown(deps, loaded)
    return replace(about, project=about.project or UNNAMED) if about else None


async def _kept(
    session: AsyncSession, deps: Deps, loaded: Loaded, about: NeedShown
) -> Project | None:
    """Keep what is shared; None when this very result is there already."""
    row, channel = loaded.row, project_of(loaded).channel
    if not await inbound.claim(session, row.workspace_id, f"need:{row.id}", now=deps.now()):
        return None
    there = await projects.find(session, row.workspace_id, channel, about.project)
    if there and row.ended_at and there.shared_at >= row.ended_at and _is_same(there, loaded):
        return None
    return await projects.share(
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


def _is_same(there: Project, loaded: Loaded) -> bool:
    is_theirs = there.shared_by == loaded.row.user_id
    return is_theirs and projects.answers_of(there) == loaded.answers


def _beside(deps: Deps, loaded: Loaded, about: NeedShown) -> ProjectShown:
    return ProjectShown(
        name=about.project,
        level=about.needed.level,
        needed=about.name,
        by=loaded.row.user_id,
        at=deps.now(),
    )
