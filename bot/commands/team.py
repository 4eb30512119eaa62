"""`/rungs team [follow, history, unfollow]`: the weekly digest of a channel."""

from collections.abc import Awaitable, Callable

from bot.commands.table import Call
from bot.delivery import Message
from bot.deps import Deps
from bot.forms.following_team import open_form
from bot.origin import Origin
from bot.replies import Reply
from bot.teams import reading
from bot.teams.guarding import asked
from bot.views.notices import notice
from bot.views.team_cards import unfollow_card
from bot.views.typed import repeated

USAGE = "[follow, history, unfollow]"

Read = Callable[[Deps, str], Awaitable[Message]]


async def team(deps: Deps, call: Call) -> None:
    """Status and preview, or what the word after `team` says."""
    word = " ".join(call.arguments).casefold()
    run = WORDS.get(word)
    if run is None:
        told = deps.render("team_digest/unknown", typed=repeated(word))
        await Reply(deps, call.origin).privately(notice(told))
    elif (call.origin.channel or "D").startswith("D"):
        await Reply(deps, call.origin).privately(
            notice(deps.render("team_digest/obstacle", why="direct"))
        )
    else:
        await run(deps, call.origin, typed_here=True)


async def show_status(deps: Deps, origin: Origin, *, typed_here: bool) -> None:
    """Whether there is a digest, when it comes, and what it looks like."""
    await _read(deps, origin, reading.status, typed_here=typed_here)


async def show_history(deps: Deps, origin: Origin, *, typed_here: bool) -> None:
    """How the picture of the team changed, as the digests told it."""
    await _read(deps, origin, reading.history, typed_here=typed_here)


async def ask_unfollow(deps: Deps, origin: Origin, *, typed_here: bool) -> None:
    """Ask before the digest is stopped."""
    channel = origin.channel or ""
    found = await asked(deps, origin, channel, typed_here=typed_here, to_change=True)
    why = found.obstacle
    told = (
        notice(deps.render("team_digest/obstacle", why=why)) if why else unfollow_card(deps.render)
    )
    await Reply(deps, origin).privately(told)


async def _read(deps: Deps, origin: Origin, read: Read, *, typed_here: bool) -> None:
    channel = origin.channel or ""
    why = (await asked(deps, origin, channel, typed_here=typed_here)).obstacle
    told = (
        notice(deps.render("team_digest/obstacle", why=why)) if why else await read(deps, channel)
    )
    await Reply(deps, origin).privately(told)


WORDS = {
    "": show_status,
    "status": show_status,
    "preview": show_status,
    "follow": open_form,
    "history": show_history,
    "unfollow": ask_unfollow,
    "stop": ask_unfollow,
}
"""What may follow `team`, and what it does."""
