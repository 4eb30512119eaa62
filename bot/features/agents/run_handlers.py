"""The page behind "Test runs" of an agent, and the token by which a CI sends them."""

from bot.deps import Deps
from bot.features.agents.run_service import runs_in_words
from bot.features.agents.run_views import (
    RunsPage,
    TokenView,
    runs_page,
    suite_lines,
    token_card,
)
from bot.features.agents.service import access_refused, find_clicked, grade_views
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.directory import clock_of
from bot.slack.payloads import Click, Request
from bot.slack.phrases import MemberClock, who
from bot.slack.replies import Reply, is_first_delivery
from coaching.safe_text import escape
from storage import audit
from storage.agents import test_runs
from storage.agents.agents import Agent
from storage.agents.test_runs import CiToken
from storage.database import Session


async def runs_asked(deps: Deps, click: Click) -> None:
    """Show the test runs of an agent ("Test runs")."""
    agent = await _agent(deps, click, to_change=False)
    if agent:
        await Reply(deps, click.request).privately(await _page(deps, click.request, agent))


async def token_asked(deps: Deps, click: Click) -> None:
    """Make a token for the channel, and show it this once ("Make a token")."""
    agent = await _agent(deps, click, to_change=True)
    if agent is None:
        return
    key = click.request.key
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, click.request):
            return
        token = await test_runs.new_token(session, key, agent.channel_id, now=deps.now())
        await _record(session, deps, click.request, agent)
    await Reply(deps, click.request).replace(token_card(deps.render, agent.id, token))


async def token_revoked(deps: Deps, click: Click) -> None:
    """Revoke the token of the channel ("Revoke the token")."""
    agent = await _agent(deps, click, to_change=True)
    if agent is None:
        return
    async with deps.database.write() as session:
        was_there = await test_runs.revoke_token(session, agent.workspace_id, agent.channel_id)
        if was_there:
            await _record(session, deps, click.request, agent)
    told = deps.render("agents/token_revoked" if was_there else "agents/no_token")
    page = await _page(deps, click.request, agent, told=told)
    await Reply(deps, click.request).replace(page)


async def _agent(deps: Deps, click: Click, *, to_change: bool) -> Agent | None:
    """Return the agent of a click; None after telling why there is none, or why this person may not."""
    request = click.request
    if await access_refused(deps, request, request.channel, to_change=to_change):
        return None
    agent = await find_clicked(deps, request, click.value)
    if agent and not (deps.site.url and agent.framework in deps.library.gradings):
        await Reply(deps, request).privately(notice(deps.render("slack/unknown_click")))
        return None
    return agent


async def _record(session: Session, deps: Deps, request: Request, agent: Agent) -> None:
    """Record in the audit log that the channel's token changed."""
    await audit.record(
        session,
        request.key,
        "ci_token",
        about=agent.channel_id,
        place=request.place,
        now=deps.now(),
    )


async def _page(deps: Deps, request: Request, agent: Agent, *, told: str = "") -> Message:
    ladder = deps.library.gradings[agent.framework]
    async with deps.database.read() as session:
        clock = await clock_of(session, deps, request.key)
        runs = await runs_in_words(session, deps, agent, clock)
        token = await test_runs.token_of(session, agent.workspace_id, agent.channel_id)
        grades = await grade_views(session, deps, agent.id, limit=1)
    shown = RunsPage(
        agent_id=agent.id,
        name=agent.name,
        url=f"{deps.site.url}/agents/{agent.id}/evidence",
        runs=[f"*{escape(one.name)}.* {runs[one.id]}" for one in ladder.criteria if one.id in runs],
        suites=suite_lines(deps.render, ladder, grades[0] if grades else None),
        token=_token_view(token, clock),
    )
    return runs_page(deps.render, shown, criterion=ladder.criteria[0].id, told=told)


def _token_view(token: CiToken | None, clock: MemberClock) -> TokenView | None:
    return TokenView(who(token.made_by), clock.day(token.made_at)) if token else None
