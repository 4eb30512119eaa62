"""Handlers of the buttons of check-ins, invitations and reminders."""

from typing import cast, get_args

from bot.assessments import step_views
from bot.assessments.start import OWN_FAMILY, CardRequest, open_card
from bot.deps import Deps
from bot.features.checkins import reply_views as replies
from bot.features.checkins import service
from bot.features.checkins.card_views import OFFERS, OUTCOMES, CheckinValue
from bot.features.checkins.service import SETTLING_ANSWERS, result_showing, update_result
from bot.features.steps.service import current_or_next, framework_of, offer_another
from bot.outgoing import planner
from bot.outgoing.planner import pace_of
from bot.slack.blocks import notice
from bot.slack.payloads import Click
from bot.slack.replies import Reply, unknown_click
from coaching.members import MemberKey
from storage import audit, checkins, members
from storage.database import Session
from storage.outbox import queue
from storage.outbox.queue import Outgoing
from storage.steps import step_offers
from storage.steps import steps as step_rows
from storage.steps.steps import Obstacle, Step

ANSWERS = frozenset({*OUTCOMES, *OFFERS})


async def checkin_answered(deps: Deps, click: Click) -> None:
    """Handle the answers to a check-in, such as "Done", and to an offered step, such as "I'll try it"."""
    value = CheckinValue.parse(click.value)
    if value is None or value.extra not in ANSWERS:
        await unknown_click(deps, click)
        return
    async with deps.database.write() as session:
        _, step = await _checkin_and_step(session, click.request.key, value.message_id)
        result = (
            await result_showing(session, step)
            if step and value.extra in SETTLING_ANSWERS
            else None
        )
        is_first = await service.save_answer(
            session, deps, click.request.key, value.message_id, value.extra
        )
    await _redraw(deps, click, value.message_id)
    if result and step and is_first:
        await update_result(deps, result, step)


async def obstacle_named(deps: Deps, click: Click) -> None:
    """Save what got in the way, and offer a smaller step where there is one."""
    value = CheckinValue.parse(click.value)
    if value is None or value.extra not in get_args(Obstacle):
        await unknown_click(deps, click)
        return
    what = cast("Obstacle", value.extra)
    async with deps.database.write() as session:
        await service.save_obstacle(session, click.request.key, value.message_id, what)
    await _redraw(deps, click, value.message_id)


async def reason_named(deps: Deps, click: Click) -> None:
    """Handle the reason of "Not for me", and offer another step."""
    value = CheckinValue.parse(click.value)
    if value is None or value.extra not in replies.REFUSAL_REASONS:
        await unknown_click(deps, click)
        return
    key = click.request.key
    async with deps.database.write() as session:
        fits = await service.save_reason(session, deps, key, value.message_id, value.extra)
    async with deps.database.read() as session:
        row, step = await _checkin_and_step(session, key, value.message_id)
        message = None
        if row and step:
            answered = await service.answered_view_of(session, deps, key, row, step)
            message = replies.reason_reply(deps.render, answered, value.extra, fits=fits)
    await Reply(deps, click.request).replace(message or notice(deps.render("checkins/gone")))


async def smaller_tried(deps: Deps, click: Click) -> None:
    """Handle "Try this one": the smaller step takes the place of the one that the member is trying."""
    value = CheckinValue.parse(click.value)
    key = click.request.key
    async with deps.database.write() as session:
        # The member is locked first, as an erasure does, so that the two cannot deadlock.
        await members.lock(session, key, is_alone=True)
        _, step = await _checkin_and_step(session, key, value.message_id if value else "")
        tip = deps.library.step(value.extra, step.family or "") if value and step else None
        result = await result_showing(session, step) if step and tip else None
        if step and tip:
            await step_offers.replace_tried(session, key, step, tip, now=deps.now())
    await _show_current(deps, click)
    if result and step:
        await update_result(deps, result, step)


async def first_kept(deps: Deps, click: Click) -> None:
    """Handle "Keep the first one"."""
    await _show_current(deps, click)


async def topic_chosen(deps: Deps, click: Click) -> None:
    """Offer a step about the chosen topic, after steps that did not fit."""
    value = CheckinValue.parse(click.value)
    key = click.request.key
    async with deps.database.write() as session:
        _, step = await _checkin_and_step(session, key, value.message_id if value else "")
        if value and step and await step_rows.current(session, key) is None:
            framework = framework_of(deps, step)
            await offer_another(session, deps, key, framework=framework, focus=value.extra)
    await _show_current(deps, click)


async def checkin_resumed(deps: Deps, click: Click) -> None:
    """Handle "Resume" in the message that check-ins are paused."""
    key = click.request.key
    value = CheckinValue.parse(click.value)
    async with deps.database.write() as session:
        await members.lock(session, key, is_alone=True)
        pace = await checkins.ensure_pace(session, key, now=deps.now())
        message_id = value.message_id if value else ""
        is_first = await queue.record_answer(session, key, message_id, "resumed", now=deps.now())
        # A later second click must not end a break that the member chose since.
        if is_first or pace.paused_at:
            await checkins.resume(session, key, now=deps.now())
            await audit.record(
                session, key, "settings", place=click.request.place, now=deps.now(), about="resume"
            )
            await planner.replan(session, deps, key)
        await current_or_next(session, deps, key)
    async with deps.database.read() as session:
        current = await step_rows.current(session, key)
        now = await pace_of(session, deps, key)
    shown = step_views.step_view_of(deps, current) if current else None
    await Reply(deps, click.request).replace(replies.resumed_reply(deps.render, shown, now))


async def invitation_taken(deps: Deps, click: Click) -> None:
    """Handle "Continue" and "Start": open the self-check."""
    await _record_answer(deps, click, "taken")
    value = CheckinValue.parse(click.value)
    _, _, framework = (value.extra if value else "").partition(":")
    asked = CardRequest(framework, framework) if framework else OWN_FAMILY
    await open_card(deps, click.request, asked, go_on=True)
    await Reply(deps, click.request).replace(notice(deps.render("checkins/taken")))


async def invitation_declined(deps: Deps, click: Click) -> None:
    """Handle "No, thanks"."""
    value = CheckinValue.parse(click.value)
    await _record_answer(deps, click, "declined")
    text = deps.render("checkins/declined", kind=value.extra if value else "")
    await Reply(deps, click.request).replace(notice(text))


async def _record_answer(deps: Deps, click: Click, answer: str) -> None:
    value = CheckinValue.parse(click.value)
    if value:
        async with deps.database.write() as session:
            await queue.record_answer(
                session, click.request.key, value.message_id, answer, now=deps.now()
            )


async def _checkin_and_step(
    session: Session, key: MemberKey, message_id: str
) -> tuple[Outgoing | None, Step | None]:
    """Return the check-in that was clicked and its step; None for both when it is another member's."""
    row = await queue.get(session, key.workspace_id, message_id)
    if row is None or row.user_id != key.user_id:
        return None, None
    return row, await step_rows.get(session, key, row.step_id or "")


async def _redraw(deps: Deps, click: Click, message_id: str) -> None:
    """Replace the check-in with its answered form, which is the same after a second click."""
    key = click.request.key
    async with deps.database.read() as session:
        row, step = await _checkin_and_step(session, key, message_id)
        message = await service.answered_message(session, deps, key, row) if row and step else None
        if message:
            message = await service.with_footer(session, deps, key, message)
    await Reply(deps, click.request).replace(message or notice(deps.render("checkins/gone")))


async def _show_current(deps: Deps, click: Click) -> None:
    """Replace what was clicked with the member's current step."""
    key = click.request.key
    async with deps.database.write() as session:
        current = await current_or_next(session, deps, key)
        await planner.replan_after_activity(session, deps, key)
        pace = await pace_of(session, deps, key)
    if current is None:
        await Reply(deps, click.request).replace(notice(deps.render("steps/no_step")))
        return
    shown = replies.step_reply(deps.render, step_views.step_view_of(deps, current), pace)
    await Reply(deps, click.request).replace(shown)
