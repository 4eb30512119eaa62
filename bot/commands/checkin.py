"""`/rungs checkin [how often]`: how often and when the coach comes by itself."""

from typing import cast

from bot import planning
from bot.checkins.pacing import pace_of
from bot.commands.table import Call
from bot.delivery import Message
from bot.deps import Deps
from bot.replies import Reply
from bot.views.notices import notice
from bot.views.pace_card import CADENCES, pace_card, saved
from bot.views.typed import repeated
from coaching.pace import Cadence
from coaching.people import MemberKey
from storage import paces

NAMES = {value for _, value in CADENCES}
OTHER_NAMES = {"biweekly": "fortnightly", "never": "off", "stop": "off", "none": "off"}
"""Words that members try, and what each stands for."""


async def checkin(deps: Deps, call: Call) -> None:
    """Show the settings, or change how often at once when it was named."""
    reply = Reply(deps, call.origin)
    typed = " ".join(call.arguments).casefold()
    cadence = OTHER_NAMES.get(typed, typed)
    if not typed:
        await reply.privately(await settings(deps, call.origin.key))
    elif cadence in NAMES:
        await reply.privately(await keep_cadence(deps, call.origin.key, cadence))
    else:
        text = deps.render("checkins/unknown_pace", typed=repeated(typed), names=sorted(NAMES))
        await reply.privately(notice(text))


async def settings(deps: Deps, key: MemberKey) -> Message:
    """The settings as they are."""
    async with deps.database.read() as session:
        return pace_card(deps.render, await pace_of(session, deps, key))


async def keep_cadence(deps: Deps, key: MemberKey, cadence: str) -> Message:
    """Another rhythm from now on."""
    async with deps.database.write() as session:
        await paces.choose(session, key, cadence=cast("Cadence", cadence), now=deps.now())
        await planning.replan(session, deps, key)
        pace = await pace_of(session, deps, key)
    return pace_card(deps.render, pace, note=saved(deps.render, pace, "cadence"))
