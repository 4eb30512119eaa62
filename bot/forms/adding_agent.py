"""Adding an agent to the list of a channel, or changing one, in a window."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot import ids
from bot.agents.announcing import tell
from bot.agents.finding import is_listed
from bot.agents.owing import Line, owe
from bot.delivery import Message
from bot.deps import Deps
from bot.forms.copies import is_done
from bot.forms.opening import opened
from bot.origin import Origin, Submission
from bot.replies import Reply
from bot.slack_errors import Undeliverable, WorkspaceGone
from bot.teams.guarding import asked
from bot.views.agent_form import (
    MODEL,
    NAME,
    PURPOSE,
    TOOL,
    Carried,
    Filled,
    agent_form,
    loading_form,
    no_form,
)
from bot.views.agent_notes import added_card, retry_card
from bot.views.bricks import shortened
from bot.views.notices import notice
from storage import agents, inbound
from storage.agents import AgentFacts
from storage.tables import Agent


@dataclass(frozen=True)
class Saved:
    """What became of a form: what its sender is told, and what its channel."""

    told: Message
    line: Line | None = None


async def open_add(deps: Deps, origin: Origin, *, typed_here: bool, filled: Filled) -> None:
    """Open the form for a new agent at once, and fill it when Slack has said who asks."""
    carried = Carried(origin.channel or "", response_url=origin.response_url)
    await _open(deps, origin, carried, filled, typed_here=typed_here)


async def open_edit(deps: Deps, origin: Origin, agent: Agent, *, typed_here: bool) -> None:
    """Open the form with what is known of an agent."""
    carried = Carried(agent.channel_id, agent.id, agent.revision, origin.response_url)
    await _open(deps, origin, carried, filled_with(agent), typed_here=typed_here)


async def open_again(deps: Deps, origin: Origin, carried: Carried, filled: Filled) -> None:
    """Open a form once more with what was typed, for the agent as it is by now."""
    async with deps.database.read() as session:
        agent = await agents.get(session, deps.identity.workspace_id, carried.agent_id)
    revision = agent.revision if agent else 0
    now = replace(carried, revision=revision, response_url=origin.response_url)
    await _open(deps, origin, now, filled, typed_here=False)


async def form_sent(deps: Deps, submission: Submission) -> None:
    """Save it and tell the channel, unless something stands against that; a copy changes nothing.

    The form is taken up in the transaction that saves it: what a crash left unsaved a copy may save.
    """
    carried, filled = Carried.parse(submission.carried), _written(submission)
    origin = replace(submission.origin, response_url=carried.response_url)
    if await is_done(deps, origin):
        return
    found = await asked(deps, origin, carried.channel, typed_here=False, to_change=True)
    async with deps.database.write() as session:
        if not await inbound.claim(session, origin.key.workspace_id, origin.once, now=deps.now()):
            return
        if found.obstacle:
            saved = Saved(notice(deps.render("agents/obstacle", why=found.obstacle)))
        elif not (filled.name and filled.tool and filled.model):
            saved = Saved(retry_card(deps.render("agents/form_incomplete"), carried, filled))
        elif carried.agent_id:
            saved = await _change(session, deps, origin, carried, filled)
        else:
            saved = await _add(session, deps, origin, carried, filled)
    if saved.line:
        await tell(deps, saved.line)
    await _tell(deps, origin, saved.told)


async def _open(
    deps: Deps, origin: Origin, carried: Carried, filled: Filled, *, typed_here: bool
) -> None:
    is_new = not carried.agent_id
    view_id = await opened(deps, origin, loading_form(is_new=is_new))
    if view_id is None:
        return
    found = await asked(deps, origin, carried.channel, typed_here=typed_here, to_change=True)
    if found.obstacle:
        text = deps.render("agents/obstacle", why=found.obstacle)
        await deps.slack.update_modal(view_id, no_form(text, is_new=is_new))
    elif is_new and deps.library.agent_ladder is None:
        await deps.slack.update_modal(
            view_id, no_form(deps.render("agents/no_ladder"), is_new=is_new)
        )
    else:
        await deps.slack.update_modal(view_id, agent_form(deps.render, carried, filled))


async def _add(
    session: AsyncSession, deps: Deps, origin: Origin, carried: Carried, filled: Filled
) -> Saved:
    ladder = deps.library.agent_ladder
    if ladder is None:
        return Saved(notice(deps.render("agents/no_ladder")))
    line = Line.of_event(carried.channel, "added", at=deps.now())
    agent = await agents.add(
        session,
        origin.key.workspace_id,
        carried.channel,
        ladder.id,
        _facts(filled),
        by=origin.key.user_id,
        now=line.at,
        event=line.about,
    )
    if agent is None:
        return Saved(
            retry_card(deps.render("agents/name_taken", name=filled.name), carried, filled)
        )
    await owe(session, deps, line)
    return Saved(added_card(deps.render, agent_id=agent.id, name=agent.name), line)


async def _change(
    session: AsyncSession, deps: Deps, origin: Origin, carried: Carried, filled: Filled
) -> Saved:
    workspace_id = origin.key.workspace_id
    before = await agents.get(session, workspace_id, carried.agent_id)
    if before is None or not is_listed(before, carried.channel):
        return Saved(notice(deps.render("agents/agent_gone")))
    was, line = filled_with(before), Line.of_event(carried.channel, "changed", at=deps.now())
    outcome = await agents.edit(
        session,
        before,
        _facts(filled),
        by=origin.key.user_id,
        now=line.at,
        revision=carried.revision,
        event=line.about,
    )
    agent = await agents.get(session, workspace_id, carried.agent_id) or before
    if outcome == "taken":
        return Saved(
            retry_card(deps.render("agents/name_taken", name=filled.name), carried, filled)
        )
    told = deps.render("agents/changed", outcome=outcome, name=agent.name)
    if outcome == "outdated":
        return Saved(retry_card(told, carried, filled))
    # Another name or another model is news; the rest stands in its history.
    if outcome == "same" or (agent.name, agent.model) == (was.name, was.model):
        return Saved(notice(told))
    await owe(session, deps, line)
    return Saved(notice(told), line)


async def _tell(deps: Deps, origin: Origin, message: Message) -> None:
    """Answer where the form was asked for; after half an hour, Slack takes that in messages alone."""
    try:
        await Reply(deps, origin).privately(message)
    except WorkspaceGone:
        raise
    except Undeliverable:
        await Reply(deps, origin).in_dm(message, about="agent")


def filled_with(agent: Agent) -> Filled:
    """The form as it stands for this agent."""
    return Filled(agent.name, agent.tool, agent.model, agent.owner, agent.purpose)


def _written(submission: Submission) -> Filled:
    """What was typed, each on one line and no longer than the form allows."""

    def line(action: str, most: int) -> str:
        return shortened(" ".join(submission.written.get(action, "").split()), most)

    return Filled(
        name=line(ids.AGENT_NAME, NAME),
        tool=line(ids.AGENT_TOOL, TOOL),
        model=line(ids.AGENT_MODEL, MODEL),
        owner=submission.written.get(ids.AGENT_OWNER),
        purpose=line(ids.AGENT_PURPOSE, PURPOSE),
    )


def _facts(filled: Filled) -> AgentFacts:
    return AgentFacts(
        name=filled.name,
        tool=filled.tool,
        model=filled.model,
        owner=filled.owner,
        purpose=filled.purpose,
    )
