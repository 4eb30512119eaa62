"""How sandboxes call classes of data, states of plans and what is missing in them."""

from datetime import datetime

from bot.slack.phrases import MemberClock, counted, who, who_first
from coaching.safe_text import Render, SafeText
from coaching.sandbox import REMIND_AFTER
from storage.sandbox.plan_rows import NO_REPORT, Plan


def data_name(render: Render, name: str) -> str:
    """Return what a class of data is called, such as "Public material (anyone may read it)"."""
    return render("rules/class", data=name)


def days_words(days: int) -> SafeText:
    """Return the length of a plan, such as "three days" or "two weeks"."""
    weeks, rest = divmod(days, 7)
    return counted(days, "day") if rest else counted(weeks, "week")


def state_words(render: Render, plan: Plan, clock: MemberClock, *, is_own: bool) -> SafeText:
    """Return the state of a plan in a sentence or two, to its member or to anybody else."""
    on = _moment_of(plan)
    due = plan.ended_at + REMIND_AFTER if plan.ended_at else None
    text = render(
        "sandbox/state",
        state=plan.state,
        is_own=is_own,
        who=who(plan.user_id),
        supervisor=who(plan.supervisor),
        on=clock.day(on) if on else None,
        until=clock.around(plan.ends_at) if plan.ends_at else None,
        due=clock.day(due) if due else None,
        is_due=due is not None and due <= clock.now,
        is_awaited=plan.user_id is not None and plan.end_reason not in NO_REPORT,
        reason=plan.end_reason,
    )
    return SafeText(text.strip())


def _moment_of(plan: Plan) -> datetime | None:
    """Return since when a plan is in its state, as far as it is stored."""
    if plan.state in ("ended", "reported"):
        return plan.ended_at
    return plan.asked_at if plan.state == "asked" else plan.decided_at


def author(plan: Plan) -> SafeText:
    """Return whose plan it is, at the beginning of a sentence; "Someone" when they erased their data."""
    return who_first(plan.user_id)
