"""A report is published in a channel by its author, with their name or without it."""

from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.sandbox.forms import FormState, answer_form, closed_window, sent
from bot.features.sandbox.handlers import plan_message
from bot.features.sandbox.plan_queries import own_plan
from bot.features.sandbox.publications import LIFETIME, REPORT_KIND, message_of, was_refused
from bot.features.sandbox.report_views import (
    CHANNEL,
    NAMED,
    PUBLISH_TITLE,
    PUBLISH_VIEW,
    publish_form,
    published,
)
from bot.outgoing.kinds import Composed, Kind, channel_facts, nothing_after
from bot.slack.directory import check_access
from bot.slack.payloads import Click, Request, Submission
from bot.slack.phrases import channel_link
from bot.slack.replies import is_first_delivery, is_submitted, open_and_fill
from coaching.safe_text import is_slack_id
from coaching.send_policy import Skip
from storage import allowances
from storage.allowances import LINES
from storage.database import Session
from storage.outbox import queue
from storage.outbox.queue import Outgoing
from storage.sandbox import plan_rows, reports
from storage.sandbox.reports import Report


async def publish_asked(deps: Deps, click: Click) -> None:
    """Open the form that publishes a report."""
    content = partial(_form, deps, click.request, click.value)
    await open_and_fill(deps, click.request, PUBLISH_TITLE, callback=PUBLISH_VIEW, content=content)


async def _form(deps: Deps, request: Request, plan_id: str) -> View:
    async with deps.database.read() as session:
        plan = await own_plan(session, request.key, plan_id)
        report = await reports.of_plan(session, request.key.workspace_id, plan_id) if plan else None
        is_free = report is not None and await _is_free(session, report)
    if plan is None or report is None or not is_free:
        return closed_window(deps, PUBLISH_TITLE, PUBLISH_VIEW)
    return publish_form(deps.render, FormState.of(request, plan_id), plan, report)


async def _is_free(session: Session, report: Report) -> bool:
    """Return whether the report can be published now: it never was, or Slack refused it."""
    return report.published_at is None or await was_refused(session, report)


async def publish_sent(deps: Deps, submission: Submission) -> None:
    """Publish a report in a channel that its author is in, or say why not; once, also when repeated."""
    state, request = sent(submission)
    if await is_submitted(deps, request):
        return
    channel = submission.written.get(CHANNEL, "")
    is_named = submission.chosen.get(NAMED) == "named"
    why = "unseen"
    if is_slack_id(channel):
        why = (await check_access(deps, request, channel, to_change=True)).obstacle or ""
    done = await _publish(deps, request, state.plan_id, channel, is_named=is_named, why=why)
    if done is None:
        return
    note = deps.render("sandbox/publishing", why=done, channel=channel_link(channel))
    await answer_form(deps, request, await plan_message(deps, request, state.plan_id, note=note))


async def _publish(
    deps: Deps, request: Request, plan_id: str, channel: str, *, is_named: bool, why: str
) -> str | None:
    """Store that the report is published, and enqueue it; return why not, and None for a repetition."""
    key, now = request.key, deps.now()
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return None
        if why:
            return why
        report = await reports.of_plan(session, key.workspace_id, plan_id)
        if report and await was_refused(session, report):
            await reports.unpublish(session, key, plan_id)
        done = await reports.publish(session, key, plan_id, channel, is_named=is_named, now=now)
        if done == "gone":
            return "gone"
        message = message_of(done[1], channel, now)
        await queue.enqueue(session, [message], now=now)
        await allowances.spend(session, key.workspace_id, channel, LINES, now=now)
    return ""


async def compose_report(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Write the report as it is stored now; without a name where its author erased their data."""
    plan = await plan_rows.one(session, row.workspace_id, row.about or "")
    report = await reports.of_plan(session, row.workspace_id, plan.id) if plan else None
    if plan is None or report is None or report.published_in != row.subject:
        return Skip("off_the_list")
    return Composed(published(deps.render, plan, report, is_named=report.is_named), row.form)


KIND = Kind(REPORT_KIND, LIFETIME, channel_facts, compose_report, nothing_after)
