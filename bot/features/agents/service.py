"""Reading the register of a channel: who may, finding agents by name, and showing them."""

from collections.abc import Mapping, Sequence

from bot.assessments.result_views import GradeView
from bot.assessments.session import load_words
from bot.deps import Deps
from bot.features.agents.list_views import (
    AgentDetails,
    EventView,
    agent_card,
    agent_history_card,
    list_card,
    which_card,
)
from bot.features.agents.run_service import runs_in_words
from bot.features.agents.views import (
    COMING,
    AgentView,
    ProjectView,
    Register,
    announced_card,
    coming_card,
    level_card,
    level_name,
    levels_card,
    unknown_level_card,
)
from bot.slack.blocks import notice, repeated
from bot.slack.directory import check_access, clock_of
from bot.slack.payloads import Request
from bot.slack.replies import Reply
from coaching.min_score import Criteria
from coaching.phrases import bare_word
from content.problems import closest
from storage import required_level
from storage.agents import agents, history
from storage.agents.agents import Agent, AgentEvent
from storage.agents.grades import Grade, answers_of, by_id, latest_by_agent, links_of, of_agent
from storage.database import Session
from storage.database.rows import name_key
from storage.required_level import Project


async def access_refused(
    deps: Deps,
    request: Request,
    channel: str | None,
    *,
    to_change: bool = False,
    instead: bool = False,
) -> bool:
    """Check the channel and the person now; return True after telling them why they have no access."""
    found = await check_access(deps, request, channel or "", to_change=to_change)
    if found.obstacle is None:
        return False
    told = notice(deps.render("agents/obstacle", why=found.obstacle))
    reply = Reply(deps, request)
    await (reply.replace(told) if instead else reply.privately(told))
    return True


MOST_NAMES = 10
MOST_REMOVED = 100


async def find_listed(deps: Deps, channel: str | None, typed: str) -> Agent | None:
    """Return the agent of this name on the list of the channel."""
    async with deps.database.read() as session:
        return await _find(session, deps, channel or "", typed)


async def _find(session: Session, deps: Deps, channel: str, typed: str) -> Agent | None:
    """Return the agent of this name, else of the name without the signs around its words."""
    bare = " ".join(map(bare_word, typed.split()))
    for name in dict.fromkeys((typed, bare)):
        found = await agents.find(session, deps.identity.workspace_id, channel, name)
        if found:
            return found
    return None


async def find_named(deps: Deps, request: Request, typed: str, *, verb: str) -> Agent | None:
    """Return the agent of this name; else offer the member those on the list and return None."""
    workspace_id, channel = deps.identity.workspace_id, request.channel or ""
    async with deps.database.read() as session:
        found = await _find(session, deps, channel, typed) if typed else None
        rows = [] if found else await agents.of_channel(session, workspace_id, channel)
    if found:
        return found
    why = (
        _unknown_agent(deps, typed, rows)
        if typed or not rows
        else deps.render("agents/which_one", verb=verb)
    )
    choice = which_card(deps.render, verb, [(row.id, row.name) for row in rows], why=why)
    await Reply(deps, request).privately(choice)
    return None


async def find_ever_listed(deps: Deps, request: Request, typed: str) -> Agent | None:
    """Return the agent of this name, listed or removed; else offer the member those on the list."""
    workspace_id, channel = deps.identity.workspace_id, request.channel or ""
    async with deps.database.read() as session:
        gone = await agents.removed_from(session, workspace_id, channel, limit=MOST_REMOVED)
        is_listed_now = await _find(session, deps, channel, typed)
    removed = next((agent for agent in gone if name_key(agent.name) == name_key(typed)), None)
    if removed and not is_listed_now:
        return removed
    return await find_named(deps, request, typed, verb="history")


async def find_clicked(deps: Deps, request: Request, agent_id: str) -> Agent | None:
    """Return the agent of a click while it is on the list of this channel; else say that it is gone."""
    async with deps.database.read() as session:
        found = await agents.get(session, deps.identity.workspace_id, agent_id)
    if is_listed(found, request.channel):
        return found
    await Reply(deps, request).privately(notice(deps.render("agents/agent_gone")))
    return None


def is_listed(agent: Agent | None, channel: str | None) -> bool:
    """Return whether the agent is on the list of this channel now."""
    return agent is not None and agent.removed_at is None and agent.channel_id == channel


def _unknown_agent(deps: Deps, typed: str, rows: Sequence[Agent]) -> str:
    names = {row.name.casefold(): row.name for row in rows}
    close = closest(typed.casefold(), names)
    shown = list(names.values())[:MOST_NAMES]
    return deps.render(
        "agents/unknown_name",
        typed=repeated(typed) if typed else None,
        meant=names[close] if close else None,
        names=shown,
        more=len(names) - len(shown),
    )


async def load_register(
    session: Session, deps: Deps, channel: str, *, beside: ProjectView | None = None
) -> Register:
    """Return the agents of a channel with their newest grades, and its projects or the one given."""
    workspace_id = deps.identity.workspace_id
    rows = await agents.of_channel(session, workspace_id, channel)
    newest = await latest_by_agent(session, workspace_id, [row.id for row in rows])
    every = [] if beside else await required_level.of_channel(session, workspace_id, channel)
    return Register(
        agents=[await _agent(session, deps, row, newest) for row in rows],
        projects=[beside] if beside else [project_view(deps, project) for project in every],
        now=deps.now(),
    )


async def _agent(
    session: Session, deps: Deps, row: Agent, newest: Mapping[str, Grade]
) -> AgentView:
    grade = newest.get(row.id)
    return agent_view(row, await grade_view(session, deps, grade) if grade else None)


def agent_view(row: Agent, grade: GradeView | None) -> AgentView:
    """Return the agent with this grade for the views."""
    return AgentView(
        id=row.id,
        name=row.name,
        tool=row.tool,
        model=row.model,
        purpose=row.purpose,
        owned_by=row.owner,
        model_since=row.model_since,
        grade=grade,
    )


async def grade_view(session: Session, deps: Deps, grade: Grade) -> GradeView:
    """Return the grade in the words that it was given with; TypeError when they are no criteria."""
    words = await load_words(session, deps, grade)
    if not isinstance(words, Criteria):
        raise TypeError(f"The grade {grade.id} was not given by criteria.")
    return GradeView(
        id=grade.id,
        words=words,
        answers=answers_of(grade),
        links=links_of(grade),
        model=grade.model,
        by=grade.graded_by,
        at=grade.graded_at,
    )


async def grade_views(
    session: Session, deps: Deps, agent_id: str, *, limit: int
) -> Sequence[GradeView]:
    """Return the grades of an agent, newest first."""
    rows = await of_agent(session, deps.identity.workspace_id, agent_id, limit=limit)
    return [await grade_view(session, deps, row) for row in rows]


def project_view(deps: Deps, project: Project) -> ProjectView:
    """Return a project with today's name of the level that it needs."""
    ladder = deps.library.gradings.get(project.framework)
    return ProjectView(
        name=project.name,
        level=project.level,
        needed=level_name(ladder.words if ladder else None, project.level),
        by=project.shared_by,
        at=project.shared_at,
        id=project.id,
    )


MOST_EVENTS = 60
MOST_GRADES_READ = 6


async def show_list(deps: Deps, request: Request) -> None:
    """Answer with the list."""
    async with deps.database.read() as session:
        found = await load_register(session, deps, request.channel or "")
        clock = await clock_of(session, deps, request.key)
    await Reply(deps, request).privately(list_card(deps.render, found, clock))


async def show_agent(deps: Deps, request: Request, agent_id: str) -> None:
    """Answer with one agent, its profile and its earlier grades."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        row = await agents.get(session, workspace_id, agent_id)
        if row is None or not is_listed(row, request.channel):
            await Reply(deps, request).privately(notice(deps.render("agents/agent_gone")))
            return
        grades = await grade_views(session, deps, row.id, limit=MOST_GRADES_READ)
        beside = await required_level.of_channel(session, workspace_id, row.channel_id)
        clock = await clock_of(session, deps, request.key)
        runs = await runs_in_words(session, deps, row, clock)
    shown = agent_view(row, grades[0] if grades else None)
    about = Register([shown], [project_view(deps, one) for one in beside], deps.now())
    ladder = deps.library.gradings.get(row.framework)
    kept = AgentDetails(
        added_by=row.added_by,
        added_at=row.added_at,
        path=grades[1:],
        criteria=len(ladder.words.criteria) if ladder else 0,
        runs=runs,
        takes_runs=bool(deps.site.url and ladder),
    )
    await Reply(deps, request).privately(agent_card(deps.render, about, shown, kept, clock))


async def show_agent_history(deps: Deps, request: Request, agent: Agent | None) -> None:
    """Answer with the history of one agent, or of all in the channel, removed ones included."""
    workspace_id, channel = deps.identity.workspace_id, request.channel or ""
    async with deps.database.read() as session:
        if agent:
            rows = await history.of_agent(session, workspace_id, agent.id, limit=MOST_EVENTS)
            events = [(agent, row) for row in rows]
        else:
            events = await history.of_channel(session, workspace_id, channel, limit=MOST_EVENTS)
        named = await _grade_names(session, deps, [event for _, event in events])
        clock = await clock_of(session, deps, request.key)
    told = [_event_view(deps, one, event, named) for one, event in events]
    name = agent.name if agent else None
    await Reply(deps, request).privately(agent_history_card(deps.render, name, told, clock))


async def show_levels(deps: Deps, request: Request, typed: str) -> None:
    """Answer with the whole ladder, or one of its levels by sign, number or name."""
    ladder = deps.library.agent_ladder
    if ladder is None:
        await Reply(deps, request).privately(notice(deps.render("agents/no_ladder")))
        return
    wanted = typed.casefold()
    guide = next((g for g in ladder.levels if wanted in _names(g.sign, g.name, g.level)), None)
    coming = next((a for a in ladder.announced if wanted in _names(a.sign, a.name)), None)
    if guide:
        told = level_card(deps.render, ladder, guide)
    elif coming:
        told = announced_card(deps.render, ladder, coming)
    elif wanted == COMING.casefold() and ladder.announced:
        told = coming_card(deps.render, ladder)
    elif wanted in ("", "all"):
        told = levels_card(deps.render, ladder)
    else:
        told = unknown_level_card(deps.render, ladder, typed=typed)
    await Reply(deps, request).privately(told)


def _names(sign: str, name: str, level: int | None = None) -> set[str]:
    """Return what people may call a level."""
    every = {sign, name, f"{sign} {name}"}
    return {one.casefold() for one in every} | ({str(level)} if level is not None else set())


async def _grade_names(
    session: Session, deps: Deps, events: Sequence[AgentEvent]
) -> Mapping[str, str]:
    """Return the grades that these events tell of in words, by the event's id."""
    given = {event.id: history.detail_of(event).get("grade", "") for event in events}
    rows = await by_id(session, deps.identity.workspace_id, set(filter(None, given.values())))
    names = {row.id: (await grade_view(session, deps, row)).name for row in rows}
    return {event_id: names[grade] for event_id, grade in given.items() if grade in names}


def _event_view(deps: Deps, agent: Agent, event: AgentEvent, named: Mapping[str, str]) -> EventView:
    detail = history.detail_of(event)
    ladder = deps.library.gradings.get(agent.framework)
    level = detail.get("level")
    told = None if level is None else level_name(ladder.words if ladder else None, level)
    return EventView(
        name=agent.name,
        kind=event.kind,
        by=event.by,
        at=event.at,
        changes=detail if event.kind == "changed" else {},
        level=named.get(event.id, told),
    )
