"""Deciding about a step: try it, see another one, refuse it, be done with it."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, planning, steps
from bot.delivery import Message
from bot.deps import Deps
from bot.home import refresh_after
from bot.origin import Click
from bot.replies import Reply
from bot.views.notices import notice
from bot.views.tip_card import tip_card
from storage import assessments, members, practices
from storage import steps as step_rows
from storage.steps import State
from storage.tables import Assessment, Step


async def step_tried(deps: Deps, click: Click) -> None:
    """ "I'll try it"."""
    await _mark(deps, click, "trying")


async def step_done(deps: Deps, click: Click) -> None:
    """ "Done"."""
    await _mark(deps, click, "done")


async def step_refused(deps: Deps, click: Click) -> None:
    """ "Not for me"."""
    await _mark(deps, click, "refused")


async def step_another(deps: Deps, click: Click) -> None:
    """ "Show another": this one is let go by, the next one takes its place."""
    await _replace(deps, click, step_id=click.value)


async def focus_chosen(deps: Deps, click: Click) -> None:
    """The next step is to come from another question."""
    assessment_id, _, question = click.value.partition("|")
    async with deps.database.read() as session:
        row = await assessments.get(session, click.origin.key.workspace_id, assessment_id)
        step = await step_rows.latest_of(session, row) if row else None
    await _replace(deps, click, step_id=step.id if step else "", focus=question)


async def _mark(deps: Deps, click: Click, state: State) -> None:
    async with deps.database.write() as session:
        key = click.origin.key
        # The member comes before everything of theirs, as in an erasure.
        known = await members.hold(session, key)
        row = await step_rows.get(session, key, click.value) if known else None
        if row and await step_rows.mark(session, key, row.id, state, now=deps.now()):
            if state == "done":
                await practices.note(session, key, row, "done", now=deps.now())
            await planning.heard(session, deps, key)
    await redraw(deps, click, click.value)


async def _replace(deps: Deps, click: Click, *, step_id: str, focus: str | None = None) -> None:
    note = None
    async with deps.database.write() as session:
        row = await step_rows.get(session, click.origin.key, step_id)
        if row and row.state in ("offered", "trying"):
            before = (await step_rows.past(session, click.origin.key)).shown
            focus = focus or await steps.question_in_hand(session, row)
            new = await _next(session, deps, row, focus=focus)
            if new is None:
                note = deps.render("steps/no_other_step")
            else:
                note = deps.render("steps/again") if new.tip_id in before else None
                step_id = new.id
        elif row and row.state == "passed":
            # Clicked twice: what took its place is shown already, unless another profile gave it.
            current = await step_rows.current(session, click.origin.key)
            is_same = current and current.assessment_id == row.assessment_id
            step_id = current.id if current and is_same else step_id
    await redraw(deps, click, step_id, note=note)


async def _next(session: AsyncSession, deps: Deps, row: Step, *, focus: str | None) -> Step | None:
    """The next step of the same assessment; None when there is no other one."""
    assessment = await _assessment(session, row)
    if assessment is None:
        return None
    given = await assessments.answers(session, assessment)
    tip = await steps.choose(session, deps, assessment, answers=given, focus=focus)
    if tip is None or tip.id == row.tip_id:
        return None
    return await step_rows.offer(
        session, steps.member_of(row), tip, assessment_id=assessment.id, now=deps.now()
    )


async def redraw(deps: Deps, click: Click, step_id: str, *, note: str | None = None) -> None:
    """Bring what was clicked up to date: the Home tab, the result, or a card of its own."""
    async with deps.database.read() as session:
        row = await step_rows.get(session, click.origin.key, step_id)
        message = await _drawn(session, deps, click, row, note=note) if row else None
    if message is None:
        await Reply(deps, click.origin).instead(notice(deps.render("steps/replaced")))
    elif click.message_ts and click.origin.channel:
        await Reply(deps, click.origin).instead(message)
    else:
        await refresh_after(deps, click)


async def _drawn(
    session: AsyncSession, deps: Deps, click: Click, row: Step, *, note: str | None
) -> Message:
    """The result when it was clicked there, else the step's own card."""
    assessment = await _assessment(session, row)
    if assessment and click.message_ts == assessment.card_ts:
        loaded = await cards.load(session, deps, assessment)
        return await cards.draw(session, deps, loaded, note=note)
    return tip_card(deps.render, steps.shown(row), note=note)


async def _assessment(session: AsyncSession, row: Step) -> Assessment | None:
    if row.assessment_id is None:
        return None
    return await assessments.get(session, row.workspace_id, row.assessment_id)
