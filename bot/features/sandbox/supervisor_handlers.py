"""What a supervisor does with a plan: approve, return or decline it, stop or extend it, answer in words."""

from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.sandbox.forms import (
    FormState,
    answer_form,
    closed_window,
    kept_words,
    sent,
    typed,
)
from bot.features.sandbox.handlers import show_plan
from bot.features.sandbox.plan_form_views import TIME_BOXES
from bot.features.sandbox.plan_queries import overseen_plan, overseen_view
from bot.features.sandbox.plan_views import PlanView
from bot.features.sandbox.service import offer, permission_titles
from bot.features.sandbox.supervisor_views import (
    ACTS,
    APPROVE_TITLE,
    APPROVE_VIEW,
    DAYS,
    EXTEND_TITLE,
    EXTEND_VIEW,
    GRANTED,
    OVERSEE_DECLINE,
    OVERSEE_HALFWAY,
    OVERSEE_REPORT,
    OVERSEE_RETURN,
    WORDS,
    WORDS_VIEW,
    approve_form,
    extend_form,
    overseen_card,
    words_form,
)
from bot.features.sandbox.told import ANSWERED, DECIDED, ENDED, EXTENDED, tell_member
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.payloads import Click, Request, Submission, Ticks
from bot.slack.phrases import listed
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_and_fill, unknown_click
from coaching.members import MemberKey
from coaching.safe_text import escape
from coaching.sandbox import grantable
from storage.database import Session
from storage.sandbox import decisions, ends, notes, reports, supervisors
from storage.sandbox.decisions import OverLimit
from storage.sandbox.plan_rows import Plan

ACT_OF = {
    OVERSEE_RETURN: "returned",
    OVERSEE_DECLINE: "declined",
    OVERSEE_HALFWAY: "halfway",
    OVERSEE_REPORT: "report",
}
"""What the words are for, by the button that asks for them."""


async def overseen_opened(deps: Deps, click: Click) -> None:
    """Show a plan to its supervisor in the place of a card."""
    card = await overseen_message(deps, click.request, click.value)
    await Reply(deps, click.request).replace(card)


async def overseen_told(deps: Deps, click: Click) -> None:
    """Answer the button of a notice with the plan."""
    card = await overseen_message(deps, click.request, click.value)
    await Reply(deps, click.request).privately(card)


async def page_turned(deps: Deps, click: Click) -> None:
    """Show another page of a plan, to its member or to its supervisor."""
    plan_id, _, rest = click.value.partition("|")
    page, _, is_own = rest.partition("|")
    at = int(page) if page.isascii() and page.isdecimal() and len(page) < 4 else 0
    if is_own == "1":
        await show_plan(deps, click.request, plan_id, at=at)
    else:
        card = await overseen_message(deps, click.request, plan_id, at=at)
        await Reply(deps, click.request).replace(card)


async def overseen_message(
    deps: Deps, request: Request, plan_id: str, *, at: int = 0, note: str | None = None
) -> Message:
    """Return a page of a plan to its supervisor; that it is gone for everybody else."""
    async with deps.database.read() as session:
        view = await overseen_view(session, deps, request.key, plan_id, note=note)
    if view is None:
        return notice(deps.render("sandbox/not_yours"))
    return overseen_card(deps.render, view, at)


async def stopped_by_supervisor(deps: Deps, click: Click) -> None:
    """Stop a plan that runs, at once, and tell its member."""
    key = click.request.key
    async with deps.database.write() as session:
        plan = await overseen_plan(session, deps, key, click.value)
        done = await ends.stop(session, key, click.value, now=deps.now()) if plan else "gone"
        if isinstance(done, Plan):
            await tell_member(session, deps, done, ENDED)
    was_stopped = plan is not None and plan.end_reason == "stopped_by_supervisor"
    is_stopped = isinstance(done, Plan) or was_stopped
    note = deps.render("sandbox/stopped_by_you" if is_stopped else "sandbox/gone")
    card = await overseen_message(deps, click.request, click.value, note=note)
    await Reply(deps, click.request).replace(card)


async def approve_asked(deps: Deps, click: Click) -> None:
    """Open the form that approves a plan."""
    content = partial(_approve, deps, click.request, click.value)
    await open_and_fill(deps, click.request, APPROVE_TITLE, callback=APPROVE_VIEW, content=content)


async def _approve(deps: Deps, request: Request, plan_id: str) -> View:
    async with deps.database.read() as session:
        view = await overseen_view(session, deps, request.key, plan_id)
        if view is None or view.plan.state != "asked" or view.plan.key is None:
            return closed_window(deps, APPROVE_TITLE, APPROVE_VIEW, "sandbox/not_yours")
        able = grantable(offer(deps), view.plan.data)
        asked = [one for one in view.plan.facts.permissions if one in able]
        left = await supervisors.days_left_for(session, view.plan.key, asked, now=deps.now())
    titles = permission_titles(deps)
    permissions = [(titles[one], one, left[one]) for one in asked]
    return approve_form(deps.render, FormState.of(request, plan_id, "approved"), view, permissions)


async def approved(deps: Deps, submission: Submission) -> None:
    """Approve a plan with the permissions that were ticked, and tell its member."""
    state, request = sent(submission)
    if await is_submitted(deps, request):
        return
    granted = submission.ticked.get(GRANTED, Ticks()).now
    words, now = typed(submission, WORDS), deps.now()
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        done = await decisions.approve(
            session, request.key, state.plan_id, granted, offer(deps), words=words, now=now
        )
        if isinstance(done, Plan):
            await tell_member(session, deps, done, DECIDED)
    await _answer(deps, request, state, done, words)


async def words_asked(deps: Deps, click: Click) -> None:
    """Open the form for the words with which a plan is returned, declined or answered."""
    act = ACT_OF.get(click.action_id)
    if act is None:
        await unknown_click(deps, click)
        return
    content = partial(_words, deps, click.request, FormState.of(click.request, click.value, act))
    title = ACTS[act][0]
    await open_and_fill(deps, click.request, title, callback=WORDS_VIEW, content=content)


async def _words(deps: Deps, request: Request, state: FormState) -> View:
    async with deps.database.read() as session:
        view = await overseen_view(session, deps, request.key, state.plan_id)
    if view is None or not _can(view, state.about):
        return closed_window(deps, ACTS[state.about][0], WORDS_VIEW, "sandbox/not_yours")
    return words_form(deps.render, state, view.plan)


def _can(view: PlanView, act: str) -> bool:
    """Return whether such words can be said of the plan as it stands."""
    if act == "halfway":
        return bool(view.halfway and not view.halfway.answer)
    if act == "report":
        return bool(view.report and not view.report.answer)
    return view.plan.state == "asked"


async def words_sent(deps: Deps, submission: Submission) -> None:
    """Return, decline or answer a plan with words, and tell its member."""
    state, request = sent(submission)
    if state.about not in ACTS or await is_submitted(deps, request):
        return
    words = typed(submission, WORDS)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        done = await _say(session, deps, request.key, state, words)
        if isinstance(done, Plan):
            is_answer = state.about in ("halfway", "report")
            await tell_member(session, deps, done, ANSWERED if is_answer else DECIDED)
    await _answer(deps, request, state, done, words)


async def _say(
    session: Session, deps: Deps, by: MemberKey, state: FormState, words: str
) -> Plan | str:
    """Store the words where they belong; return the plan, or why not."""
    plan_id, now = state.plan_id, deps.now()
    if await overseen_plan(session, deps, by, plan_id) is None:
        return "gone"
    if state.about == "returned":
        return await decisions.give_back(session, by, plan_id, words, now=now)
    if state.about == "declined":
        return await decisions.decline(session, by, plan_id, words, now=now)
    if state.about == "halfway":
        answered = await notes.answer_halfway(session, by, plan_id, words, now=now)
        return answered if isinstance(answered, str) else answered[0]
    reported = await reports.answer(session, by, plan_id, words, now=now)
    return reported if isinstance(reported, str) else reported[0]


async def extend_asked(deps: Deps, click: Click) -> None:
    """Open the form that lets a plan run longer."""
    content = partial(_extend, deps, click.request, click.value)
    await open_and_fill(deps, click.request, EXTEND_TITLE, callback=EXTEND_VIEW, content=content)


async def _extend(deps: Deps, request: Request, plan_id: str) -> View:
    async with deps.database.read() as session:
        view = await overseen_view(session, deps, request.key, plan_id)
    if view is None or view.plan.state != "running" or view.plan.extended_at:
        return closed_window(deps, EXTEND_TITLE, EXTEND_VIEW, "sandbox/not_yours")
    state = FormState.of(request, plan_id, "extended")
    return extend_form(deps.render, state, view.plan, view.clock)


async def extended(deps: Deps, submission: Submission) -> None:
    """Let a plan run longer, once, and tell its member."""
    state, request = sent(submission)
    if await is_submitted(deps, request):
        return
    chosen, words = submission.chosen.get(DAYS, ""), typed(submission, WORDS)
    days = int(chosen) if chosen in map(str, TIME_BOXES) else 0
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        done = await decisions.extend(
            session, request.key, state.plan_id, days, words, now=deps.now()
        )
        if isinstance(done, Plan):
            await tell_member(session, deps, done, EXTENDED)
    await _answer(deps, request, state, done, words)


async def _answer(
    deps: Deps, request: Request, state: FormState, done: Plan | OverLimit | str, words: str
) -> None:
    """Show the plan with what was done, or why not and the words that were written."""
    if isinstance(done, Plan):
        note = deps.render("sandbox/overseen", act=state.about)
    elif isinstance(done, OverLimit):
        titles = permission_titles(deps)
        over = listed(escape(titles.get(one, one)) for one in done.permissions)
        note = deps.render("sandbox/not_approved", why="over_limit", titles=over)
    else:
        note = deps.render("sandbox/not_approved", why=done, titles=None)
    card = await overseen_message(deps, request, state.plan_id, note=note)
    if not isinstance(done, Plan):
        card = Message(card.text, [*card.blocks, *kept_words(deps.render, [words])])
    await answer_form(deps, request, card)
