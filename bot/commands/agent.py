"""`/rungs agent [list, need, add, grade, show, edit, history, remove, levels]`: the agents of a channel."""

from collections.abc import Awaitable, Callable, Mapping
from difflib import get_close_matches

from bot.agents import removing
from bot.agents.asking import ask_need, start_grading
from bot.agents.finding import ever_listed, named, on_list
from bot.agents.guarding import turned_away
from bot.agents.showing import show_agent, show_history, show_levels, show_list
from bot.commands.table import Call
from bot.deps import Deps
from bot.forms.adding_agent import open_add, open_edit
from bot.origin import Origin
from bot.replies import Reply
from bot.views.agent_form import NAME, Filled
from bot.views.bricks import shortened
from bot.views.notices import notice
from bot.views.typed import repeated
from storage import inbound

USAGE = "[list, need, add, grade, show, edit, history, remove, levels]"

Run = Callable[[Deps, Origin, str], Awaitable[None]]


async def agent(deps: Deps, call: Call) -> None:
    """The list, or what the word after `agent` says, about the agent named after that."""
    word, *rest = call.arguments or ("list",)
    run = WORDS.get(word.casefold())
    if run is not _need and await _is_copy(deps, call.origin):
        return
    if run:
        await run(deps, call.origin, " ".join(rest))
        return
    close = get_close_matches(word.casefold(), list(OFFERED), n=1)
    told = deps.render(
        "agents/unknown_word",
        typed=repeated(" ".join(call.arguments)),
        meant=close[0] if close else None,
        words=OFFERED,
    )
    await Reply(deps, call.origin).privately(notice(told))


async def _is_copy(deps: Deps, origin: Origin) -> bool:
    """Whether this message was taken up already; what begins a conversation sees to that itself."""
    if not origin.in_dm:
        return False
    async with deps.database.write() as session:
        is_first = await inbound.claim(
            session, origin.key.workspace_id, origin.once, now=deps.now()
        )
    return not is_first


async def _list(deps: Deps, origin: Origin, _: str) -> None:
    if not await _turned_away(deps, origin):
        await show_list(deps, origin)


async def _show(deps: Deps, origin: Origin, name: str) -> None:
    if await _turned_away(deps, origin):
        return
    found = await named(deps, origin, name, verb="show")
    if found:
        await show_agent(deps, origin, found.id)


async def _history(deps: Deps, origin: Origin, name: str) -> None:
    if await _turned_away(deps, origin):
        return
    found = await ever_listed(deps, origin, name) if name else None
    if found or not name:
        await show_history(deps, origin, found)


async def _grade(deps: Deps, origin: Origin, name: str) -> None:
    if await _turned_away(deps, origin, to_change=True):
        return
    found = await named(deps, origin, name, verb="grade")
    if found:
        await start_grading(deps, origin, found)


async def _add(deps: Deps, origin: Origin, name: str) -> None:
    if origin.trigger_id is None:
        # Words in messages open no window; they are answered as every other word there.
        await _turned_away(deps, origin, to_change=True)
        return
    await open_add(deps, origin, typed_here=True, filled=Filled(name=shortened(name, NAME)))


async def _edit(deps: Deps, origin: Origin, name: str) -> None:
    found = await on_list(deps, origin.channel, name)
    if found:
        # A window has to open at once; it looks at who asks before it is filled.
        await open_edit(deps, origin, found, typed_here=True)
    elif not await _turned_away(deps, origin, to_change=True):
        await named(deps, origin, name, verb="edit")


async def _remove(deps: Deps, origin: Origin, name: str) -> None:
    if await _turned_away(deps, origin, to_change=True):
        return
    found = await named(deps, origin, name, verb="remove")
    if found:
        await removing.ask(deps, origin, found)


async def _need(deps: Deps, origin: Origin, name: str) -> None:
    await ask_need(deps, origin, name, typed_here=True)


async def _levels(deps: Deps, origin: Origin, name: str) -> None:
    await show_levels(deps, origin, name)


async def _turned_away(deps: Deps, origin: Origin, *, to_change: bool = False) -> bool:
    return await turned_away(deps, origin, origin.channel, typed_here=True, to_change=to_change)


OFFERED: Mapping[str, Run] = {
    "list": _list,
    "need": _need,
    "add": _add,
    "grade": _grade,
    "show": _show,
    "edit": _edit,
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
    "change": _edit,
    "rename": _edit,
    "delete": _remove,
    "level": _levels,
    "ladder": _levels,
}
"""The same, and other words that people try."""
