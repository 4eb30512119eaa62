"""The report of a sandbox: its form, and how it is published in a channel."""

from typing import cast, get_args

from slack_sdk.models.blocks import Block, ChannelSelectElement, Option, RadioButtonsElement
from slack_sdk.models.views import View

from bot.features.sandbox.forms import FormState, field, text_field, to_send, typed
from bot.features.sandbox.plan_views import report_parts
from bot.features.sandbox.views import title_of
from bot.slack.api import Message
from bot.slack.blocks import fine_print, modal, paragraph, plain
from bot.slack.pages import MESSAGE_LIMIT, Page
from bot.slack.payloads import Submission
from bot.slack.phrases import who
from coaching.safe_text import Render
from coaching.sandbox import Verdict
from storage.sandbox.plan_rows import Plan
from storage.sandbox.reports import Report, ReportFacts

REPORT_VIEW, PUBLISH_VIEW = "try_report_view", "try_publish_view"
REPORT_TITLE, PUBLISH_TITLE = "What I learned", "Publish the report"

HAPPENED, NUMBERS, SURPRISED, OTHERS, VERDICT = (
    *("try_happened", "try_numbers", "try_surprised", "try_others", "try_verdict"),
)
CHANNEL, NAMED = "try_channel", "try_named"

VERDICT_LABELS = {
    "keep": "Keep: it's worth doing this way",
    "change": "Change: worth it with changes",
    "stop": "Stop: not worth it",
}
NAME_LABELS = {"named": "With my name", "nameless": "Without my name"}


def report_form(render: Render, state: FormState, plan: Plan, facts: ReportFacts | None) -> View:
    """Return the form of a report with what it says already."""
    filled = facts or ReportFacts("", "", "", "", cast("Verdict", ""))
    blocks: list[Block] = [
        paragraph(render("sandbox/report_form", plan=title_of(render, plan))),
        text_field("What happened", HAPPENED, filled.happened),
        text_field("Numbers, if there are any", NUMBERS, filled.numbers, is_optional=True),
        text_field("What surprised me", SURPRISED, filled.surprised),
        text_field("What others would want to know", OTHERS, filled.others),
        field("Keep it, change it, or stop it?", _radios(VERDICT, VERDICT_LABELS, filled.verdict)),
        fine_print(render("sandbox/good_faith")),
    ]
    return to_send(modal(REPORT_TITLE, blocks, callback=REPORT_VIEW), state, "Send")


def _radios(action: str, labels: dict[str, str], chosen: str) -> RadioButtonsElement:
    options = [Option(text=plain(label), value=value) for value, label in labels.items()]
    initial = next((one for one in options if one.value == chosen), None)
    return RadioButtonsElement(action_id=action, options=options, initial_option=initial)


def typed_report(submission: Submission) -> ReportFacts:
    """Return what was typed into the form of a report; the most careful verdict where none was chosen."""
    verdict = submission.chosen.get(VERDICT, "")
    return ReportFacts(
        happened=typed(submission, HAPPENED),
        numbers=typed(submission, NUMBERS),
        surprised=typed(submission, SURPRISED),
        others=typed(submission, OTHERS),
        verdict=cast("Verdict", verdict if verdict in get_args(Verdict) else "change"),
    )


def publish_form(render: Render, state: FormState, plan: Plan, report: Report) -> View:
    """Return the form that publishes a report, with what will be read."""
    channel = ChannelSelectElement(action_id=CHANNEL, placeholder="Choose a channel")
    shown = published(render, plan, report, is_named=False)
    blocks: list[Block] = [
        paragraph(render("sandbox/publish_form")),
        field("Channel", channel),
        field("My name", _radios(NAMED, NAME_LABELS, "nameless")),
        fine_print(render("sandbox/publish_preview")),
        *shown.blocks,
    ]
    return to_send(modal(PUBLISH_TITLE, blocks, callback=PUBLISH_VIEW), state, "Publish")


def published(render: Render, plan: Plan, report: Report, *, is_named: bool) -> Message:
    """Return a report as it stands in a channel: without the supervisor and their answer."""
    page = Page(render)
    name = who(plan.user_id) if is_named and plan.user_id else None
    page.tell(render("sandbox/published", plan=plan.question, tool=plan.tool, who=name))
    parts = report_parts(render, report, with_answer=False)
    page.listing(parts, room=MESSAGE_LIMIT, between="\n\n")
    return page.message()
