"""Answering a check-in: how a step went, what got in the way, what was off, and whether to go on."""

from typing import cast, get_args

from sqlalchemy.ext.asyncio import AsyncSession

from bot import planning, steps
from bot.actions.unknown import unknown_click
from bot.checkins import answering
from bot.checkins.pacing import pace_of
from bot.checkins.settling import SETTLING, result_with, update_result
from bot.conversations.opening import OWN_FAMILY, Asked, open_card
from bot.deps import Deps
from bot.ids import CheckinValue
from bot.origin import Click
from bot.replies import Reply
from bot.views import checkin_replies as replies
from bot.views.checkin_card import OFFERS, OUTCOMES
from bot.views.notices import notice
from coaching.people import MemberKey
from storage import outbox, paces
from storage import steps as step_rows
from storage.practices import Obstacle
from storage.tables import Outgoing, Step

ANSWERS = frozenset({*OUTCOMES, *OFFERS})


async def checkin_answered(deps: Deps, click: Click) -> None:
    """ "Done", "Partly", "Not yet", "Not for me"; or to an offer "I'll try it", "Later"."""
    value = CheckinValue.parse(click.value)
    if value is None or value.extra not in ANSWERS:
        await unknown_click(deps, click)
        return
    async with deps.database.write() as session:
        _, step = await _meant(session, click.origin.key, value.message_id)
        result = await result_with(session, step) if step and value.extra in SETTLING else None
        is_first = await answering.take(
            session, deps, click.origin.key, value.message_id, value.extra
        )
    await _redraw(deps, click, value.message_id)
    if result and step and is_first:
        await update_result(deps, result, step)


async def obstacle_named(deps: Deps, click: Click) -> None:
    """What got in the way: a smaller tip where there is one."""
    value = CheckinValue.parse(click.value)
    if value is None or value.extra not in get_args(Obstacle):
        await unknown_click(deps, click)
        return
    what = cast("Obstacle", value.extra)
    async with deps.database.write() as session:
        await answering.obstacle(session, click.origin.key, value.message_id, what)
    await _redraw(deps, click, value.message_id)


async def reason_named(deps: Deps, click: Click) -> None:
    """What was off, and another step instead."""
    value = CheckinValue.parse(click.value)
    if value is None or value.extra not in replies.REASONS:
        await unknown_click(deps, click)
        return
    key = click.origin.key
    async with deps.database.write() as session:
        fits = await answering.reason(session, deps, key, value.message_id, value.extra)
    async with deps.database.read() as session:
        row, step = await _meant(session, key, value.message_id)
        message = None
        if row and step:
            answered = await answering.shown(session, deps, key, row, step)
            message = replies.reason_reply(deps.render, answered, value.extra, fits=fits)
    await Reply(deps, click.origin).instead(message or notice(deps.render("checkins/gone")))


async def smaller_tried(deps: Deps, click: Click) -> None:
    """ "Try this one": the smaller tip is the step from now on."""
    value = CheckinValue.parse(click.value)
    key = click.origin.key
    async with deps.database.write() as session:
        _, step = await _meant(session, key, value.message_id if value else "")
        tip = deps.library.tip(value.extra, step.family or "") if value and step else None
        result = None
        if step and tip and step.state in answering.CURRENT:
            result = await result_with(session, step)
            taken = await step_rows.offer(
                session, key, tip, assessment_id=step.assessment_id, now=deps.now()
            )
            await step_rows.mark(session, key, taken.id, "trying", now=deps.now())
    await _show_current(deps, click)
    if result and step:
        await update_result(deps, result, step)


async def first_kept(deps: Deps, click: Click) -> None:
    """ "Keep the first one"."""
    await _show_current(deps, click)


async def topic_chosen(deps: Deps, click: Click) -> None:
    """Another topic, after tips that did not fit."""
    value = CheckinValue.parse(click.value)
    key = click.origin.key
    async with deps.database.write() as session:
        _, step = await _meant(session, key, value.message_id if value else "")
        if value and step and await step_rows.current(session, key) is None:
            framework = steps.framework_of(deps, step)
            await steps.another(session, deps, key, framework=framework, focus=value.extra)
    await _show_current(deps, click)


async def checkin_resumed(deps: Deps, click: Click) -> None:
    """ "Resume" in the message that said that messages are paused."""
    key = click.origin.key
    value = CheckinValue.parse(click.value)
    async with deps.database.write() as session:
        pace = await paces.ensure(session, key, now=deps.now())
        message_id = value.message_id if value else ""
        is_first = await outbox.answer(session, key, message_id, "resumed", now=deps.now())
        # Clicked again later, it does not end a break that was chosen since.
        if is_first or pace.paused_at:
            await paces.resume(session, key, now=deps.now())
            await planning.replan(session, deps, key)
        await steps.current_or_next(session, deps, key)
    async with deps.database.read() as session:
        current = await step_rows.current(session, key)
        now = await pace_of(session, deps, key)
    shown = steps.shown(current) if current else None
    await Reply(deps, click.origin).instead(replies.welcome_back(deps.render, shown, now))


async def invitation_taken(deps: Deps, click: Click) -> None:
    """ "Continue" or "Start": the self-check."""
    await _note(deps, click, "taken")
    value = CheckinValue.parse(click.value)
    _, _, framework = (value.extra if value else "").partition(":")
    asked = Asked(framework, framework) if framework else OWN_FAMILY
    await open_card(deps, click.origin, asked, go_on=True)
    await Reply(deps, click.origin).instead(notice(deps.render("checkins/taken")))


async def invitation_declined(deps: Deps, click: Click) -> None:
    """ "No, thanks"."""
    value = CheckinValue.parse(click.value)
    await _note(deps, click, "declined")
    text = deps.render("checkins/declined", kind=value.extra if value else "")
    await Reply(deps, click.origin).instead(notice(text))


async def _note(deps: Deps, click: Click, answer: str) -> None:
    value = CheckinValue.parse(click.value)
    if value:
        async with deps.database.write() as session:
            await outbox.answer(session, click.origin.key, value.message_id, answer, now=deps.now())


async def _meant(
    session: AsyncSession, key: MemberKey, message_id: str
) -> tuple[Outgoing | None, Step | None]:
    """The check-in that was clicked, if it is this member's, and its step."""
    row = await outbox.get(session, key.workspace_id, message_id)
    if row is None or row.user_id != key.user_id:
        return None, None
    return row, await step_rows.get(session, key, row.step_id or "")


async def _redraw(deps: Deps, click: Click, message_id: str) -> None:
    """The check-in as it is by now; clicked twice or weeks later, it shows the same."""
    key = click.origin.key
    async with deps.database.read() as session:
        row, step = await _meant(session, key, message_id)
        message = await answering.drawn(session, deps, key, row) if row and step else None
    await Reply(deps, click.origin).instead(message or notice(deps.render("checkins/gone")))


async def _show_current(deps: Deps, click: Click) -> None:
    """The member's step as it is now, in the place of what was clicked."""
    key = click.origin.key
    async with deps.database.write() as session:
        current = await steps.current_or_next(session, deps, key)
        await planning.heard(session, deps, key)
        pace = await pace_of(session, deps, key)
    if current is None:
        await Reply(deps, click.origin).instead(notice(deps.render("steps/no_step")))
        return
    shown = replies.step_reply(deps.render, steps.shown(current), pace)
    await Reply(deps, click.origin).instead(shown)
