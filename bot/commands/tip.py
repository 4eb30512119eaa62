"""`/rungs tip`: the current step, or the next one."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot import ids, steps
from bot.commands.assess import point_to_dm
from bot.commands.table import Call
from bot.delivery import Message
from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.views.bricks import button, paragraph, row
from bot.views.tip_card import tip_card
from coaching.people import MemberKey
from storage import assessments, inbound
from storage import steps as step_rows
from storage.tables import Step


async def tip(deps: Deps, call: Call) -> None:
    """Post the step in the member's DM."""
    await post_step(deps, call.origin)


async def post_step(deps: Deps, origin: Origin) -> None:
    """The current step, else the next one; without any result, the way to get one."""
    async with deps.database.write() as session:
        if not await inbound.claim(session, origin.key.workspace_id, origin.once, now=deps.now()):
            return
        row = await _offered(session, deps, origin.key)
    if row is None:
        await Reply(deps, origin).privately(_no_step(deps))
        return
    posted = await Reply(deps, origin).in_dm(tip_card(deps.say, steps.shown(row)), about="step")
    await point_to_dm(deps, origin, posted.channel, what="tip")


async def offer_step(deps: Deps, origin: Origin) -> Step | None:
    """The current step, else the next one, which is the current one from now on; safe to repeat."""
    async with deps.database.write() as session:
        return await _offered(session, deps, origin.key)


async def _offered(session: AsyncSession, deps: Deps, key: MemberKey) -> Step | None:
    current = await step_rows.current(session, key)
    latest = None if current else await assessments.latest(session, key)
    if latest is None:
        return current
    given = await assessments.answers(session, latest)
    return await steps.offer(session, deps, latest, answers=given)


def _no_step(deps: Deps) -> Message:
    text = deps.say("no_step")
    start = button("Start the self-check", action=ids.START, style="primary")
    return Message(text=text, blocks=[paragraph(text), row(start)])
