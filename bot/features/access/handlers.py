"""`/rungs access`: what a member may use, what is missing for the rest, and the page of each permission."""

from bot.deps import Deps
from bot.feature import Call
from bot.features.access.coordinator_handlers import show_trainings
from bot.features.access.member_access import MemberAccess, access_of, count_waiting, meet
from bot.features.access.request_handlers import show_requests
from bot.features.access.views import all_card, overview_card, permission_card
from bot.slack.api import Message
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply


async def access(deps: Deps, call: Call) -> None:
    """Answer with what the member may use, or with what the words after the command ask for."""
    match call.arguments:
        case ("requests", *_):
            await show_requests(deps, call)
        case ("trainings" | "training", *_):
            await show_trainings(deps, call)
        case ():
            await Reply(deps, call.request).privately(await _overview(deps, call.request))
        case words:
            await Reply(deps, call.request).privately(await _named(deps, call.request, words))


async def access_asked(deps: Deps, click: Click) -> None:
    """Handle the button that does what the command does."""
    await access(deps, Call(click.request))


async def overview_again(deps: Deps, click: Click) -> None:
    """Show what the member may use in the place of another card."""
    await Reply(deps, click.request).replace(await _overview(deps, click.request))


async def all_asked(deps: Deps, click: Click) -> None:
    """Show every permission that is on."""
    found = await _load(deps, click.request)
    await Reply(deps, click.request).replace(all_card(deps.render, found))


async def permission_asked(deps: Deps, click: Click) -> None:
    """Show the page of a permission."""
    found = await _load(deps, click.request)
    await Reply(deps, click.request).replace(_page(deps, found, click.value))


async def _named(deps: Deps, request: Request, words: tuple[str, ...]) -> Message:
    """Return the page of the permission whose id or title was typed."""
    found, typed = await _load(deps, request), " ".join(words).casefold()
    for one in found.standings:
        if typed in (one.permission.id.casefold(), one.permission.title.casefold()):
            return permission_card(deps.render, found, one)
    return all_card(deps.render, found, note=deps.render("access/not_found"))


def _page(deps: Deps, found: MemberAccess, permission_id: str) -> Message:
    standing = found.of(permission_id)
    if standing is None:
        return all_card(deps.render, found, note=deps.render("access/not_found"))
    return permission_card(deps.render, found, standing)


async def _load(deps: Deps, request: Request) -> MemberAccess:
    await meet(deps, request.key)
    async with deps.database.read() as session:
        return await access_of(session, deps, request.key)


async def _overview(deps: Deps, request: Request) -> Message:
    await meet(deps, request.key)
    async with deps.database.read() as session:
        found = await access_of(session, deps, request.key)
        waiting = await count_waiting(session, deps, request.key, found)
    return overview_card(deps.render, found, waiting=waiting)
