"""Answering with what there is to read about the agents of a channel; whoever may read was asked before."""

from bot.agents.finding import is_listed
from bot.agents.reading import agent_shown, path, project_shown, register
from bot.delivery import Message
from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.views.agent_card import Kept, agent_card
from bot.views.agent_history import Happened, history_card
from bot.views.agent_levels import announced_card, ladder_card, level_card
from bot.views.agent_list import list_card
from bot.views.agent_shown import Register, named
from bot.views.notices import notice
from bot.views.typed import repeated
from content.model import GradingFramework
from storage import agents, projects
from storage.tables import Agent, AgentEvent

MOST_EVENTS = 60
MOST_GRADES = 6


async def show_list(deps: Deps, origin: Origin) -> None:
    """Everything on the list."""
    async with deps.database.read() as session:
        found = await register(session, deps, origin.channel or "")
    await Reply(deps, origin).privately(list_card(deps.render, found))


async def show_agent(deps: Deps, origin: Origin, agent_id: str) -> None:
    """One agent with its profile and its path."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        row = await agents.get(session, workspace_id, agent_id)
        if row is None or not is_listed(row, origin.channel):
            await Reply(deps, origin).privately(notice(deps.render("agents/agent_gone")))
            return
        grades = await path(session, deps, row.id, limit=MOST_GRADES)
        beside = await projects.of_channel(session, workspace_id, row.channel_id)
    shown = agent_shown(row, grades[0] if grades else None)
    about = Register([shown], [project_shown(deps, one) for one in beside], deps.now())
    ladder = deps.library.gradings.get(row.framework)
    kept = Kept(
        added_by=row.added_by,
        added_at=row.added_at,
        path=grades[1:],
        criteria=len(ladder.words.criteria) if ladder else 0,
    )
    await Reply(deps, origin).privately(agent_card(deps.render, about, shown, kept))


async def show_history(deps: Deps, origin: Origin, agent: Agent | None) -> None:
    """What happened to one agent, or to all of the channel, those that were removed among them."""
    workspace_id, channel = deps.identity.workspace_id, origin.channel or ""
    async with deps.database.read() as session:
        if agent:
            rows = await agents.events(session, workspace_id, agent.id, limit=MOST_EVENTS)
            events = [(agent, row) for row in rows]
        else:
            events = await agents.events_in(session, workspace_id, channel, limit=MOST_EVENTS)
    told = [_happened(deps, one, event) for one, event in events]
    name = agent.name if agent else None
    await Reply(deps, origin).privately(history_card(deps.render, name, told))


async def show_levels(deps: Deps, origin: Origin, typed: str) -> None:
    """The whole ladder, or one of its levels by sign, number or name."""
    ladder = deps.library.agent_ladder
    if ladder is None:
        await Reply(deps, origin).privately(notice(deps.render("agents/no_ladder")))
        return
    wanted = typed.casefold()
    guide = next((g for g in ladder.levels if wanted in _names(g.sign, g.name, g.level)), None)
    coming = next((a for a in ladder.announced if wanted in _names(a.sign, a.name)), None)
    if guide:
        told = level_card(deps.render, ladder, guide)
    elif coming:
        told = announced_card(deps.render, ladder, coming)
    else:
        is_known = wanted in ("", "all")
        told = ladder_card(deps.render, ladder) if is_known else _unknown(deps, ladder, typed)
    await Reply(deps, origin).privately(told)


def _names(sign: str, name: str, level: int | None = None) -> set[str]:
    """What people may call a level."""
    every = {sign, name, f"{sign} {name}"}
    return {one.casefold() for one in every} | ({str(level)} if level is not None else set())


def _unknown(deps: Deps, ladder: GradingFramework, typed: str) -> Message:
    told = deps.render(
        "agents/unknown_level",
        typed=repeated(typed),
        signs=[guide.sign for guide in ladder.levels],
        announced=[entry.sign for entry in ladder.announced],
    )
    return notice(told)


def _happened(deps: Deps, agent: Agent, event: AgentEvent) -> Happened:
    detail = agents.detail_of(event)
    ladder = deps.library.gradings.get(agent.framework)
    level = detail.get("level")
    return Happened(
        name=agent.name,
        kind=event.kind,
        by=event.by,
        at=event.at,
        changes=detail if event.kind == "changed" else {},
        level=None if level is None else named(ladder.words if ladder else None, level),
    )
