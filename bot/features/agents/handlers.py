"""`/rungs agent [list, need, add, grade, show, edit, history, remove, levels]`: the agents of a channel."""

from collections.abc import Awaitable, Callable, Mapping

from bot.assessments.start import CardRequest, open_card
from bot.deps import Deps
from bot.feature import Call
from bot.features.agents import edit_handlers, service
from bot.features.agents.edit_handlers import open_add, open_again, open_edit
from bot.features.agents.edit_views import NAME, AgentFormValues, parse_retry
from bot.features.agents.grading import start_grading
from bot.features.agents.service import (
    access_refused,
    find_clicked,
    find_ever_listed,
    find_listed,
    find_named,
    show_agent,
    show_agent_history,
    show_levels,
    show_list,
)
from bot.slack.blocks import notice, repeated, shortened
from bot.slack.directory import check_access
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply, is_first_delivery, unknown_click
from coaching.required_level import ProjectSubject
from coaching.safe_text import plain_name
from content.needs import NEED
from content.problems import closest

AGENT_USAGE = "[list, need, add, grade, show, edit, history, remove, levels]"

Run = Callable[[Deps, Request, str], Awaitable[None]]


async def agent_command(deps: Deps, call: Call) -> None:
    """Run what the word after `agent` says, with the rest as the name; without one, show the list."""
    word, *rest = call.arguments or ("list",)
    run = _WORDS.get(word.casefold())
    if run is not _need and await _is_copy(deps, call.request):
        return
    if run:
        await run(deps, call.request, " ".join(rest))
        return
    close = closest(word.casefold(), _OFFERED)
    told = deps.render(
        "agents/unknown_word",
        typed=repeated(" ".join(call.arguments)),
        meant=close,
        words=_OFFERED,
    )
    await Reply(deps, call.request).privately(notice(told))


async def _is_copy(deps: Deps, request: Request) -> bool:
    """Return whether this message was handled already; `need` checks that itself when it starts."""
    if not (request.in_dm or request.is_mention):
        return False
    async with deps.database.write() as session:
        is_first = await is_first_delivery(session, deps, request)
    return not is_first


async def _list(deps: Deps, request: Request, _: str) -> None:
    if not await _refused(deps, request):
        await show_list(deps, request)


async def _show(deps: Deps, request: Request, name: str) -> None:
    if await _refused(deps, request):
        return
    found = await find_named(deps, request, name, verb="show")
    if found:
        await show_agent(deps, request, found.id)


async def _history(deps: Deps, request: Request, name: str) -> None:
    if await _refused(deps, request):
        return
    found = await find_ever_listed(deps, request, name) if name else None
    if found or not name:
        await show_agent_history(deps, request, found)


async def _grade_named(deps: Deps, request: Request, name: str) -> None:
    if await _refused(deps, request, to_change=True):
        return
    found = await find_named(deps, request, name, verb="grade")
    if found:
        await start_grading(deps, request, found)


async def _add(deps: Deps, request: Request, name: str) -> None:
    if request.trigger_id is None and await _refused(deps, request, to_change=True):
        return  # a message cannot open a form, and a direct message is answered like the other words there
    await open_add(deps, request, filled=AgentFormValues(name=shortened(plain_name(name), NAME)))


async def _edit_named(deps: Deps, request: Request, name: str) -> None:
    found = await find_listed(deps, request.channel, name)
    if found:
        # A form has to open at once; access is checked before it is filled.
        await open_edit(deps, request, found)
    elif not await _refused(deps, request, to_change=True):
        await find_named(deps, request, name, verb="edit")


async def _remove(deps: Deps, request: Request, name: str) -> None:
    if await _refused(deps, request, to_change=True):
        return
    found = await find_named(deps, request, name, verb="remove")
    if found:
        await edit_handlers.ask_to_remove_agent(deps, request, found)


async def _need(deps: Deps, request: Request, name: str) -> None:
    await start_project_questions(deps, request, name)


async def _levels(deps: Deps, request: Request, name: str) -> None:
    await show_levels(deps, request, name)


_OFFERED: Mapping[str, Run] = {
    "list": _list,
    "need": _need,
    "add": _add,
    "grade": _grade_named,
    "show": _show,
    "edit": _edit_named,
    "history": _history,
    "remove": _remove,
    "levels": _levels,
}
"""The words after `agent` that help offers, with their handlers."""

_WORDS: Mapping[str, Run] = {
    **_OFFERED,
    "agents": _list,
    "needs": _need,
    "new": _add,
    "change": _edit_named,
    "rename": _edit_named,
    "delete": _remove,
    "level": _levels,
    "ladder": _levels,
}
"""The same with synonyms."""


async def agents_asked(deps: Deps, click: Click) -> None:
    """Show the list ("See the agents")."""
    if not await _refused(deps, click.request):
        await service.show_list(deps, click.request)


async def agent_picked(deps: Deps, click: Click) -> None:
    """Run what the menu is for, with the agent or project that was chosen."""
    verb, bar, agent_id = click.value.partition("|")
    run = _PICKED.get(verb)
    if not bar or run is None:
        await unknown_click(deps, click)
        return
    await run(deps, click, agent_id)


async def _show_picked(deps: Deps, click: Click, agent_id: str) -> None:
    """Show one agent."""
    if not await _refused(deps, click.request):
        await service.show_agent(deps, click.request, agent_id)


async def agent_history_asked(deps: Deps, click: Click) -> None:
    """Show what happened to an agent ("History")."""
    await _show_history(deps, click, click.value)


async def _show_history(deps: Deps, click: Click, agent_id: str) -> None:
    if await _refused(deps, click.request):
        return
    agent = await find_clicked(deps, click.request, agent_id)
    if agent:
        await service.show_agent_history(deps, click.request, agent)


async def grade_asked(deps: Deps, click: Click) -> None:
    """Start a grading ("Grade it", "Grade again")."""
    await _grade(deps, click, click.value)


async def _grade(deps: Deps, click: Click, agent_id: str) -> None:
    if await _refused(deps, click.request, to_change=True):
        return
    agent = await find_clicked(deps, click.request, agent_id)
    if agent:
        await start_grading(deps, click.request, agent)


async def add_asked(deps: Deps, click: Click) -> None:
    """Open the form for a new agent ("Add an agent")."""
    await open_add(deps, click.request, filled=AgentFormValues())


async def form_again(deps: Deps, click: Click) -> None:
    """Open the form again with what was typed ("Open the form again")."""
    kept = parse_retry(click.value)
    if kept is None:
        await unknown_click(deps, click)
        return
    await open_again(deps, click.request, *kept)


async def edit_asked(deps: Deps, click: Click) -> None:
    """Open the form of an agent ("Change")."""
    await _edit(deps, click, click.value)


async def _edit(deps: Deps, click: Click, agent_id: str) -> None:
    agent = await find_clicked(deps, click.request, agent_id)
    if agent:
        # Access is checked before the form is filled.
        await open_edit(deps, click.request, agent)


async def remove_asked(deps: Deps, click: Click) -> None:
    """Ask for confirmation before an agent is removed ("Remove")."""
    await _ask_remove(deps, click, click.value)


async def _ask_remove(deps: Deps, click: Click, agent_id: str) -> None:
    if await _refused(deps, click.request, to_change=True):
        return
    agent = await find_clicked(deps, click.request, agent_id)
    if agent:
        await edit_handlers.ask_to_remove_agent(deps, click.request, agent)


async def remove_confirmed(deps: Deps, click: Click) -> None:
    """Remove the agent ("Remove it")."""
    if not await _refused(deps, click.request, to_change=True, instead=True):
        await edit_handlers.remove_agent(deps, click.request, click.value)


async def _ask_project(deps: Deps, click: Click, project_id: str) -> None:
    if not await _refused(deps, click.request, to_change=True):
        await edit_handlers.ask_to_remove_project(deps, click.request, project_id)


async def project_removed(deps: Deps, click: Click) -> None:
    """Remove the project ("Take it off")."""
    if not await _refused(deps, click.request, to_change=True, instead=True):
        await edit_handlers.remove_project(deps, click.request, click.value)


async def agent_kept(deps: Deps, click: Click) -> None:
    """Answer that nothing was removed ("Keep it")."""
    await Reply(deps, click.request).replace(notice(deps.render("agents/kept")))


async def level_asked(deps: Deps, click: Click) -> None:
    """Show a level of the ladder, or all of it."""
    await service.show_levels(deps, click.request, click.value)


async def need_asked(deps: Deps, click: Click) -> None:
    """Start the questions about a project ("Which level does a project need?")."""
    await start_project_questions(deps, click.request, "")


async def _refused(
    deps: Deps, request: Request, *, to_change: bool = False, instead: bool = False
) -> bool:
    return await access_refused(
        deps, request, request.channel, to_change=to_change, instead=instead
    )


_PICKED = {
    "show": _show_picked,
    "grade": _grade,
    "edit": _edit,
    "remove": _ask_remove,
    "history": _show_history,
    "project": _ask_project,
}
"""The handlers of the menus of agents and projects, by what the menu is for."""

LONGEST_PROJECT = 60
"""Characters of a project's name."""


async def start_project_questions(deps: Deps, request: Request, name: str) -> None:
    """Post the first question about a project.

    Asked in a channel whose register the member may read, the result can be shared there.
    """
    ladder = deps.library.agent_ladder
    if ladder is None or ladder.id not in deps.library.needs:
        await Reply(deps, request).privately(notice(deps.render("agents/no_ladder")))
        return
    channel = request.channel or ""
    found = await check_access(deps, request, channel)
    plain = shortened(plain_name(name), LONGEST_PROJECT)
    project = ProjectSubject("" if found.obstacle else channel, plain)
    await open_card(deps, request, CardRequest(ladder.id, NEED, subject=str(project)), what="need")
