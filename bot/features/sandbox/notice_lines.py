"""What the notices about sandboxes say, to members and to supervisors."""

from bot.deps import Deps
from bot.features.sandbox import told as kinds
from bot.features.sandbox.service import supervises
from bot.features.sandbox.views import title_of
from bot.features.sandbox.words import author
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph, shortened
from bot.slack.directory import clock_of
from bot.slack.phrases import person
from coaching.safe_text import SafeText
from storage.database import Session
from storage.notices import Notice
from storage.sandbox import notes, plan_rows, reports
from storage.sandbox.plan_rows import Plan

TO_SUPERVISORS = frozenset({kinds.ASKED, kinds.HALFWAY_SAID, kinds.REPORTED, kinds.OPEN})

STATES = {
    kinds.ASKED: ("asked",),
    kinds.DECIDED: ("returned", "declined", "running"),
    kinds.EXTENDED: ("running",),
    kinds.HALFWAY: ("running",),
    kinds.ENDED: ("ended", "reported"),
    kinds.OFF: ("ended", "reported"),
    kinds.REMINDED: ("ended",),
    kinds.OPEN: ("ended",),
}
"""The states of a plan in which a notice still has something to tell; others are told in any state."""

TRY_TOLD, TRY_TOLD_OVERSEE = "try_notice_plan", "try_notice_overseen"
"""The buttons of notices. Their cards stand beside the notice, which stays."""

QUOTED = 400
"""Characters of somebody's words in a notice; the plan has all of them."""


async def plan_notice(session: Session, deps: Deps, notice: Notice) -> Message | None:
    """Write a notice about a plan as it stands now; None when there is nothing left to tell this person."""
    plan = await plan_rows.one(session, notice.workspace_id, notice.about)
    if plan is None or plan.state not in STATES.get(notice.kind, (plan.state,)):
        return None
    is_own = plan.key == notice.key
    is_to_supervisor = notice.kind in TO_SUPERVISORS or not is_own
    if is_to_supervisor and (is_own or plan.supervisor != notice.user_id):
        return None
    if is_to_supervisor and not await supervises(session, deps, notice.key):
        return None
    words = await _words(session, plan, notice.kind)
    if words is None:
        return None
    clock = await clock_of(session, deps, notice.key)
    text = deps.render(
        "sandbox/notice",
        kind=notice.kind.removeprefix("sandbox_"),
        plan=title_of(deps.render, plan),
        who=author(plan),
        supervisor=person(plan.supervisor) if plan.supervisor else SafeText("The supervisor"),
        is_own=is_own,
        state=plan.state,
        reason=plan.end_reason,
        words=shortened(words, QUOTED),
        until=clock.around(plan.ends_at) if plan.ends_at else None,
        on=clock.day(plan.ended_at) if plan.ended_at else None,
    )
    action = TRY_TOLD if is_own else TRY_TOLD_OVERSEE
    see = button("Open the plan", action=action, value=plan.id)
    is_off = notice.kind == kinds.OFF
    return Message(text, [paragraph(text, beside=None if is_off else see)])


async def _words(session: Session, plan: Plan, kind: str) -> str | None:
    """Return the words that a notice quotes; None when what it asks for was said meanwhile."""
    if kind in (kinds.HALFWAY, kinds.HALFWAY_SAID, kinds.ANSWERED, kinds.REPORTED):
        return await _said(session, plan, kind)
    told = {
        kinds.DECIDED: plan.decision_words,
        kinds.EXTENDED: plan.extension_words,
        kinds.ENDED: plan.end_words,
    }
    return told.get(kind) or ""


async def _said(session: Session, plan: Plan, kind: str) -> str | None:
    every = await notes.of_plan(session, plan.workspace_id, plan.id)
    said = next((one for one in every if one.kind == "halfway"), None)
    report = await reports.of_plan(session, plan.workspace_id, plan.id)
    if kind == kinds.HALFWAY:
        return "" if said is None else None
    if kind == kinds.HALFWAY_SAID:
        return said.words if said and not said.answer else None
    if kind == kinds.REPORTED:
        return report.happened if report and not report.answer else None
    return (report and report.answer) or (said.answer if said else None)


NOTICE_LINES = dict.fromkeys(
    (
        *(kinds.ASKED, kinds.REPORTED, kinds.HALFWAY_SAID, kinds.OPEN, kinds.DECIDED),
        *(kinds.EXTENDED, kinds.ENDED, kinds.HALFWAY, kinds.ANSWERED, kinds.REMINDED),
    ),
    plan_notice,
)
"""Writes each kind of notice about a plan, while sandboxes are on."""

ALWAYS_TOLD = {kinds.OFF: plan_notice}
"""Writes the notice that comes also while sandboxes are off."""
