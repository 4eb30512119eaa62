"""Who may read and change the agents of a channel: the people in it, guests for reading."""

from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.teams.guarding import asked
from bot.views.notices import notice


async def turned_away(
    deps: Deps,
    origin: Origin,
    channel: str | None,
    *,
    typed_here: bool,
    to_change: bool = False,
    instead: bool = False,
) -> bool:
    """Look at the channel and the person, each time anew; True when they were told why it cannot be."""
    found = await asked(deps, origin, channel or "", typed_here=typed_here, to_change=to_change)
    if found.obstacle is None:
        return False
    told = notice(deps.render("agents/obstacle", why=found.obstacle))
    reply = Reply(deps, origin)
    await (reply.instead(told) if instead else reply.privately(told))
    return True
