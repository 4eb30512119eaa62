"""The forms of a plan that runs or ended: a sentence about a week, the look halfway, and the report."""

from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.sandbox.forms import FormState, answer_form, closed_window, sent, typed
from bot.features.sandbox.handlers import plan_message
from bot.features.sandbox.note_views import (
    HALFWAY_TITLE,
    HALFWAY_VIEW,
    WEEK_TITLE,
    WEEK_VIEW,
    WORDS,
    halfway_form,
    not_saved,
    week_form,
    week_said_card,
)
from bot.features.sandbox.plan_queries import own_plan, own_view
from bot.features.sandbox.report_views import (
    REPORT_TITLE,
    REPORT_VIEW,
    report_form,
    typed_report,
)
from bot.features.sandbox.told import HALFWAY_SAID, REPORTED, tell_supervisor
from bot.slack.payloads import Click, Request, Submission
from bot.slack.replies import is_first_delivery, is_submitted, open_and_fill, unknown_click
from coaching.sandbox import HAPPENED
from storage.sandbox import notes, reports
from storage.sandbox.notes import Note


async def sentence_asked(deps: Deps, click: Click) -> None:
    """Open the form of a sentence about a week, after one of the three answers."""
    plan_id, _, rest = click.value.partition("|")
    week, _, how = rest.partition("|")
    if not (week.isascii() and week.isdecimal() and len(week) < 3) or how not in HAPPENED:
        await unknown_click(deps, click)
        return
    state = FormState.of(click.request, plan_id, how, week=int(week))
    content = partial(_week, deps, click.request, state)
    await open_and_fill(deps, click.request, WEEK_TITLE, callback=WEEK_VIEW, content=content)


async def _week(deps: Deps, request: Request, state: FormState) -> View:
    async with deps.database.read() as session:
        plan = await own_plan(session, request.key, state.plan_id)
        every = await notes.of_plan(session, plan.workspace_id, plan.id) if plan else []
    if plan is None or plan.state != "running":
        return closed_window(deps, WEEK_TITLE, WEEK_VIEW)
    said = next((one for one in every if one.kind == "week" and one.week == state.week), None)
    return week_form(deps.render, state, said.words if said else "")


async def sentence_sent(deps: Deps, submission: Submission) -> None:
    """Save a sentence about a week, and show what was saved."""
    state, request = sent(submission)
    how = next((one for one in HAPPENED if one == state.about), None)
    if how is None or await is_submitted(deps, request):
        return
    words = typed(submission, WORDS)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        key, week, now = request.key, state.week, deps.now()
        said = await notes.week_line(session, key, state.plan_id, week, how, words=words, now=now)
        plan = await own_plan(session, key, state.plan_id)
    if isinstance(said, Note) and plan:
        await answer_form(deps, request, week_said_card(deps.render, plan, said))
    else:
        await _refuse(deps, request, state, str(said), [words])


async def halfway_asked(deps: Deps, click: Click) -> None:
    """Open the form of the look halfway, with what was said before."""
    state = FormState.of(click.request, click.value)
    content = partial(_halfway, deps, click.request, state)
    await open_and_fill(deps, click.request, HALFWAY_TITLE, callback=HALFWAY_VIEW, content=content)


async def _halfway(deps: Deps, request: Request, state: FormState) -> View:
    async with deps.database.read() as session:
        view = await own_view(session, deps, request.key, state.plan_id)
    if view is None or not view.can_look_halfway:
        return closed_window(deps, HALFWAY_TITLE, HALFWAY_VIEW)
    said = view.halfway
    return halfway_form(deps.render, state, view.plan, said.words if said else "")


async def halfway_sent(deps: Deps, submission: Submission) -> None:
    """Save the look halfway, tell the supervisor, and show the plan."""
    state, request = sent(submission)
    if await is_submitted(deps, request):
        return
    words = typed(submission, WORDS)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        key, now = request.key, deps.now()
        said = await notes.say_halfway(session, key, state.plan_id, words, now=now)
        plan = await own_plan(session, key, state.plan_id)
        if isinstance(said, Note) and plan:
            await tell_supervisor(session, deps, plan, HALFWAY_SAID)
    if isinstance(said, Note):
        note = deps.render("sandbox/halfway_sent")
        await answer_form(
            deps, request, await plan_message(deps, request, state.plan_id, note=note)
        )
    else:
        await _refuse(deps, request, state, said, [words])


async def report_asked(deps: Deps, click: Click) -> None:
    """Open the form of the report, with what was reported before."""
    state = FormState.of(click.request, click.value)
    content = partial(_report, deps, click.request, state)
    await open_and_fill(deps, click.request, REPORT_TITLE, callback=REPORT_VIEW, content=content)


async def _report(deps: Deps, request: Request, state: FormState) -> View:
    async with deps.database.read() as session:
        view = await own_view(session, deps, request.key, state.plan_id)
    if view is None or not view.can_report:
        return closed_window(deps, REPORT_TITLE, REPORT_VIEW)
    facts = view.report.facts if view.report else None
    return report_form(deps.render, state, view.plan, facts)


async def report_sent(deps: Deps, submission: Submission) -> None:
    """Save a report, tell the supervisor, and show the plan."""
    state, request = sent(submission)
    if await is_submitted(deps, request):
        return
    facts = typed_report(submission)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        done = await reports.save(session, request.key, state.plan_id, facts, now=deps.now())
        if not isinstance(done, str):
            await tell_supervisor(session, deps, done[0], REPORTED)
    if isinstance(done, str):
        words = [facts.happened, facts.numbers, facts.surprised, facts.others]
        await _refuse(deps, request, state, done, words)
    else:
        note = deps.render("sandbox/reported")
        await answer_form(
            deps, request, await plan_message(deps, request, state.plan_id, note=note)
        )


async def _refuse(
    deps: Deps, request: Request, state: FormState, why: str, words: list[str]
) -> None:
    """Say why something wasn't saved, with what was written."""
    text = deps.render("sandbox/not_saved", why=why)
    await answer_form(deps, request, not_saved(deps.render, text, words, leave=state.plan_id))
