"""Handlers of `/rungs step` and of the buttons of a step."""

from dataclasses import replace
from functools import partial
from typing import Literal

from slack_sdk.models.views import View

from bot.assessments import cards, step_views
from bot.assessments.session import load, member_of
from bot.assessments.step_views import DONE, step_card
from bot.buttons import HERE, START, TIP
from bot.deps import Deps
from bot.feature import Call
from bot.features.steps import service
from bot.outgoing import planner
from bot.outgoing.planner import next_checkin_text
from bot.slack.api import Message
from bot.slack.blocks import button, notice, paragraph, row
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply, is_first_delivery, open_and_fill, point_to_dm
from coaching.members import MemberKey
from coaching.phrases import Meaning
from storage import members
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.steps import step_offers
from storage.steps import steps as step_rows
from storage.steps.steps import Step


async def step_command(deps: Deps, call: Call) -> None:
    """Post the step in the member's DM."""
    await post_step(deps, call.request)


async def post_step(deps: Deps, request: Request) -> None:
    """Post the current or the next step in the DM; without a result, point to the self-check."""
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        row = await service.current_or_next(session, deps, request.key)
    if row is None:
        await Reply(deps, request).privately(_no_step(deps))
        return
    posted = await Reply(deps, request).in_dm(
        step_card(deps.render, step_views.step_view_of(deps, row)), about="step"
    )
    await point_to_dm(deps, request, posted.channel, what="tip")


async def offer_step(deps: Deps, request: Request) -> Step | None:
    """Return the current step; when there is none, offer the next one. Safe to repeat."""
    async with deps.database.write() as session:
        return await service.current_or_next(session, deps, request.key)


def _no_step(deps: Deps) -> Message:
    text = deps.render("steps/no_step")
    start = button("Start the self-check", action=START, style="primary")
    return Message(text=text, blocks=[paragraph(text), row(start)])


async def step_tried(deps: Deps, click: Click) -> None:
    """Handle "I'll try it": the step becomes the one being tried; say when the next check-in comes."""
    key = click.request.key
    async with deps.database.write() as session:
        # The member is locked first, as an erasure does, so that the two cannot deadlock.
        await members.lock(session, key, is_alone=True)
        if await step_offers.choose(session, key, click.value, now=deps.now()):
            await planner.replan_after_activity(session, deps, key)
        row = await step_rows.get(session, key, click.value)
        is_tried = row is not None and row.state == "trying"
        pace = await planner.pace_of(session, deps, key) if is_tried else None
    note = next_checkin_text(deps.render, pace) if pace else None
    await redraw_step(deps, click, click.value, note=note)


async def step_done(deps: Deps, click: Click) -> None:
    """Handle "Done": say what was done, and look back after every fifth step."""
    await _settle(deps, click.request.key, click.value, "done")
    row, note = await _read_done(deps, click.request.key, click.value)
    if row and click.request.on_home:
        told = step_views.step_words(deps.render, step_views.step_view_of(deps, row), note=note)
        await deps.features.refresh_after(deps, click, note=told)
    else:
        await redraw_step(deps, click, click.value, note=note)


async def done_said(deps: Deps, request: Request, _meaning: Meaning) -> None:
    """Mark the chosen step as done; ask first where something else may be meant."""
    async with deps.database.read() as session:
        current = await step_rows.current(session, request.key)
        is_clear = not await assessments.list_open(session, request.key)
        is_assessed = await assessments.latest(session, request.key) is not None
    if current is None:
        answer = _nothing_chosen(deps) if is_assessed else _no_step(deps)
    elif current.state == "trying" and is_clear:
        await _settle(deps, request.key, current.id, "done")
        row, note = await _read_done(deps, request.key, current.id)
        done = step_views.step_view_of(deps, row) if row else None
        answer = step_card(deps.render, done, note=note) if done else _nothing_chosen(deps)
    else:
        answer = _done_question(deps, current)
    await Reply(deps, request).privately(answer)


async def _read_done(deps: Deps, key: MemberKey, step_id: str) -> tuple[Step | None, str | None]:
    """Return a step that the member did, and the look back that comes after every fifth one."""
    async with deps.database.read() as session:
        row = await step_rows.get(session, key, step_id)
        return row, await service.look_back(session, deps, row) if row else None


def _nothing_chosen(deps: Deps) -> Message:
    text = deps.render("steps/nothing_chosen")
    return Message(text=text, blocks=[paragraph(text), row(button("Next step", action=TIP))])


def _done_question(deps: Deps, step: Step) -> Message:
    text = deps.render("steps/is_it_done", title=step_rows.tip_of(step).title)
    buttons = row(
        button("Yes, it is done", action=DONE, value=step.id, style="primary"),
        button("Show the step", action=TIP),
    )
    return Message(text=text, blocks=[paragraph(text), buttons])


async def step_refused(deps: Deps, click: Click) -> None:
    """Handle "Not for me"."""
    await _settle(deps, click.request.key, click.value, "refused")
    await redraw_step(deps, click, click.value)


async def step_another(deps: Deps, click: Click) -> None:
    """Handle "Show another": the next step replaces this one."""
    await _replace(deps, click, step_id=click.value)


async def focus_chosen(deps: Deps, click: Click) -> None:
    """Offer a step for the question that the member chose."""
    assessment_id, _, question = click.value.partition("|")
    async with deps.database.read() as session:
        row = await assessments.get(session, click.request.key.workspace_id, assessment_id)
        step = await step_rows.latest_after(session, row) if row else None
    await _replace(deps, click, step_id=step.id if step else "", focus=question)


async def _settle(
    deps: Deps, key: MemberKey, step_id: str, state: Literal["done", "refused"]
) -> None:
    """Save how the step went; for another step than the current one too, such as one that waits again."""
    async with deps.database.write() as session:
        # The member is locked first, as an erasure does, so that the two cannot deadlock.
        known = await members.lock(session, key, is_alone=True)
        row = await step_rows.get(session, key, step_id) if known else None
        if row and await step_rows.settle(session, key, row.id, state, now=deps.now()):
            if state == "done":
                await step_rows.record_practice(session, key, row, "done", now=deps.now())
            await planner.replan_after_activity(session, deps, key)


async def _replace(deps: Deps, click: Click, *, step_id: str, focus: str | None = None) -> None:
    note, key = None, click.request.key
    async with deps.database.write() as session:
        await members.lock(session, key, is_alone=True)
        row = await step_rows.get(session, key, step_id)
        if row and row.state in step_rows.OPEN_STATES:
            before = (await step_rows.tip_history(session, key)).shown
            focus = focus or await service.question_of_step(session, row)
            new = await _next(session, deps, row, focus=focus)
            if new is None:
                note = deps.render("steps/no_other_step")
            else:
                note = deps.render("steps/again") if new.tip_id in before else None
                step_id = new.id
        elif row and row.state == "passed":
            step_id = await _replacement(session, row) or step_id
    await redraw_step(deps, click, step_id, note=note)


async def _replacement(session: Session, row: Step) -> str | None:
    """Return the step that replaced this one, for a second click; None if another framework gave it."""
    key = member_of(row)
    current = await step_rows.current(session, key)
    there = [*await step_offers.list_waiting(session, key), *([current] if current else [])]
    return next((step.id for step in there if step.assessment_id == row.assessment_id), None)


async def _next(session: Session, deps: Deps, row: Step, *, focus: str | None) -> Step | None:
    """Offer the next step of the same assessment; None when there is no other one."""
    assessment = await _assessment(session, row)
    if assessment is None:
        return None
    given = await given_answers.levels_by_item(session, assessment)
    chosen = await service.choose_step(session, deps, assessment, answers=given, focus=focus)
    if chosen is None or chosen.id == row.tip_id:
        return None
    return await step_offers.offer(
        session, member_of(row), chosen, assessment_id=assessment.id, now=deps.now()
    )


async def redraw_step(deps: Deps, click: Click, step_id: str, *, note: str | None = None) -> None:
    """Update what was clicked: the Home tab, the result, or the step's own card."""
    async with deps.database.read() as session:
        row = await step_rows.get(session, click.request.key, step_id)
        message = await _message_of(session, deps, click, row, note=note) if row else None
    if message is None:
        await Reply(deps, click.request).replace(notice(deps.render("steps/replaced")))
    elif click.message_ts and click.request.channel:
        await Reply(deps, click.request).replace(message)
    else:
        await deps.features.refresh_after(deps, click)


async def _message_of(
    session: Session, deps: Deps, click: Click, row: Step, *, note: str | None
) -> Message:
    """Return the result card when the click was there, else the step's own card."""
    assessment = await _assessment(session, row)
    if assessment and click.message_ts == assessment.card_ts:
        loaded = replace(await load(session, deps, assessment), step=row)
        return await cards.draw_card(session, deps, loaded, note=note)
    step = await step_views.load_step_view(session, deps, row)
    return step_card(deps.render, step, note=note)


async def _assessment(session: Session, row: Step) -> Assessment | None:
    if row.assessment_id is None:
        return None
    return await assessments.get(session, row.workspace_id, row.assessment_id)


async def example_asked(deps: Deps, click: Click) -> None:
    """Open a window with the step in full."""
    await open_and_fill(
        deps,
        click.request,
        step_views.EXAMPLE_TITLE,
        callback=step_views.EXAMPLE_VIEW,
        content=partial(_example, deps, click.request.key, click.value),
    )


async def _example(deps: Deps, key: MemberKey, step_id: str) -> View:
    async with deps.database.read() as session:
        row = await step_rows.get(session, key, step_id)
    return step_views.example_view(deps.render, step_views.step_view_of(deps, row) if row else None)


async def step_asked(deps: Deps, click: Click) -> None:
    """Show the current or the next step: on Home, in the message that was clicked, or in a new message."""
    step = None
    if click.request.on_home:
        step = await offer_step(deps, click.request)
    elif click.value == HERE:
        step = await _step_for(deps, click)
    if step:
        await redraw_step(deps, click, step.id)
    else:
        await post_step(deps, click.request)


async def _step_for(deps: Deps, click: Click) -> Step | None:
    """Return the step to show in this message.

    A result shows only its own steps, and only the latest result of a framework gets a new one.
    """
    key = click.request.key
    async with deps.database.write() as session:
        past = await assessments.history(session, key)
        result = next((row for row in past if row.card_ts == click.message_ts), None)
        if result is None:
            return await service.current_or_next(session, deps, key)
        current = await step_rows.current(session, key)
        waiting = await step_offers.list_waiting(session, key)
        upcoming = current or next(iter(waiting), None)
        if upcoming:
            is_of_result = upcoming.assessment_id == result.id
            return await service.current_or_next(session, deps, key) if is_of_result else None
        latest = next(row for row in past if row.framework == result.framework)
        if latest.id != result.id:
            return None
        return await service.offer_another(session, deps, key, framework=result.framework)
