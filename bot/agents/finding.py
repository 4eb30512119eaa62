"""Finding an agent of the channel by what somebody typed."""

from collections.abc import Sequence
from difflib import get_close_matches

from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.views.agent_list import which_card
from bot.views.notices import notice
from bot.views.typed import repeated
from storage import agents
from storage.naming import key_of
from storage.tables import Agent

MOST_NAMES = 10
MOST_REMOVED = 100


async def on_list(deps: Deps, channel: str | None, typed: str) -> Agent | None:
    """The agent of this name on the list of the channel."""
    async with deps.database.read() as session:
        return await agents.find(session, deps.identity.workspace_id, channel or "", typed)


async def named(deps: Deps, origin: Origin, typed: str, *, verb: str) -> Agent | None:
    """The agent of this name; without one, the member is offered what there is."""
    workspace_id, channel = deps.identity.workspace_id, origin.channel or ""
    async with deps.database.read() as session:
        found = await agents.find(session, workspace_id, channel, typed) if typed else None
        rows = [] if found else await agents.of_channel(session, workspace_id, channel)
    if found:
        return found
    why = (
        _unknown(deps, typed, rows)
        if typed or not rows
        else deps.render("agents/which_one", verb=verb)
    )
    choice = which_card(deps.render, verb, [(row.id, row.name) for row in rows], why=why)
    await Reply(deps, origin).privately(choice)
    return None


async def ever_listed(deps: Deps, origin: Origin, typed: str) -> Agent | None:
    """The agent of this name, on the list or removed from it; without one, the member is offered what is."""
    workspace_id, channel = deps.identity.workspace_id, origin.channel or ""
    async with deps.database.read() as session:
        gone = await agents.removed_from(session, workspace_id, channel, limit=MOST_REMOVED)
        is_listed_now = await agents.find(session, workspace_id, channel, typed)
    removed = next((agent for agent in gone if key_of(agent.name) == key_of(typed)), None)
    if removed and not is_listed_now:
        return removed
    return await named(deps, origin, typed, verb="history")


async def clicked(deps: Deps, origin: Origin, agent_id: str) -> Agent | None:
    """The agent that a click was about, while it is on the list of this channel; else they are told."""
    async with deps.database.read() as session:
        found = await agents.get(session, deps.identity.workspace_id, agent_id)
    if is_listed(found, origin.channel):
        return found
    await Reply(deps, origin).privately(notice(deps.render("agents/agent_gone")))
    return None


def is_listed(agent: Agent | None, channel: str | None) -> bool:
    """Whether the agent is on the list of this channel now."""
    return agent is not None and agent.removed_at is None and agent.channel_id == channel


def _unknown(deps: Deps, typed: str, rows: Sequence[Agent]) -> str:
    names = {row.name.casefold(): row.name for row in rows}
    close = get_close_matches(typed.casefold(), list(names), n=1)
    shown = list(names.values())[:MOST_NAMES]
    return deps.render(
        "agents/unknown_name",
        typed=repeated(typed) if typed else None,
        meant=names[close[0]] if close else None,
        names=shown,
        more=len(names) - len(shown),
    )
