"""Saving the answers to check-ins, and the message that replaces an answered check-in."""

from dataclasses import replace
from functools import partial
from logging import getLogger
from typing import cast, get_args

from bot.assessments import cards, step_views
from bot.assessments.session import AssessmentSession, load
from bot.deps import Deps
from bot.feature import Followup
from bot.features.checkins import reply_views as replies
from bot.features.checkins.reply_views import AnsweredView
from bot.features.checkins.settings_views import off_by_default_card
from bot.features.steps import service as step_service
from bot.outgoing import planner
from bot.outgoing.planner import pace_of
from bot.slack.api import Message
from bot.slack.blocks import line
from bot.slack.directory import ask_zone
from bot.slack.errors import LogUndeliverable
from bot.slack.replies import post_key
from coaching.members import MemberKey
from coaching.steps import StepContent, smaller_step
from storage import checkins
from storage import members as member_rows
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import Assessment
from storage.checkins import CHECKINS_OFF
from storage.database import Session
from storage.outbox import queue
from storage.outbox.queue import Outgoing
from storage.steps import step_offers
from storage.steps import steps as step_rows
from storage.steps.steps import CURRENT_STATES, Obstacle, Outcome, Practice, Step

log = getLogger(__name__)

SETTLING_ANSWERS = ("done", "not_for_me")
"""The answers after which a step is no longer the member's current one."""


async def save_answer(
    session: Session, deps: Deps, key: MemberKey, message_id: str, answer: str
) -> bool:
    """Save the answer to a check-in and what follows from it; return False when it was answered before."""
    # The member is locked first, as an erasure does, so that the two cannot deadlock.
    if await member_rows.lock(session, key, is_alone=True) is None:
        return False
    row = await queue.record_answer(session, key, message_id, answer, now=deps.now())
    if row is None:
        return False
    step = await step_rows.get(session, key, row.step_id or "")
    if step:
        await _save_practice(session, deps, key, step, answer)
    if answer == "done":
        await step_service.current_or_next(session, deps, key)
    await planner.replan_after_activity(session, deps, key)
    return True


async def _save_practice(
    session: Session, deps: Deps, key: MemberKey, step: Step, answer: str
) -> None:
    """Record the answer as practice, and change the state of the step."""
    now = deps.now()
    if answer in get_args(Outcome):
        await step_rows.record_practice(session, key, step, cast("Outcome", answer), now=now)
    if answer == "done":
        await step_rows.settle(session, key, step.id, "done", now=now)
    elif answer == "not_for_me":
        await step_rows.settle(session, key, step.id, "refused", now=now)
    elif answer == "trying":
        await step_offers.choose(session, key, step.id, now=now)
    elif answer != "later":
        # Having done a part of it, or meaning to, counts as trying it.
        await step_rows.mark_current(session, key, step.id, "trying", now=now)


async def save_obstacle(session: Session, key: MemberKey, message_id: str, what: Obstacle) -> None:
    """Save what got in the way of the step that the check-in asked about."""
    row = await queue.get(session, key.workspace_id, message_id)
    said = await practice_of(session, key, row) if row else None
    if said:
        await step_rows.record_obstacle(session, key, said.id, what)


async def save_reason(
    session: Session, deps: Deps, key: MemberKey, message_id: str, what: str
) -> bool:
    """Offer another step after "Not for me", by the reason; return True when one was found that suits it."""
    known = await member_rows.lock(session, key, is_alone=True)
    row = await queue.get(session, key.workspace_id, message_id) if known else None
    step = await step_rows.get(session, key, row.step_id or "") if row else None
    if step is None:
        return False
    if what == "already":
        await step_rows.settle(session, key, step.id, "done", now=deps.now())
    if await step_rows.current(session, key):
        return False
    refused = step_rows.tip_of(step)

    def fits(tip: StepContent) -> bool:
        if what == "long":
            return tip.minutes < refused.minutes
        return what == "wrong" and tip.question != refused.question

    framework = step_service.framework_of(deps, step)
    found = await step_service.offer_another(session, deps, key, framework=framework, fits=fits)
    return found is not None and fits(step_rows.tip_of(found))


async def with_footer(session: Session, deps: Deps, key: MemberKey, message: Message) -> Message:
    """Return a check-in with what other capabilities show below it, if anything."""
    footer = await deps.features.checkin_footer(session, deps, key)
    if footer is None:
        return message
    return replace(
        message,
        text=f"{message.text}\n\n{footer.text}",
        blocks=[*message.blocks, line(), *footer.blocks],
    )


async def answered_message(
    session: Session, deps: Deps, key: MemberKey, row: Outgoing
) -> Message | None:
    """Return the message that replaces an answered check-in; None when its step no longer exists."""
    step = await step_rows.get(session, key, row.step_id or "")
    if step is None:
        return None
    answered = await answered_view_of(session, deps, key, row, step)
    overtaken = step.state not in CURRENT_STATES and row.answer in ("partly", "not_yet", "later")
    if overtaken:
        return replies.overtaken_reply(deps.render, answered)
    match row.answer:
        case "done":
            last = await step_service.look_back(session, deps, step)
            return replies.done_reply(deps.render, answered, look_back=last)
        case "not_yet":
            return replies.not_yet_reply(deps.render, answered)
        case "later":
            return replies.later_reply(deps.render, answered)
        case "trying":
            return replies.step_reply(deps.render, answered.step, answered.pace)
        case "not_for_me":
            offered = await _topics_to_choose(session, deps, key, step)
            return replies.refused_reply(deps.render, answered, topics=offered)
    return await _partly(session, deps, key, row, step, answered)


async def _partly(
    session: Session,
    deps: Deps,
    key: MemberKey,
    row: Outgoing,
    step: Step,
    answered: AnsweredView,
) -> Message:
    said = await practice_of(session, key, row)
    if said is None or said.obstacle is None:
        return replies.partly_reply(deps.render, answered)
    easier = await _smaller(session, deps, key, step)
    return replies.obstacle_reply(deps.render, answered, said.obstacle, smaller=easier)


async def answered_view_of(
    session: Session, deps: Deps, key: MemberKey, row: Outgoing, step: Step
) -> AnsweredView:
    """Return what the replies show of an answered check-in."""
    current = await step_rows.current(session, key)
    return AnsweredView(
        message_id=row.id,
        step=await step_views.load_step_view(session, deps, step),
        topic=step_service.topic_of(deps, step),
        current=step_views.step_view_of(deps, current) if current else None,
        pace=await pace_of(session, deps, key),
        tiered=step_service.framework_of(deps, step) not in deps.library.ladders,
    )


async def practice_of(session: Session, key: MemberKey, row: Outgoing) -> Practice | None:
    """Return what the member recorded about the step of this check-in."""
    said = await step_rows.list_practices(session, key)
    return next((one for one in said if one.step_id == row.step_id), None)


async def _smaller(session: Session, deps: Deps, key: MemberKey, step: Step) -> StepContent | None:
    past = await step_rows.tip_history(session, key)
    tip = step_rows.tip_of(step)
    is_there = deps.library.words(step_service.framework_of(deps, step), tip.family or "")
    tips = deps.library.steps_for(tip.family) if tip.family and is_there else ()
    return smaller_step(tips, tip, used=past.used)


async def _topics_to_choose(
    session: Session, deps: Deps, key: MemberKey, step: Step
) -> list[tuple[str, str]]:
    """Return the topics to choose from after two steps in a row that did not fit; otherwise none."""
    said = await step_rows.list_practices(session, key, limit=2)
    if [one.outcome for one in said] != ["not_for_me", "not_for_me"]:
        return []
    framework = step_service.framework_of(deps, step)
    latest = await assessments.latest(session, key, framework=framework)
    words = deps.library.words(framework, latest.family) if latest else None
    if latest is None or words is None:
        return []
    answered = await given_answers.levels_by_item(session, latest)
    return [(item, topic) for item, topic in words.topics.items() if item in answered]


async def result_showing(session: Session, step: Step) -> Assessment | None:
    """Return the result whose card shows this step with its buttons; None when it shows a newer step."""
    if step.assessment_id is None or step.state not in CURRENT_STATES:
        return None
    result = await assessments.get(session, step.workspace_id, step.assessment_id)
    newest = await step_rows.latest_after(session, result) if result else None
    return result if newest and newest.id == step.id else None


async def update_result(deps: Deps, result: Assessment, step: Step) -> None:
    """Update the card of the result with what became of its step.

    The answer is already saved, so an error from Slack is only logged.
    """
    if not (result.card_channel and result.card_ts):
        return
    async with deps.database.read() as session:
        settled = await step_rows.get(
            session, MemberKey(result.workspace_id, result.user_id), step.id
        )
        if settled is None:
            # The member's data was erased meanwhile.
            return
        loaded = replace(await load(session, deps, result), step=settled)
        message = await cards.draw_card(session, deps, loaded)
    with LogUndeliverable(log):
        await deps.slack.update(result.card_channel, result.card_ts, message)


async def plan_after_result(session: Session, deps: Deps, loaded: AssessmentSession) -> Followup:
    """Plan check-ins after a self-check; return the follow-up that reads the member's zone from Slack.

    Where check-ins are off until members turn them on, the follow-up says so after the first result.
    """
    key = loaded.member
    basis = await planner.after_assessment(session, deps, key)
    is_asked = basis.is_zone_asked if basis else None
    ask = partial(ask_zone, deps, key, is_asked=is_asked, known=basis)
    if basis or not await _are_off_by_default(session, deps, key):
        return ask

    async def ask_and_tell() -> None:
        await ask()
        await _tell_how_to_turn_on(deps, loaded.row)

    return ask_and_tell


async def _are_off_by_default(session: Session, deps: Deps, key: MemberKey) -> bool:
    """Return whether this is the first result of a member who has not turned check-ins on or off."""
    if not deps.settings.get(CHECKINS_OFF):
        return False
    pace = await checkins.get_pace(session, key)
    is_default = pace is not None and pace.cadence == "off" and pace.cadence_before_off is None
    return is_default and len(await assessments.history(session, key, limit=2)) == 1


async def _tell_how_to_turn_on(deps: Deps, result: Assessment) -> None:
    """Say below the result that check-ins are off, with the button that turns them on."""
    if result.card_channel:
        with LogUndeliverable(log):
            await deps.slack.post(
                result.card_channel,
                off_by_default_card(deps.render),
                key=post_key(result.id, "checkins_off"),
            )
