"""The forms of a plan: the idea, a risk, and the limits; what is saved may have gaps."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.sandbox.forms import FormState, answer_form, closed_window, sent, typed
from bot.features.sandbox.handlers import plan_message, problem_text
from bot.features.sandbox.note_views import not_saved
from bot.features.sandbox.plan_form_views import (
    IDEA_TITLE,
    IDEA_VIEW,
    LIMITS_TITLE,
    LIMITS_VIEW,
    MITIGATION,
    RISK_TITLE,
    RISK_VIEW,
    LimitsChoice,
    idea_form,
    limits_form,
    risk_form,
    with_idea,
    with_limits,
)
from bot.features.sandbox.plan_queries import own_plan
from bot.features.sandbox.service import offer, permission_titles
from bot.slack.payloads import Click, Request, Submission
from bot.slack.replies import is_first_delivery, is_submitted, open_and_fill
from coaching.sandbox import EDITABLE, ChosenRisk, PlanFacts, allowed_data, grantable
from storage.sandbox import plan_rows, plans, supervisors
from storage.sandbox.plan_rows import Plan

Change = Callable[[PlanFacts], PlanFacts]


async def plan_started(deps: Deps, click: Click) -> None:
    """Open the empty form of the idea; the draft is made when it is saved."""
    content = partial(_idea, deps, click.request, "")
    await open_and_fill(deps, click.request, IDEA_TITLE, callback=IDEA_VIEW, content=content)


async def idea_asked(deps: Deps, click: Click) -> None:
    """Open the form of the idea with what the draft says."""
    content = partial(_idea, deps, click.request, click.value)
    await open_and_fill(deps, click.request, IDEA_TITLE, callback=IDEA_VIEW, content=content)


async def _idea(deps: Deps, request: Request, plan_id: str) -> View:
    facts = await _editable(deps, request, plan_id) if plan_id else PlanFacts()
    if facts is None:
        return closed_window(deps, IDEA_TITLE, IDEA_VIEW)
    state = FormState.of(request, plan_id)
    classes, nevers = allowed_data(offer(deps)), deps.library.everything.sandbox.nevers
    return idea_form(deps.render, state, facts, classes=classes, nevers=nevers)


async def risk_picked(deps: Deps, click: Click) -> None:
    """Open the form of a risk that was chosen from a menu, with the suggestion where nothing was written."""
    plan_id, _, risk_id = click.value.partition("|")
    content = partial(_risk, deps, click.request, plan_id, risk_id)
    await open_and_fill(deps, click.request, RISK_TITLE, callback=RISK_VIEW, content=content)


async def _risk(deps: Deps, request: Request, plan_id: str, risk_id: str) -> View:
    facts = await _editable(deps, request, plan_id)
    risk = next((one for one in deps.library.everything.sandbox.risks if one.id == risk_id), None)
    if facts is None or risk is None:
        return closed_window(deps, RISK_TITLE, RISK_VIEW)
    written = next((one.mitigation for one in facts.risks if one.id == risk_id), "")
    state = FormState.of(request, plan_id, risk_id)
    return risk_form(deps.render, state, risk.text, written or risk.mitigation)


async def limits_asked(deps: Deps, click: Click) -> None:
    """Open the form of the limits."""
    content = partial(_limits, deps, click.request, click.value)
    await open_and_fill(deps, click.request, LIMITS_TITLE, callback=LIMITS_VIEW, content=content)


async def _limits(deps: Deps, request: Request, plan_id: str) -> View:
    facts = await _editable(deps, request, plan_id)
    if facts is None:
        return closed_window(deps, LIMITS_TITLE, LIMITS_VIEW)
    async with deps.database.read() as session:
        people = await supervisors.candidates(session, request.key, now=deps.now())
    titles = permission_titles(deps)
    permissions = [(titles[one], one) for one in grantable(offer(deps), facts.data)]
    choice = LimitsChoice(people, permissions)
    return limits_form(deps.render, FormState.of(request, plan_id), facts, choice)


async def _editable(deps: Deps, request: Request, plan_id: str) -> PlanFacts | None:
    """Return what the member's plan says; None when they have none with this id that can be changed."""
    async with deps.database.read() as session:
        plan = await own_plan(session, request.key, plan_id)
    return plan.facts if plan and plan.status in EDITABLE else None


async def idea_sent(deps: Deps, submission: Submission) -> None:
    """Save the idea, in a new draft where there is none yet, and show the plan."""
    await _save(deps, submission, lambda facts: with_idea(facts, submission))


async def limits_sent(deps: Deps, submission: Submission) -> None:
    """Save the limits, and show the plan."""
    await _save(deps, submission, lambda facts: with_limits(facts, submission))


async def risk_sent(deps: Deps, submission: Submission) -> None:
    """Save a risk with what is done about it, and show the plan."""
    risk = ChosenRisk(FormState.parse(submission.carried).about, typed(submission, MITIGATION))

    def with_risk(facts: PlanFacts) -> PlanFacts:
        known = {one.id: one for one in facts.risks} | {risk.id: risk}
        return replace(facts, risks=tuple(known.values()))

    await _save(deps, submission, with_risk)


async def _save(deps: Deps, submission: Submission, change: Change) -> None:
    """Save what a form changes in a draft, and show it; a repeated delivery changes nothing.

    What was typed comes back to the member where it could not be saved.
    """
    state, request = sent(submission)
    if await is_submitted(deps, request):
        return
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        key, plan_id, now = request.key, state.plan_id or None, deps.now()
        before = await plan_rows.locked(session, key, plan_id) if plan_id else None
        facts = change(before.facts if before else PlanFacts())
        saved = await plans.save_draft(session, key, facts, plan_id=plan_id, now=now)
    if isinstance(saved, Plan):
        await answer_form(deps, request, await plan_message(deps, request, saved.id))
    else:
        words = [text for action, text in submission.written.items() if action != "try_supervisor"]
        text = problem_text(deps, saved)
        leave = state.plan_id
        await answer_form(deps, request, not_saved(deps.render, text, words, leave=leave))
