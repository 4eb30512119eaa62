"""The card of `/rungs try`: a member's plans, and those that they supervise."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.features.sandbox.words import state_words
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph, row, shortened
from bot.slack.pages import Page
from bot.slack.phrases import MemberClock, counted, who
from coaching.safe_text import Render
from storage.sandbox.plan_rows import Plan

TRY = "try_asked"
TRY_OVERVIEW = "try_overview"
TRY_TURN = "try_overview:"
TRY_START = "try_started"
TRY_LIST = "try_list"
TRY_PLAN = "try_plan_opened"
TRY_OVERSEE = "try_overseen_opened"

MOST_SHOWN = 8
"""How many plans of each kind a page of the card shows."""

LONGEST_TITLE = 150
"""Characters of the question, where it stands for the plan."""


@dataclass(frozen=True)
class Overview:
    """The plans of a member, those that wait for them, and the others that they supervise; newest first."""

    own: Sequence[Plan]
    waiting: Sequence[Plan]
    supervised: Sequence[Plan]
    clock: MemberClock
    has_supervisors: bool
    sees_register: bool


def overview_card(
    render: Render, shown: Overview, *, at: int = 0, note: str | None = None
) -> Message:
    """Return a page of the answer to `/rungs try`; `note` says what was done."""
    page = Page(render)
    page.tell(note or "", render("sandbox/about"), between="\n\n")
    if not shown.has_supervisors:
        page.tell(render("sandbox/nobody"))
    lists = (
        ("sandbox/waiting", shown.waiting),
        ("sandbox/supervised", shown.supervised),
        ("sandbox/yours", shown.own),
    )
    longest = max(len(plans) for _, plans in lists)
    at = min(max(at, 0), max(longest - 1, 0) // MOST_SHOWN)
    for heading, plans in lists:
        here = plans[at * MOST_SHOWN : (at + 1) * MOST_SHOWN]
        _plans(render, page, heading, here, shown.clock, is_own=plans is shown.own)
    has_more = longest > (at + 1) * MOST_SHOWN
    page.show(
        row(
            button("Start a plan", action=TRY_START, style="primary"),
            button("See all sandboxes", action=TRY_LIST) if shown.sees_register else None,
            button("Previous page", action=f"{TRY_TURN}back", value=str(at - 1)) if at else None,
            button("Next page", action=f"{TRY_TURN}on", value=str(at + 1)) if has_more else None,
        )
    )
    page.small(render("sandbox/good_faith"))
    return page.message()


def home_block(render: Render, waiting: Sequence[Plan], clock: MemberClock) -> Block | None:
    """Return the line for the Home tab of a supervisor; None while no plan waits."""
    asked = [plan.asked_at for plan in waiting if plan.asked_at]
    if not asked:
        return None
    text = render(
        "sandbox/home",
        many=counted(len(asked), "plan"),
        is_one=len(asked) == 1,
        day=clock.day(min(asked)),
    )
    return paragraph(text, beside=button("Open sandboxes", action=TRY))


def _plans(
    render: Render,
    page: Page,
    heading: str,
    plans: Sequence[Plan],
    clock: MemberClock,
    *,
    is_own: bool,
) -> None:
    if not plans:
        return
    page.tell(render(heading))
    for plan in plans:
        text = render(
            "sandbox/line",
            plan=title_of(render, plan),
            who=None if is_own else who(plan.user_id),
            state=state_words(render, plan, clock, is_own=is_own),
        )
        action = TRY_PLAN if is_own else TRY_OVERSEE
        see = button("Open", action=action, value=plan.id, spoken=f"Open: {title_of(render, plan)}")
        page.show(paragraph(text, beside=see))
        page.aloud(text)


def title_of(render: Render, plan: Plan) -> str:
    """Return the question of a plan on one line, shortened; not escaped."""
    words = " ".join(plan.question.split())
    return shortened(words, LONGEST_TITLE) or render("sandbox/untitled")
