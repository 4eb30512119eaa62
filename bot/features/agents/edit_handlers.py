"""Adding an agent to the list of a channel, changing one, and removing agents and projects."""

from dataclasses import dataclass, replace
from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.agents.edit_views import (
    ADD_TITLE,
    EDIT_TITLE,
    MODEL,
    NAME,
    PURPOSE,
    TOOL,
    AgentFormState,
    AgentFormValues,
    added_card,
    agent_form,
    agent_removal_card,
    blocked_agent_form,
    project_removal_card,
    retry_card,
)
from bot.features.agents.notice_service import ChannelNotice, enqueue_notice, post_notice
from bot.features.agents.service import is_listed
from bot.features.agents.views import (
    AGENT_MODEL,
    AGENT_NAME,
    AGENT_OWNER,
    AGENT_PURPOSE,
    AGENT_TOOL,
    AGENT_VIEW,
)
from bot.slack.api import Message
from bot.slack.blocks import limit_text, notice, shortened
from bot.slack.directory import Obstacle, check_access, is_of_others
from bot.slack.errors import MemberGone
from bot.slack.payloads import Request, Submission
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_and_fill
from coaching.safe_text import is_slack_id, plain_name
from storage import required_level
from storage.agents import agents
from storage.agents.agents import Agent, AgentFacts
from storage.allowances import AGENTS, LimitReached
from storage.database import Session


@dataclass(frozen=True)
class FormOutcome:
    """The answer to the sender of a form, and the notice for the channel, if any."""

    told: Message
    line: ChannelNotice | None = None


async def open_add(deps: Deps, request: Request, *, filled: AgentFormValues) -> None:
    """Open the form for a new agent at once, and fill it after checking who asks."""
    carried = AgentFormState(request.channel or "", response_url=request.response_url)
    await _open(deps, request, carried, filled)


async def open_edit(deps: Deps, request: Request, agent: Agent) -> None:
    """Open the form with the data of an agent."""
    carried = AgentFormState(agent.channel_id, agent.id, agent.revision, request.response_url)
    await _open(deps, request, carried, filled_with(agent))


async def open_again(
    deps: Deps, request: Request, carried: AgentFormState, filled: AgentFormValues
) -> None:
    """Open a form again with what was typed, at the agent's current revision."""
    async with deps.database.read() as session:
        agent = await agents.get(session, deps.identity.workspace_id, carried.agent_id)
    revision = agent.revision if agent else 0
    now = replace(carried, revision=revision, response_url=request.response_url)
    await _open(deps, request, now, filled)


async def agent_form_sent(deps: Deps, submission: Submission) -> None:
    """Save the form and tell the channel, or answer why not; a repeated delivery changes nothing.

    The delivery is recorded in the transaction that saves the form, so a repeat saves what a crash left
    unsaved.
    """
    carried, filled = AgentFormState.parse(submission.carried), _typed_values(submission)
    request = replace(submission.request, response_url=carried.response_url)
    if await is_submitted(deps, request):
        return
    found = await check_access(deps, request, carried.channel, to_change=True)
    has_foreign_owner = await _is_foreign(deps, filled.owner)
    try:
        saved = await _save(
            deps,
            request,
            carried,
            filled,
            obstacle=found.obstacle,
            has_foreign_owner=has_foreign_owner,
        )
    except LimitReached as problem:
        saved = FormOutcome(
            retry_card(limit_text(deps.render, problem, now=deps.now()), carried, filled)
        )
    if saved is None:
        return
    if saved.line:
        await post_notice(deps, saved.line)
    await _answer_sender(deps, request, saved.told)


async def _is_foreign(deps: Deps, owner: str | None) -> bool:
    """Return whether the chosen owner is of another company; Slack's menu offers those of shared channels."""
    if owner is None:
        return False
    try:
        return is_of_others(deps, await deps.slack.users_info(owner))
    except MemberGone:
        return True


async def _save(
    deps: Deps,
    request: Request,
    carried: AgentFormState,
    filled: AgentFormValues,
    *,
    obstacle: Obstacle | None,
    has_foreign_owner: bool,
) -> FormOutcome | None:
    """Save the form in one transaction; None when another delivery of it was saved."""
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return None
        if obstacle:
            return FormOutcome(notice(deps.render("agents/obstacle", why=obstacle)))
        if not (filled.name and filled.tool and filled.model):
            return FormOutcome(retry_card(deps.render("agents/form_incomplete"), carried, filled))
        if has_foreign_owner:
            return FormOutcome(retry_card(deps.render("agents/foreign_owner"), carried, filled))
        if carried.agent_id:
            return await _change(session, deps, request, carried, filled)
        return await _add(session, deps, request, carried, filled)


async def _open(
    deps: Deps,
    request: Request,
    carried: AgentFormState,
    filled: AgentFormValues,
) -> None:
    title = EDIT_TITLE if carried.agent_id else ADD_TITLE
    content = partial(_form, deps, request, carried, filled)
    await open_and_fill(deps, request, title, callback=AGENT_VIEW, content=content)


async def _form(
    deps: Deps,
    request: Request,
    carried: AgentFormState,
    filled: AgentFormValues,
) -> View:
    is_new = not carried.agent_id
    found = await check_access(deps, request, carried.channel, to_change=True)
    if found.obstacle:
        text = deps.render("agents/obstacle", why=found.obstacle)
        return blocked_agent_form(text, is_new=is_new)
    if is_new and deps.library.agent_ladder is None:
        return blocked_agent_form(deps.render("agents/no_ladder"), is_new=is_new)
    return agent_form(deps.render, carried, filled)


async def _add(
    session: Session, deps: Deps, request: Request, carried: AgentFormState, filled: AgentFormValues
) -> FormOutcome:
    ladder = deps.library.agent_ladder
    if ladder is None:
        return FormOutcome(notice(deps.render("agents/no_ladder")))
    line = ChannelNotice.of_event(carried.channel, "added", at=deps.now())
    agent = await agents.add(
        session,
        request.key.workspace_id,
        carried.channel,
        ladder.id,
        _facts(filled),
        by=request.key.user_id,
        now=line.at,
        event=line.about,
    )
    if agent is None:
        return FormOutcome(
            retry_card(deps.render("agents/name_taken", name=filled.name), carried, filled)
        )
    await enqueue_notice(session, deps, line)
    # Counted after the line, whose allowance lets one change of the channel in at a time.
    if await agents.count_of_channel(session, agent.workspace_id, agent.channel_id) > AGENTS.most:
        raise LimitReached(AGENTS)
    return FormOutcome(added_card(deps.render, agent_id=agent.id, name=agent.name), line)


async def _change(
    session: Session, deps: Deps, request: Request, carried: AgentFormState, filled: AgentFormValues
) -> FormOutcome:
    workspace_id = request.key.workspace_id
    before = await agents.get(session, workspace_id, carried.agent_id)
    if before is None or not is_listed(before, carried.channel):
        return FormOutcome(notice(deps.render("agents/agent_gone")))
    was, line = (
        filled_with(before),
        ChannelNotice.of_event(carried.channel, "changed", at=deps.now()),
    )
    outcome = await agents.edit(
        session,
        before,
        _facts(filled),
        by=request.key.user_id,
        now=line.at,
        revision=carried.revision,
        event=line.about,
    )
    agent = await agents.get(session, workspace_id, carried.agent_id) or before
    if outcome == "taken":
        return FormOutcome(
            retry_card(deps.render("agents/name_taken", name=filled.name), carried, filled)
        )
    told = deps.render("agents/changed", outcome=outcome, name=agent.name)
    if outcome == "outdated":
        return FormOutcome(retry_card(told, carried, filled))
    # The channel is told of a new name or model only; the history has the rest.
    if outcome == "same" or (agent.name, agent.model) == (was.name, was.model):
        return FormOutcome(notice(told))
    await enqueue_notice(session, deps, line)
    return FormOutcome(notice(told), line)


async def _answer_sender(deps: Deps, request: Request, message: Message) -> None:
    """Answer where the form was asked for, or in messages once Slack's response URL has expired."""
    await Reply(deps, request).privately_or_in_dm(message, about="agent")


def filled_with(agent: Agent) -> AgentFormValues:
    """Return the form values of this agent."""
    return AgentFormValues(agent.name, agent.tool, agent.model, agent.owner, agent.purpose)


def _typed_values(submission: Submission) -> AgentFormValues:
    """Return what was typed, each value on one line and no longer than the form allows."""

    def line(action: str, most: int) -> str:
        return shortened(plain_name(submission.written.get(action, "")), most)

    owner = submission.written.get(AGENT_OWNER, "")
    return AgentFormValues(
        name=line(AGENT_NAME, NAME),
        tool=line(AGENT_TOOL, TOOL),
        model=line(AGENT_MODEL, MODEL),
        owner=owner if is_slack_id(owner) else None,
        purpose=line(AGENT_PURPOSE, PURPOSE),
    )


def _facts(filled: AgentFormValues) -> AgentFacts:
    return AgentFacts(
        name=filled.name,
        tool=filled.tool,
        model=filled.model,
        owner=filled.owner,
        purpose=filled.purpose,
    )


async def ask_to_remove_agent(deps: Deps, request: Request, agent: Agent) -> None:
    """Ask for confirmation before an agent is removed."""
    await Reply(deps, request).privately(
        agent_removal_card(deps.render, agent_id=agent.id, name=agent.name)
    )


async def remove_agent(deps: Deps, request: Request, agent_id: str) -> None:
    """Remove the agent and tell the channel who did; a repeat changes nothing."""
    by, now = request.key.user_id, deps.now()
    line = ChannelNotice.of_event(request.channel or "", "removed", at=now)
    async with deps.database.write() as session:
        agent = await agents.get(session, request.key.workspace_id, agent_id)
        is_here = agent is not None and agent.channel_id == request.channel
        is_news = bool(
            agent
            and is_listed(agent, request.channel)
            and await agents.remove(session, agent, by=by, now=now, event=line.about)
        )
        if is_news:
            await enqueue_notice(session, deps, line)
    if agent is None or not is_here:
        await Reply(deps, request).replace(notice(deps.render("agents/agent_gone")))
        return
    if is_news:
        await post_notice(deps, line)
    told = deps.render("agents/removed", is_news=is_news, name=agent.name)
    await Reply(deps, request).replace(notice(told))


async def ask_to_remove_project(deps: Deps, request: Request, project_id: str) -> None:
    """Ask for confirmation before a project is removed."""
    async with deps.database.read() as session:
        project = await required_level.get(session, request.key.workspace_id, project_id)
    if project is None or project.removed_at or project.channel_id != request.channel:
        await Reply(deps, request).privately(notice(deps.render("required_level/project_gone")))
        return
    card = project_removal_card(deps.render, project_id=project.id, name=project.name)
    await Reply(deps, request).privately(card)


async def remove_project(deps: Deps, request: Request, project_id: str) -> None:
    """Remove the project and tell the channel who did; a repeat changes nothing."""
    by, now = request.key.user_id, deps.now()
    line = ChannelNotice(request.channel or "", "project_removed", project_id, now)
    async with deps.database.write() as session:
        project = await required_level.get(session, request.key.workspace_id, project_id)
        is_here = project is not None and project.channel_id == request.channel
        is_news = bool(
            project and is_here and await required_level.remove(session, project, by=by, now=now)
        )
        if is_news:
            await enqueue_notice(session, deps, line)
    if project is None or not is_news:
        await Reply(deps, request).replace(notice(deps.render("required_level/project_gone")))
        return
    await post_notice(deps, line)
    told = deps.render("required_level/project_off", name=project.name)
    await Reply(deps, request).replace(notice(told))
