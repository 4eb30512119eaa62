"""What a supervisor sees of a plan, and the forms in which they decide, extend and answer."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.features.sandbox.forms import FormState, field, text_field, to_send
from bot.features.sandbox.plan_form_views import MOST_PERMISSIONS, TIME_BOXES
from bot.features.sandbox.plan_views import PlanView, show_plan, title_words
from bot.features.sandbox.views import TRY_OVERVIEW, title_of
from bot.features.sandbox.words import author, days_words
from bot.slack.api import Message
from bot.slack.blocks import button, checks, fine_print, menu, modal, paragraph, row
from bot.slack.pages import Page
from bot.slack.phrases import MemberClock, capitalized, who
from coaching.safe_text import Render
from storage.sandbox.plan_rows import Plan

OVERSEE_APPROVE = "try_oversee_approve"
OVERSEE_RETURN = "try_oversee_return"
OVERSEE_DECLINE = "try_oversee_decline"
OVERSEE_STOP = "try_oversee_stop"
OVERSEE_EXTEND = "try_oversee_extend"
OVERSEE_HALFWAY = "try_oversee_halfway"
OVERSEE_REPORT = "try_oversee_report"

APPROVE_VIEW, WORDS_VIEW, EXTEND_VIEW = (
    *("try_approve_view", "try_oversee_words_view", "try_extend_view"),
)
APPROVE_TITLE, EXTEND_TITLE = "Approve the plan", "Extend it"

GRANTED, WORDS, DAYS = "try_granted", "try_oversee_words", "try_oversee_days"

ACTS = {
    "returned": ("Return with words", "What they read", "Return it"),
    "declined": ("Decline the plan", "Why", "Decline it"),
    "halfway": ("Answer halfway", "What they read", "Send"),
    "report": ("Answer the report", "What they read", "Send"),
}
"""The title, the label of the field, and the button of each form that takes words alone."""


def overseen_card(render: Render, view: PlanView, at: int = 0) -> Message:
    """Return a page of a plan as its supervisor sees it, with what they can do."""
    page = Page(render)
    show_plan(render, page, view, at)
    acts = _acts(view)
    if acts:
        page.show(row(*acts))
    page.show(row(button("All plans", action=TRY_OVERVIEW)))
    page.small(render("sandbox/for_supervisor", who=who(view.plan.user_id)))
    return page.message()


def _acts(view: PlanView) -> list[ButtonElement]:
    plan, halfway, report = view.plan, view.halfway, view.report
    acts = []
    if plan.state == "asked":
        acts += [
            button("Approve", action=OVERSEE_APPROVE, value=plan.id, style="primary"),
            button("Return with words", action=OVERSEE_RETURN, value=plan.id),
            button("Decline", action=OVERSEE_DECLINE, value=plan.id),
        ]
    if plan.state == "running":
        acts.append(button("Stop now", action=OVERSEE_STOP, value=plan.id, style="danger"))
        if plan.extended_at is None:
            acts.append(button("Extend it", action=OVERSEE_EXTEND, value=plan.id))
    if halfway and not halfway.answer:
        acts.append(button("Answer the halfway note", action=OVERSEE_HALFWAY, value=plan.id))
    if report and not report.answer:
        acts.append(
            button("Answer the report", action=OVERSEE_REPORT, value=plan.id, style="primary")
        )
    return acts


def approve_form(
    render: Render, state: FormState, view: PlanView, grantable: Sequence[tuple[str, str, int]]
) -> View:
    """Return the form that approves a plan.

    `grantable` are (name, id, days left) of the permissions that the plan asks for and may be granted.
    """
    plan = view.plan
    short = [title_words(view, one) for _, one, left in grantable if left < plan.days]
    options = [(name, one) for name, one, left in grantable if left >= plan.days]
    blocks: list[Block] = [
        paragraph(
            render(
                "sandbox/approve_form",
                who=author(plan),
                plan=title_of(render, plan),
                days=days_words(plan.days),
            )
        )
    ]
    if options:
        ticked = {one for _, one in options}
        element = checks(action=GRANTED, options=options[:MOST_PERMISSIONS], chosen=ticked)
        blocks.append(field("Permissions until the end", element, is_optional=True))
    blocks += [fine_print(render("sandbox/over_limit", titles=[str(one)])) for one in short]
    blocks.append(text_field("What they read", WORDS, is_optional=True))
    return to_send(modal(APPROVE_TITLE, blocks, callback=APPROVE_VIEW), state, "Approve")


def words_form(render: Render, state: FormState, plan: Plan) -> View:
    """Return the form for the words of a supervisor: a return, a decline, or an answer."""
    title, label, send = ACTS[state.about]
    told = render(
        "sandbox/words_form", act=state.about, who=author(plan), plan=title_of(render, plan)
    )
    blocks: list[Block] = [paragraph(told), text_field(label, WORDS)]
    return to_send(modal(title, blocks, callback=WORDS_VIEW), state, send)


def extend_form(render: Render, state: FormState, plan: Plan, clock: MemberClock) -> View:
    """Return the form that lets a plan run longer, once."""
    until = clock.around(plan.ends_at) if plan.ends_at else None
    options = [(str(capitalized(days_words(one))), str(one)) for one in TIME_BOXES]
    blocks: list[Block] = [
        paragraph(render("sandbox/extend_form", plan=title_of(render, plan), until=until)),
        field("How much longer", menu("Choose one", action=DAYS, options=options)),
        text_field("Why", WORDS),
    ]
    return to_send(modal(EXTEND_TITLE, blocks, callback=EXTEND_VIEW), state, "Extend")
