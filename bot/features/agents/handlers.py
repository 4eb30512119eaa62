"""`/rungs agent [list, need, add, grade, show, edit, history, remove, levels]`: the agents of a channel."""

from collections.abc import Awaitable, Callable, Mapping
from difflib import get_close_matches

from bot.deps import Deps
from bot.feature import Call
from bot.features.agents import register, removal
from bot.features.agents.form_handlers import open_add, open_again, open_edit
from bot.features.agents.form_views import NAME, Filled, kept_form
from bot.features.agents.grading import ask_need, start_grading
from bot.features.agents.register import (
    clicked,
    ever_listed,
    find_named,
    on_list,
    show_agent,
    show_history,
    show_levels,
    show_list,
    turned_away,
)
from bot.slack.blocks import notice, repeated, shortened
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply, unknown_click
from storage import inbound

USAGE = "[list, need, add, grade, show, edit, history, remove, levels]"

Run = Callable[[Deps, Request, str], Awaitable[None]]


async def agent(deps: Deps, call: Call) -> None:
    """The list, or what the word after `agent` says, about the agent named after that."""
    word, *rest = call.arguments or ("list",)
    run = WORDS.get(word.casefold())
    if run is not _need and await _is_copy(deps, call.request):
        return
    if run:
        await run(deps, call.request, " ".join(rest))
        return
    close = get_close_matches(word.casefold(), list(OFFERED), n=1)
    told = deps.render(
        "agents/unknown_word",
        typed=repeated(" ".join(call.arguments)),
        meant=close[0] if close else None,
        words=OFFERED,
    )
    await Reply(deps, call.request).privately(notice(told))


async def _is_copy(deps: Deps, request: Request) -> bool:
    """Whether this message was taken up already; what begins a conversation sees to that itself."""
    if not request.in_dm:
        return False
    async with deps.database.write() as session:
        is_first = await inbound.claim(
            session, request.key.workspace_id, request.idempotency_key, now=deps.now()
        )
    return not is_first


async def _list(deps: Deps, request: Request, _: str) -> None:
    if not await _turned_away_here(deps, request):
        await show_list(deps, request)


async def _show(deps: Deps, request: Request, name: str) -> None:
    if await _turned_away_here(deps, request):
        return
    found = await find_named(deps, request, name, verb="show")
    if found:
        await show_agent(deps, request, found.id)


async def _history(deps: Deps, request: Request, name: str) -> None:
    if await _turned_away_here(deps, request):
        return
    found = await ever_listed(deps, request, name) if name else None
    if found or not name:
        await show_history(deps, request, found)


async def _grade_named(deps: Deps, request: Request, name: str) -> None:
    if await _turned_away_here(deps, request, to_change=True):
        return
    found = await find_named(deps, request, name, verb="grade")
    if found:
        await start_grading(deps, request, found)


async def _add(deps: Deps, request: Request, name: str) -> None:
    if request.trigger_id is None:
        # Words in messages open no window; they are answered as every other word there.
        await _turned_away_here(deps, request, to_change=True)
        return
    await open_add(deps, request, typed_here=True, filled=Filled(name=shortened(name, NAME)))


async def _edit_named(deps: Deps, request: Request, name: str) -> None:
    found = await on_list(deps, request.channel, name)
    if found:
        # A window has to open at once; it looks at who asks before it is filled.
        await open_edit(deps, request, found, typed_here=True)
    elif not await _turned_away_here(deps, request, to_change=True):
        await find_named(deps, request, name, verb="edit")


async def _remove(deps: Deps, request: Request, name: str) -> None:
    if await _turned_away_here(deps, request, to_change=True):
        return
    found = await find_named(deps, request, name, verb="remove")
    if found:
        await removal.ask(deps, request, found)


async def _need(deps: Deps, request: Request, name: str) -> None:
    await ask_need(deps, request, name, typed_here=True)


async def _levels(deps: Deps, request: Request, name: str) -> None:
    await show_levels(deps, request, name)


async def _turned_away_here(deps: Deps, request: Request, *, to_change: bool = False) -> bool:
    return await turned_away(deps, request, request.channel, typed_here=True, to_change=to_change)


OFFERED: Mapping[str, Run] = {
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
"""What may follow `agent`, and what it does."""

WORDS: Mapping[str, Run] = {
    **OFFERED,
    "agents": _list,
    "needs": _need,
    "new": _add,
    "change": _edit_named,
    "rename": _edit_named,
    "delete": _remove,
    "level": _levels,
    "ladder": _levels,
}
"""The same, and other words that people try."""


async def agents_asked(deps: Deps, click: Click) -> None:
    """ "See the agents" """
    if not await _turned_away(deps, click):
        await register.show_list(deps, click.request)


async def agent_picked(deps: Deps, click: Click) -> None:
    """An agent in a menu, for what the menu is for."""
    verb, bar, agent_id = click.value.partition("|")
    run = PICKED.get(verb)
    if not bar or run is None:
        await unknown_click(deps, click)
        return
    await run(deps, click, agent_id)


async def show_asked(deps: Deps, click: Click, agent_id: str) -> None:
    """One agent."""
    if not await _turned_away(deps, click):
        await register.show_agent(deps, click.request, agent_id)


async def history_asked(deps: Deps, click: Click) -> None:
    """ "History" """
    await _show_history(deps, click, click.value)


async def _show_history(deps: Deps, click: Click, agent_id: str) -> None:
    if await _turned_away(deps, click):
        return
    agent = await clicked(deps, click.request, agent_id)
    if agent:
        await register.show_history(deps, click.request, agent)


async def grade_asked(deps: Deps, click: Click) -> None:
    """ "Grade it" or "Grade again" """
    await _grade(deps, click, click.value)


async def _grade(deps: Deps, click: Click, agent_id: str) -> None:
    if await _turned_away(deps, click, to_change=True):
        return
    agent = await clicked(deps, click.request, agent_id)
    if agent:
        await start_grading(deps, click.request, agent)


async def add_asked(deps: Deps, click: Click) -> None:
    """ "Add an agent" """
    await open_add(deps, click.request, typed_here=False, filled=Filled())


async def form_again(deps: Deps, click: Click) -> None:
    """ "Open the form again" with what was typed."""
    kept = kept_form(click.value)
    if kept is None:
        await unknown_click(deps, click)
        return
    await open_again(deps, click.request, *kept)


async def edit_asked(deps: Deps, click: Click) -> None:
    """ "Change" """
    await _edit(deps, click, click.value)


async def _edit(deps: Deps, click: Click, agent_id: str) -> None:
    agent = await clicked(deps, click.request, agent_id)
    if agent:
        # The form looks at who asks before it is filled.
        await open_edit(deps, click.request, agent, typed_here=False)


async def remove_asked(deps: Deps, click: Click) -> None:
    """ "Remove", asked about once more."""
    await _ask_remove(deps, click, click.value)


async def _ask_remove(deps: Deps, click: Click, agent_id: str) -> None:
    if await _turned_away(deps, click, to_change=True):
        return
    agent = await clicked(deps, click.request, agent_id)
    if agent:
        await removal.ask(deps, click.request, agent)


async def remove_confirmed(deps: Deps, click: Click) -> None:
    """ "Remove it" """
    if not await _turned_away(deps, click, to_change=True, instead=True):
        await removal.remove(deps, click.request, click.value)


async def _ask_project(deps: Deps, click: Click, project_id: str) -> None:
    if not await _turned_away(deps, click, to_change=True):
        await removal.ask_project(deps, click.request, project_id)


async def project_removed(deps: Deps, click: Click) -> None:
    """ "Take it off" """
    if not await _turned_away(deps, click, to_change=True, instead=True):
        await removal.remove_project(deps, click.request, click.value)


async def agent_kept(deps: Deps, click: Click) -> None:
    """ "Keep it" """
    await Reply(deps, click.request).replace(notice(deps.render("agents/kept")))


async def level_asked(deps: Deps, click: Click) -> None:
    """A level of the ladder, or all of it."""
    await register.show_levels(deps, click.request, click.value)


async def need_asked(deps: Deps, click: Click) -> None:
    """ "Which level does a project need?" """
    await ask_need(deps, click.request, "", typed_here=False)


async def _turned_away(
    deps: Deps, click: Click, *, to_change: bool = False, instead: bool = False
) -> bool:
    channel = click.request.channel
    return await turned_away(
        deps, click.request, channel, typed_here=False, to_change=to_change, instead=instead
    )


PICKED = {
    "show": show_asked,
    "grade": _grade,
    "edit": _edit,
    "remove": _ask_remove,
    "history": _show_history,
    "project": _ask_project,
}
"""What a menu of agents does with the chosen one."""
