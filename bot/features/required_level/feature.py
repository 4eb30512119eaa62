"""The required level: which level of agent a project needs."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.assessments.session import AssessmentSession, load
from bot.assessments.start import CardRequest, open_card
from bot.deps import Deps
from bot.feature import Feature
from bot.features.agents.notice_service import ChannelNotice, enqueue_notice, post_notice
from bot.features.agents.service import access_refused, load_register, project_view
from bot.features.required_level import conversation
from bot.features.required_level.conversation import (
    PROJECT,
    channel_view,
    comparison,
    ladder_of,
    project_of,
    required_level_view,
)
from bot.features.required_level.views import (
    NEED_AGAIN,
    NEED_COMPARE,
    NEED_SHARE,
    NEED_TICKED,
    RequiredLevelView,
    shared_project_line,
)
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.payloads import Click, Request
from bot.slack.phrases import channel_link, who_first
from bot.slack.replies import Reply, unknown_click
from coaching.required_level import Needs
from storage import inbound, required_level
from storage.assessments import assessments, wordings
from storage.database import Session
from storage.outbox.queue import Outgoing
from storage.required_level import PERSONAL_DATA, Project


async def share_clicked(deps: Deps, click: Click) -> None:
    """Share the result ("Share in the channel")."""
    await _with_result(deps, click, _share)


async def shared_view(session: Session, deps: Deps, project: Project) -> RequiredLevelView | None:
    """Return a shared project with its level; None when the levels have left the content."""
    words, ladder = await wordings.words_of(session, project), ladder_of(deps, project.framework)
    if not isinstance(words, Needs):
        raise TypeError(f"The project {project.id} was not shared with what it needs.")
    return required_level_view(project.name, words, required_level.answers_of(project), ladder)


async def compare_clicked(deps: Deps, click: Click) -> None:
    """Show how the channel's agents fit ("Compare the agents")."""
    await _with_result(deps, click, _compare)


async def again_clicked(deps: Deps, click: Click) -> None:
    """Ask the same questions about the same project from the first one ("Answer again")."""
    await _with_result(deps, click, _ask_again)


async def _ask_again(deps: Deps, request: Request, loaded: AssessmentSession) -> None:
    row = loaded.row
    await open_card(
        deps, request, CardRequest(row.framework, row.family, subject=row.subject), what="need"
    )


async def _with_result(
    deps: Deps, click: Click, run: Callable[[Deps, Request, AssessmentSession], Awaitable[None]]
) -> None:
    """Run it with the finished questions of the click, if they are the member's own."""
    key = click.request.key
    async with deps.database.read() as session:
        row = await assessments.get(session, key.workspace_id, click.value)
        is_theirs = row is not None and row.user_id == key.user_id and row.state == "completed"
        loaded = await load(session, deps, row) if row and is_theirs else None
    if loaded is None or not isinstance(loaded.words, Needs):
        await unknown_click(deps, click)
        return
    await run(deps, click.request, loaded)


async def project_line(session: Session, deps: Deps, row: Outgoing) -> Message | None:
    """Return the line about a project that was shared or removed; None when it is not listed any more."""
    project = await required_level.get(session, row.workspace_id, row.about or "")
    if project is None:
        return None
    if row.form == "project_removed":
        by = who_first(project.removed_by)
        return notice(deps.render("required_level/project_line", who=by, name=project.name))
    need = await shared_view(session, deps, project) if project.removed_at is None else None
    if need is None:
        return None
    shown = replace(project_view(deps, project), needed=need.name)
    team = await load_register(session, deps, project.channel_id, beside=shown)
    return shared_project_line(deps.render, need, team, by=project.shared_by)


async def _share(deps: Deps, request: Request, loaded: AssessmentSession) -> None:
    """Put the project on the list of its channel and post a line; a repeat changes nothing."""
    channel = project_of(loaded).channel
    if await access_refused(deps, request, channel, to_change=True):
        return
    about = channel_view(deps, loaded)
    if about is None:
        await Reply(deps, request).privately(notice(deps.render("agents/no_ladder")))
        return
    async with deps.database.write() as session:
        kept = await _keep_shared(session, deps, loaded, about)
        line = ChannelNotice(channel, "project_shared", kept.id, kept.shared_at) if kept else None
        if line:
            await enqueue_notice(session, deps, line)
    is_posted = line is not None and await post_notice(deps, line)
    link = channel_link(channel)
    told = deps.render(
        "required_level/shared", is_news=kept is not None, is_posted=is_posted, channel=link
    )
    await Reply(deps, request).privately(notice(told))


async def _compare(deps: Deps, request: Request, loaded: AssessmentSession) -> None:
    """Answer with the agents of the channel beside the project, if the member is in the channel now."""
    channel = project_of(loaded).channel
    if await access_refused(deps, request, channel):
        return
    told = await comparison(deps, loaded) or notice(deps.render("agents/no_ladder"))
    await Reply(deps, request).privately(told)


async def _keep_shared(
    session: Session, deps: Deps, loaded: AssessmentSession, about: RequiredLevelView
) -> Project | None:
    """Save the shared project; None when this very result is saved already."""
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


FEATURE = Feature(
    name="required_level",
    is_offered=lambda library, _settings: not library.has_agents_off,
    clicks={
        NEED_TICKED: conversation.boxes_ticked,
        NEED_AGAIN: again_clicked,
        NEED_SHARE: share_clicked,
        NEED_COMPARE: compare_clicked,
    },
    personal_data=(PERSONAL_DATA,),
    subjects=(PROJECT,),
    channel_lines=dict.fromkeys(("project_shared", "project_removed"), project_line),
)
