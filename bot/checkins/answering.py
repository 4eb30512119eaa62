"""What a member's answers to check-ins lead to, and how an answered check-in looks afterwards."""

from typing import cast, get_args

from sqlalchemy.ext.asyncio import AsyncSession

from bot import planning, steps
from bot.checkins.pacing import pace_of
from bot.delivery import Message
from bot.deps import Deps
from bot.views import checkin_replies as replies
from bot.views.checkin_replies import Answered
from coaching.people import MemberKey
from coaching.tips import Tip, smaller
from coaching.topics import topics
from storage import assessments, outbox, practices
from storage import members as member_rows
from storage import steps as step_rows
from storage.practices import Obstacle, Outcome
from storage.tables import Outgoing, Practice, Step

CURRENT = ("offered", "trying")


async def take(
    session: AsyncSession, deps: Deps, key: MemberKey, message_id: str, answer: str
) -> bool:
    """Note the answer and what follows from it, once; False when there was one before."""
    # The member comes before everything else, as in an erasure.
    if await member_rows.hold(session, key) is None:
        return False
    row = await outbox.answer(session, key, message_id, answer, now=deps.now())
    if row is None:
        return False
    step = await step_rows.get(session, key, row.step_id or "")
    if step:
        await _keep(session, deps, key, step, answer)
    if answer == "done":
        await steps.current_or_next(session, deps, key)
    await planning.heard(session, deps, key)
    return True


async def _keep(session: AsyncSession, deps: Deps, key: MemberKey, step: Step, answer: str) -> None:
    """The answer as practice, and what it makes of the step."""
    now = deps.now()
    if answer in get_args(Outcome):
        await practices.note(session, key, step, cast("Outcome", answer), now=now)
    if answer == "done":
        await step_rows.settle(session, key, step.id, "done", now=now)
    elif answer == "not_for_me":
        await step_rows.settle(session, key, step.id, "refused", now=now)
    elif answer != "later":
        # Whoever did a part of it, or means to, is trying it.
        await step_rows.mark(session, key, step.id, "trying", now=now)


async def obstacle(session: AsyncSession, key: MemberKey, message_id: str, what: Obstacle) -> None:
    """What got in the way of the step that a check-in asked about."""
    row = await outbox.get(session, key.workspace_id, message_id)
    said = await practice_of(session, key, row) if row else None
    if said:
        await practices.obstacle(session, key, said.id, what)


async def reason(
    session: AsyncSession, deps: Deps, key: MemberKey, message_id: str, what: str
) -> bool:
    """What was off, and another step that fits better; True when there was one that does."""
    known = await member_rows.hold(session, key)
    row = await outbox.get(session, key.workspace_id, message_id) if known else None
    step = await step_rows.get(session, key, row.step_id or "") if row else None
    if step is None:
        return False
    if what == "already":
        await step_rows.settle(session, key, step.id, "done", now=deps.now())
    if await step_rows.current(session, key):
        return False
    refused = step_rows.tip_of(step)

    def fits(tip: Tip) -> bool:
        if what == "long":
            return tip.minutes < refused.minutes
        return what == "wrong" and tip.question != refused.question

    framework = steps.framework_of(deps, step)
    found = await steps.another(session, deps, key, framework=framework, fits=fits)
    return found is not None and fits(step_rows.tip_of(found))


async def drawn(session: AsyncSession, deps: Deps, key: MemberKey, row: Outgoing) -> Message | None:
    """An answered check-in as it stands now; None when its step is gone."""
    step = await step_rows.get(session, key, row.step_id or "")
    if step is None:
        return None
    answered = await shown(session, deps, key, row, step)
    overtaken = step.state not in CURRENT and row.answer in ("partly", "not_yet", "later")
    if overtaken:
        return replies.overtaken_reply(deps.render, answered)
    match row.answer:
        case "done":
            return replies.done_reply(deps.render, answered)
        case "not_yet":
            return replies.not_yet_reply(deps.render, answered)
        case "later":
            return replies.later_reply(deps.render, answered)
        case "trying":
            return replies.step_reply(deps.render, answered.step, answered.pace)
        case "not_for_me":
            offered = await _topics(session, deps, key, step)
            return replies.refused_reply(deps.render, answered, topics=offered)
    return await _partly(session, deps, key, row, step, answered)


async def _partly(
    session: AsyncSession,
    deps: Deps,
    key: MemberKey,
    row: Outgoing,
    step: Step,
    answered: Answered,
) -> Message:
    said = await practice_of(session, key, row)
    if said is None or said.obstacle is None:
        return replies.partly_reply(deps.render, answered)
    easier = await _smaller(session, deps, key, step)
    return replies.obstacle_reply(deps.render, answered, said.obstacle, smaller=easier)


async def shown(
    session: AsyncSession, deps: Deps, key: MemberKey, row: Outgoing, step: Step
) -> Answered:
    """What the replies show of an answered check-in."""
    current = await step_rows.current(session, key)
    return Answered(
        message_id=row.id,
        step=steps.shown(step),
        topic=steps.topic_of(deps, step),
        current=steps.shown(current) if current else None,
        pace=await pace_of(session, deps, key),
        tiered=steps.framework_of(deps, step) not in deps.library.ladders,
    )


async def practice_of(session: AsyncSession, key: MemberKey, row: Outgoing) -> Practice | None:
    """What was said of the step when this check-in was answered."""
    said = await practices.of_member(session, key)
    return next((one for one in said if one.step_id == row.step_id), None)


async def _smaller(session: AsyncSession, deps: Deps, key: MemberKey, step: Step) -> Tip | None:
    past = await step_rows.past(session, key)
    tip = step_rows.tip_of(step)
    is_there = deps.library.words(steps.framework_of(deps, step), tip.family or "")
    tips = deps.library.tips_for(tip.family) if tip.family and is_there else ()
    return smaller(tips, tip, used=past.used)


async def _topics(
    session: AsyncSession, deps: Deps, key: MemberKey, step: Step
) -> list[tuple[str, str]]:
    """What the next step may be about, after two tips in a row that did not fit."""
    said = await practices.of_member(session, key, limit=2)
    if [one.outcome for one in said] != ["not_for_me", "not_for_me"]:
        return []
    framework = steps.framework_of(deps, step)
    latest = await assessments.latest(session, key, framework=framework)
    words = deps.library.words(framework, latest.family) if latest else None
    if latest is None or words is None:
        return []
    answered = await assessments.answers(session, latest)
    return [(item, topic) for item, topic in topics(words).items() if item in answered]
