"""Clicks on what Rungs says about the agents of a channel; each time it is looked at who clicks."""

from bot.actions.unknown import unknown_click
from bot.agents import removing, showing
from bot.agents.asking import ask_need, start_grading
from bot.agents.finding import clicked
from bot.agents.guarding import turned_away
from bot.deps import Deps
from bot.forms.adding_agent import open_add, open_again, open_edit
from bot.origin import Click
from bot.replies import Reply
from bot.views.agent_form import Filled
from bot.views.agent_notes import kept_form
from bot.views.notices import notice


async def agents_asked(deps: Deps, click: Click) -> None:
    """ "See the agents" """
    if not await _turned_away(deps, click):
        await showing.show_list(deps, click.origin)


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
        await showing.show_agent(deps, click.origin, agent_id)


async def history_asked(deps: Deps, click: Click) -> None:
    """ "History" """
    await _show_history(deps, click, click.value)


async def _show_history(deps: Deps, click: Click, agent_id: str) -> None:
    if await _turned_away(deps, click):
        return
    agent = await clicked(deps, click.origin, agent_id)
    if agent:
        await showing.show_history(deps, click.origin, agent)


async def grade_asked(deps: Deps, click: Click) -> None:
    """ "Grade it" or "Grade again" """
    await _grade(deps, click, click.value)


async def _grade(deps: Deps, click: Click, agent_id: str) -> None:
    if await _turned_away(deps, click, to_change=True):
        return
    agent = await clicked(deps, click.origin, agent_id)
    if agent:
        await start_grading(deps, click.origin, agent)


async def add_asked(deps: Deps, click: Click) -> None:
    """ "Add an agent" """
    await open_add(deps, click.origin, typed_here=False, filled=Filled())


async def form_again(deps: Deps, click: Click) -> None:
    """ "Open the form again" with what was typed."""
    kept = kept_form(click.value)
    if kept is None:
        await unknown_click(deps, click)
        return
    await open_again(deps, click.origin, *kept)


async def edit_asked(deps: Deps, click: Click) -> None:
    """ "Change" """
    await _edit(deps, click, click.value)


async def _edit(deps: Deps, click: Click, agent_id: str) -> None:
    agent = await clicked(deps, click.origin, agent_id)
    if agent:
        # The form looks at who asks before it is filled.
        await open_edit(deps, click.origin, agent, typed_here=False)


async def remove_asked(deps: Deps, click: Click) -> None:
    """ "Remove", asked about once more."""
    await _ask_remove(deps, click, click.value)


async def _ask_remove(deps: Deps, click: Click, agent_id: str) -> None:
    if await _turned_away(deps, click, to_change=True):
        return
    agent = await clicked(deps, click.origin, agent_id)
    if agent:
        await removing.ask(deps, click.origin, agent)


async def remove_confirmed(deps: Deps, click: Click) -> None:
    """ "Remove it" """
    if not await _turned_away(deps, click, to_change=True, instead=True):
        await removing.remove(deps, click.origin, click.value)


async def _ask_project(deps: Deps, click: Click, project_id: str) -> None:
    if not await _turned_away(deps, click, to_change=True):
        await removing.ask_project(deps, click.origin, project_id)


async def project_removed(deps: Deps, click: Click) -> None:
    """ "Take it off" """
    if not await _turned_away(deps, click, to_change=True, instead=True):
        await removing.remove_project(deps, click.origin, click.value)


async def agent_kept(deps: Deps, click: Click) -> None:
    """ "Keep it" """
    await Reply(deps, click.origin).instead(notice(deps.render("agents/kept")))


async def level_asked(deps: Deps, click: Click) -> None:
    """A level of the ladder, or all of it."""
    await showing.show_levels(deps, click.origin, click.value)


async def need_asked(deps: Deps, click: Click) -> None:
    """ "Which level does a project need?" """
    await ask_need(deps, click.origin, "", typed_here=False)


async def _turned_away(
    deps: Deps, click: Click, *, to_change: bool = False, instead: bool = False
) -> bool:
    channel = click.origin.channel
    return await turned_away(
        deps, click.origin, channel, typed_here=False, to_change=to_change, instead=instead
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
