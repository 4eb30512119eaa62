"""The register of sandboxes: who tries what, until when, and what they reported."""

from collections.abc import Sequence

from bot.features.sandbox.plan_views import report_parts
from bot.features.sandbox.views import TRY_LIST, TRY_OVERVIEW, title_of
from bot.features.sandbox.words import author, data_name, state_words
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph, row
from bot.slack.pages import Page
from bot.slack.phrases import MemberClock, who
from coaching.safe_text import Render, SafeText
from storage.sandbox.plan_rows import Plan
from storage.sandbox.register import Entry
from storage.sandbox.reports import Report

TRY_REGISTER = "try_list_page:"
TRY_READ = "try_report_read"


def register_card(
    render: Render, entries: Sequence[Entry], clock: MemberClock, *, number: int, has_more: bool
) -> Message:
    """Return a page of the register, newest plans first."""
    page = Page(render)
    page.tell(render("sandbox/register" if entries else "sandbox/register_empty"))
    for entry in entries:
        plan = entry.plan
        text = _line(render, entry, clock)
        see = button(
            "Read the report",
            action=TRY_READ,
            value=f"{plan.id}|{number}",
            spoken=f"Read the report: {title_of(render, plan)}",
        )
        page.show(paragraph(text, beside=see if entry.report else None))
        page.aloud(text)
    turn = f"{TRY_REGISTER}back", f"{TRY_REGISTER}on"
    page.show(
        row(
            button("Newer", action=turn[0], value=str(number - 1)) if number > 1 else None,
            button("Older", action=turn[1], value=str(number + 1)) if has_more else None,
            button("My plans", action=TRY_OVERVIEW),
        )
    )
    page.small(render("sandbox/register_for"))
    return page.message()


def _line(render: Render, entry: Entry, clock: MemberClock) -> str:
    plan = entry.plan
    return render(
        "sandbox/register_line",
        plan=title_of(render, plan),
        who=who(plan.user_id),
        supervisor=who(plan.supervisor),
        tool=plan.tool,
        data=SafeText(data_name(render, plan.data)),
        state=state_words(render, plan, clock, is_own=False),
        verdict=entry.report.verdict if entry.report else None,
    )


def report_card(render: Render, plan: Plan, report: Report, *, number: int) -> Message:
    """Return a report as the register shows it, without the answer; `number` is the page to go back to."""
    page = Page(render)
    page.tell(
        render("sandbox/report_head", plan=plan.question, who=author(plan), tool=plan.tool),
        *report_parts(render, report, with_answer=False),
        between="\n\n",
    )
    page.show(row(button("Back to the list", action=TRY_LIST, value=str(number))))
    return page.message()
