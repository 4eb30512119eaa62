"""`/rungs tip`: the current step, or the next one."""

from bot import ids, steps
from bot.commands.table import Call
from bot.conversations.opening import point_to_dm
from bot.delivery import Message
from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.views.bricks import button, paragraph, row
from bot.views.tip_card import tip_card
from storage import inbound
from storage.tables import Step


async def tip(deps: Deps, call: Call) -> None:
    """Post the step in the member's DM."""
    await post_step(deps, call.origin)


async def post_step(deps: Deps, origin: Origin) -> None:
    """The current step, else the next one; without any result, the way to get one."""
    async with deps.database.write() as session:
        if not await inbound.claim(session, origin.key.workspace_id, origin.once, now=deps.now()):
            return
        row = await steps.current_or_next(session, deps, origin.key)
    if row is None:
        await Reply(deps, origin).privately(_no_step(deps))
        return
    posted = await Reply(deps, origin).in_dm(tip_card(deps.render, steps.shown(row)), about="step")
    await point_to_dm(deps, origin, posted.channel, what="tip")


async def offer_step(deps: Deps, origin: Origin) -> Step | None:
    """The current step, else the next one, which is the current one from now on; safe to repeat."""
    async with deps.database.write() as session:
        return await steps.current_or_next(session, deps, origin.key)


def _no_step(deps: Deps) -> Message:
    text = deps.render("steps/no_step")
    start = button("Start the self-check", action=ids.START, style="primary")
    return Message(text=text, blocks=[paragraph(text), row(start)])
