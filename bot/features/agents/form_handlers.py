"""Adding an agent to the list of a channel, or changing one, in a window."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot.assessments import cards
from bot.assessments.min_views import LINK_URL
from bot.assessments.session import AssessmentSession, load
from bot.assessments.values import CardValue
from bot.deps import Deps
from bot.features.agents.channel_notices import Line, owe, tell
from bot.features.agents.form_views import (
    MODEL,
    NAME,
    PURPOSE,
    TOOL,
    AgentFormState,
    Filled,
    added_card,
    agent_form,
    link_form,
    loading_form,
    no_form,
    retry_card,
)
from bot.features.agents.register import is_listed
from bot.features.agents.views import (
    AGENT_MODEL,
    AGENT_NAME,
    AGENT_OWNER,
    AGENT_PURPOSE,
    AGENT_TOOL,
)
from bot.slack.api import Message
from bot.slack.blocks import notice, shortened
from bot.slack.channel_access import check_access
from bot.slack.errors import Undeliverable, WorkspaceGone
from bot.slack.payloads import Click, Request, Submission
from bot.slack.replies import Reply, is_submitted, open_modal
from coaching.min_score import Criteria
from storage import inbound
from storage.agents import agents
from storage.agents.agents import Agent, AgentFacts
from storage.assessments import assessments
from storage.database import Session


@dataclass(frozen=True)
class Saved:
    """What became of a form: what its sender is told, and what its channel."""

    told: Message
    line: Line | None = None


async def open_add(deps: Deps, request: Request, *, typed_here: bool, filled: Filled) -> None:
    """Open the form for a new agent at once, and fill it when Slack has said who asks."""
    carried = AgentFormState(request.channel or "", response_url=request.response_url)
    await _open(deps, request, carried, filled, typed_here=typed_here)


async def open_edit(deps: Deps, request: Request, agent: Agent, *, typed_here: bool) -> None:
    """Open the form with what is known of an agent."""
    carried = AgentFormState(agent.channel_id, agent.id, agent.revision, request.response_url)
    await _open(deps, request, carried, filled_with(agent), typed_here=typed_here)


async def open_again(deps: Deps, request: Request, carried: AgentFormState, filled: Filled) -> None:
    """Open a form once more with what was typed, for the agent as it is by now."""
    async with deps.database.read() as session:
        agent = await agents.get(session, deps.identity.workspace_id, carried.agent_id)
    revision = agent.revision if agent else 0
    now = replace(carried, revision=revision, response_url=request.response_url)
    await _open(deps, request, now, filled, typed_here=False)


async def form_sent(deps: Deps, submission: Submission) -> None:
    """Save it and tell the channel, unless something stands against that; a copy changes nothing.

    The form is taken up in the transaction that saves it: what a crash left unsaved a copy may save.
    """
    carried, filled = AgentFormState.parse(submission.carried), _written(submission)
    request = replace(submission.request, response_url=carried.response_url)
    if await is_submitted(deps, request):
        return
    found = await check_access(deps, request, carried.channel, typed_here=False, to_change=True)
    async with deps.database.write() as session:
        if not await inbound.claim(
            session, request.key.workspace_id, request.idempotency_key, now=deps.now()
        ):
            return
        if found.obstacle:
            saved = Saved(notice(deps.render("agents/obstacle", why=found.obstacle)))
        elif not (filled.name and filled.tool and filled.model):
            saved = Saved(retry_card(deps.render("agents/form_incomplete"), carried, filled))
        elif carried.agent_id:
            saved = await _change(session, deps, request, carried, filled)
        else:
            saved = await _add(session, deps, request, carried, filled)
    if saved.line:
        await tell(deps, saved.line)
    await _tell(deps, request, saved.told)


async def _open(
    deps: Deps, request: Request, carried: AgentFormState, filled: Filled, *, typed_here: bool
) -> None:
    is_new = not carried.agent_id
    view_id = await open_modal(deps, request, loading_form(is_new=is_new))
    if view_id is None:
        return
    found = await check_access(
        deps, request, carried.channel, typed_here=typed_here, to_change=True
    )
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
    session: Session, deps: Deps, request: Request, carried: AgentFormState, filled: Filled
) -> Saved:
    ladder = deps.library.agent_ladder
    if ladder is None:
        return Saved(notice(deps.render("agents/no_ladder")))
    line = Line.of_event(carried.channel, "added", at=deps.now())
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
        return Saved(
            retry_card(deps.render("agents/name_taken", name=filled.name), carried, filled)
        )
    await owe(session, deps, line)
    return Saved(added_card(deps.render, agent_id=agent.id, name=agent.name), line)


async def _change(
    session: Session, deps: Deps, request: Request, carried: AgentFormState, filled: Filled
) -> Saved:
    workspace_id = request.key.workspace_id
    before = await agents.get(session, workspace_id, carried.agent_id)
    if before is None or not is_listed(before, carried.channel):
        return Saved(notice(deps.render("agents/agent_gone")))
    was, line = filled_with(before), Line.of_event(carried.channel, "changed", at=deps.now())
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


async def _tell(deps: Deps, request: Request, message: Message) -> None:
    """Answer where the form was asked for; after half an hour, Slack takes that in messages alone."""
    try:
        await Reply(deps, request).privately(message)
    except WorkspaceGone:
        raise
    except Undeliverable:
        await Reply(deps, request).in_dm(message, about="agent")


def filled_with(agent: Agent) -> Filled:
    """The form as it stands for this agent."""
    return Filled(agent.name, agent.tool, agent.model, agent.owner, agent.purpose)


def _written(submission: Submission) -> Filled:
    """What was typed, each on one line and no longer than the form allows."""

    def line(action: str, most: int) -> str:
        return shortened(" ".join(submission.written.get(action, "").split()), most)

    return Filled(
        name=line(AGENT_NAME, NAME),
        tool=line(AGENT_TOOL, TOOL),
        model=line(AGENT_MODEL, MODEL),
        owner=submission.written.get(AGENT_OWNER),
        purpose=line(AGENT_PURPOSE, PURPOSE),
    )


def _facts(filled: Filled) -> AgentFacts:
    return AgentFacts(
        name=filled.name,
        tool=filled.tool,
        model=filled.model,
        owner=filled.owner,
        purpose=filled.purpose,
    )


LONGEST = 500
"""Characters; Slack takes 3,000, and ten of them stand on one card."""


async def link_asked(deps: Deps, click: Click) -> None:
    """ "Add a link" or "Change the link": open the window, while the card is the one that was clicked."""
    value = CardValue.parse(click.value)
    async with deps.database.read() as session:
        assessment_id = value.assessment_id if value else ""
        row = await assessments.get(session, click.request.key.workspace_id, assessment_id)
        loaded = await load(session, deps, row) if row else None
    if await cards.turned_away(deps, click, row) or row is None or loaded is None or value is None:
        return
    name = _asked_now(loaded, value.extra)
    if name is None:
        await cards.show(deps, row.workspace_id, row.id)
        return
    link = loaded.draft.notes.get(value.extra)
    await open_modal(
        deps, click.request, link_form(deps.render, name, link=link, carried=str(value))
    )


async def link_sent(deps: Deps, submission: Submission) -> None:
    """Keep the link on the card of its criterion, or say on the card why not."""
    value = CardValue.parse(submission.carried)
    if value is None:
        return
    typed = submission.written.get(LINK_URL, "").strip()
    note = None
    async with deps.database.write() as session:
        loaded = await cards.open_card_of(
            session, deps, submission.request, value.assessment_id, lock=True
        )
        if loaded is None:
            return
        if _asked_now(loaded, value.extra) is None:
            criterion = loaded.words_as(Criteria).criterion(value.extra)
            note = deps.render("agents/link_late", criterion=criterion.topic if criterion else "")
        elif typed and not is_address(typed):
            note = deps.render("agents/link_refused", longest=LONGEST)
        else:
            loaded = await cards.keep_draft(session, loaded, {}, {value.extra: typed})
    await cards.redraw(deps, loaded, note=note)


def is_address(text: str) -> bool:
    """Whether this is a whole address of a page, and nothing that Slack would read as something else."""
    if len(text) > LONGEST or any(sign.isspace() or not sign.isprintable() for sign in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.casefold() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _asked_now(loaded: AssessmentSession, criterion_id: str) -> str | None:
    """The name of the criterion while its card is the one that is asked; else None."""
    card = loaded.next_card
    if loaded.row.state != "open" or card is None or card.id != criterion_id:
        return None
    criterion = loaded.words_as(Criteria).criterion(criterion_id)
    return criterion.name if criterion else None
