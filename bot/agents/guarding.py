"""Who may read and change the agents of a channel: the people in it, guests for reading."""

from bot.deps import Deps
from bot.slack.blocks import notice
from bot.slack.channel_access import asked
from bot.slack.payloads import Origin
from bot.slack.replies import Reply


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
    told = notice(deps.say("agent/obstacle", why=found.obstacle))
    reply = Reply(deps, origin)
    await (reply.instead(told) if instead else reply.privately(told))
    return True
