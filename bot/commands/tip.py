"""`/rungs tip`: the current step, or the next one."""

from bot import ids, steps
from bot.commands.assess import point_to_dm
from bot.commands.table import Call
from bot.delivery import Message
from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.views.bricks import button, paragraph, row
from bot.views.tip_card import StepShown, tip_card
from storage import assessments, inbound
from storage import steps as step_rows


async def tip(deps: Deps, call: Call) -> None:
    """Post the step in the member's DM."""
    await post_step(deps, call.origin)


async def post_step(deps: Deps, origin: Origin) -> None:
    """The current step, else the next one; without any result, the way to get one."""
    async with deps.database.write() as session:
        if not await inbound.claim(session, origin.key.workspace_id, origin.once, now=deps.now()):
            return
        row = await step_rows.current(session, origin.key)
        if row is None:
            latest = await assessments.latest(session, origin.key)
            if latest:
                given = await assessments.answers(session, latest)
                row = await steps.offer(session, deps, latest, answers=given)
    if row is None:
        await Reply(deps, origin).privately(_no_step(deps))
        return
    step: StepShown = steps.shown(row)
    posted = await Reply(deps, origin).in_dm(tip_card(deps.say, step), about="step")
    await point_to_dm(deps, origin, posted.channel, what="tip")


def _no_step(deps: Deps) -> Message:
    text = deps.say("no_step")
    start = button("Start the self-check", action=ids.START, style="primary")
    return Message(text=text, blocks=[paragraph(text), row(start)])
