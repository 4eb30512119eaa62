"""What a plan says, with what happened while it ran, and the card on which its member changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from slack_sdk.models.blocks import Block

from bot.features.sandbox.views import TRY_OVERVIEW, title_of
from bot.features.sandbox.words import author, data_name, days_words, state_words
from bot.slack.api import Message
from bot.slack.blocks import button, menu, paragraph, row
from bot.slack.pages import Page
from bot.slack.phrases import MemberClock, listed, person, who
from coaching.safe_text import Render, SafeText, escape
from coaching.sandbox import EDITABLE, HALFWAY_FROM, HAPPENED, MOST_RISKS, PlanProblem, week_of
from content.limits import length
from storage.sandbox.notes import Note
from storage.sandbox.plan_rows import Plan
from storage.sandbox.reports import Report

TRY_PAGE = "try_page:"
TRY_IDEA = "try_idea"
TRY_LIMITS = "try_limits"
TRY_RISK = "try_risk"
TRY_RISK_CHANGE = "try_risk_change"
TRY_RISK_OUT = "try_risk_out"
TRY_ASK = "try_plan_asked"
TRY_WITHDRAW = "try_withdrawn"
TRY_DELETE = "try_deleted"
TRY_AGAIN = "try_again"
TRY_STOP = "try_stopped"
TRY_HALFWAY = "try_halfway"
TRY_WEEK = "try_week:"
TRY_SENTENCE = "try_sentence"
TRY_REPORT = "try_report"
TRY_PUBLISH = "try_publish"

MOST_OPTIONS = 100
"""Slack: a menu has at most a hundred options."""

ROOM = 7500
"""Characters of a plan on one page; the rest of a message is for its head, its buttons and small print."""

HAPPENED_LABELS = {"as_planned": "As planned", "surprise": "A surprise", "trouble": "Trouble"}


@dataclass(frozen=True)
class PlanView:
    """A plan with everything that a card shows of it.

    `risks` and `titles` are the names of risks and permissions by id, `offered` the (name, id) of risks that
    can be added. `problems` are what keeps it from being asked for. `was_refused` when Slack never took the
    report that was published. `changes_running` when a plan runs that ends as soon as this one is asked for.
    `is_stranded` when it waits for somebody who supervises no more. `lost` are the permissions that ended
    before the plan. `is_own` when its member reads it; `note` says what was done.
    """

    plan: Plan
    clock: MemberClock
    risks: Mapping[str, str]
    titles: Mapping[str, str]
    notes: Sequence[Note] = ()
    report: Report | None = None
    was_refused: bool = False
    changes_running: bool = False
    is_stranded: bool = False
    lost: Sequence[str] = ()
    problems: Sequence[PlanProblem] = ()
    offered: Sequence[tuple[str, str]] = field(default=())
    is_own: bool = True
    note: str | None = None

    @property
    def halfway(self) -> Note | None:
        """What the member said halfway."""
        return next((one for one in self.notes if one.kind == "halfway"), None)

    @property
    def is_editable(self) -> bool:
        """Whether its member can change it now."""
        return self.plan.status in EDITABLE

    @property
    def week(self) -> int | None:
        """The week that it is in; None while it doesn't run."""
        since = self.plan.started_at if self.plan.state == "running" else None
        return week_of(since, self.clock.now) if since else None

    @property
    def can_look_halfway(self) -> bool:
        """Whether the member can say now how they see it halfway: from then on, until it is answered."""
        plan, said = self.plan, self.halfway
        is_early = plan.halfway_at is not None and self.clock.now < plan.halfway_at
        is_long = timedelta(days=plan.days) >= HALFWAY_FROM
        is_answered = said is not None and said.answer is not None
        return plan.state == "running" and is_long and not is_early and not is_answered

    @property
    def can_report(self) -> bool:
        """Whether the member can write the report, or write it anew."""
        if self.plan.state == "ended":
            return True
        report = self.report
        return bool(report and not report.answered_at and not report.published_at)


def plan_card(render: Render, view: PlanView, at: int = 0) -> Message:
    """Return a page of the plan as its member sees it, with what they can do."""
    page = Page(render)
    show_plan(render, page, view, at)
    if view.is_editable:
        page.tell(_gaps(render, view))
        page.show(*_editing(view))
    if view.was_refused:
        page.tell(render("sandbox/refused"))
    if view.is_stranded:
        page.tell(render("sandbox/stranded", supervisor=who(view.plan.supervisor)))
    for block in _acts(render, page, view):
        page.show(block)
    page.show(row(button("All my plans", action=TRY_OVERVIEW)))
    is_draft = view.plan.state == "draft"
    page.small(
        render("sandbox/who_sees", is_draft=is_draft, supervisor=who(view.plan.supervisor or ""))
        if view.plan.supervisor or is_draft
        else render("sandbox/good_faith")
    )
    return page.message()


def show_plan(render: Render, page: Page, view: PlanView, at: int) -> None:
    """Add a page of the plan: what was done, its state, what it says, and how to turn pages."""
    plan = view.plan
    pages = _paged(plan_parts(render, view))
    at = min(max(at, 0), len(pages) - 1)
    state = state_words(render, plan, view.clock, is_own=view.is_own)
    head = render(
        "sandbox/head",
        plan=title_of(render, plan),
        state=state,
        who=author(plan),
        is_own=view.is_own,
    )
    page.tell(view.note or "", head, *pages[at], between="\n\n")
    if len(pages) > 1:
        page.small(render("sandbox/page", number=at + 1, count=len(pages)))
        back, on = (f"{plan.id}|{to}|{int(view.is_own)}" for to in (at - 1, at + 1))
        page.show(
            row(
                button("Previous page", action=f"{TRY_PAGE}back", value=back) if at else None,
                button("Next page", action=f"{TRY_PAGE}on", value=on)
                if at + 1 < len(pages)
                else None,
            )
        )


def _paged(parts: Sequence[str]) -> list[list[str]]:
    """Return the parts, in their order, on as few pages as there is room for."""
    pages: list[list[str]] = [[]]
    for part in parts:
        if pages[-1] and sum(length(one) + 2 for one in (*pages[-1], part)) > ROOM:
            pages.append([])
        pages[-1].append(part)
    return pages


def plan_parts(render: Render, view: PlanView) -> list[str]:
    """Return what was decided on a plan, what it says, and what happened, as paragraphs.

    Where there is a report, it and what happened stand first.
    """
    happened, planned = _happened(render, view), _planned(render, view)
    rest = [*happened, *planned] if view.report else [*planned, *happened]
    return [*_decided(render, view), *rest]


def _decided(render: Render, view: PlanView) -> list[str]:
    plan = view.plan
    by = person(plan.supervisor) if plan.supervisor else SafeText("The supervisor")
    told = (
        ("sandbox/decision_words", plan.decision_words),
        ("sandbox/extension_words", plan.extension_words),
        ("sandbox/end_words", plan.end_words),
    )
    return [render(name, who=by, words=words) for name, words in told if words]


def _planned(render: Render, view: PlanView) -> list[str]:
    plan, facts = view.plan, view.plan.facts
    is_cut = plan.question.strip() not in ("", title_of(render, plan))
    risks = [
        render("sandbox/risk", risk=view.risks.get(one.id, one.id), words=one.mitigation)
        for one in facts.risks
    ]
    parts = [
        _said(render, "sandbox/question", facts.question if is_cut else ""),
        "\n".join(_in_short(render, view)),
        _said(render, "sandbox/affected", facts.affected),
        *risks,
        _said(render, "sandbox/undo", facts.undo),
        _said(render, "sandbox/stop_when", facts.stop_when),
    ]
    return [part for part in parts if part]


def _said(render: Render, name: str, words: str) -> str:
    return render(name, words=words) if words else ""


def _in_short(render: Render, view: PlanView) -> list[str]:
    """Return the tool, the data, the time, the supervisor and the permissions, those that are there."""
    plan, facts = view.plan, view.plan.facts
    data = SafeText(data_name(render, facts.data)) if facts.data else ""
    supervisor = person(facts.supervisor) if facts.supervisor else ""
    lines = (
        ("sandbox/tool", facts.tool),
        ("sandbox/data", data),
        ("sandbox/days", days_words(facts.days) if facts.days else ""),
        ("sandbox/supervisor", supervisor),
        ("sandbox/permissions", "" if plan.started_at else _titles(view, facts.permissions)),
        (
            "sandbox/granted",
            _titles(view, [one for one in plan.granted_ids if one not in view.lost]),
        ),
        ("sandbox/lost", _titles(view, view.lost)),
    )
    return [_said(render, name, words) for name, words in lines if words]


def _titles(view: PlanView, permissions: Sequence[str]) -> str:
    return listed(title_words(view, one) for one in permissions) if permissions else ""


def title_words(view: PlanView, permission: str) -> SafeText:
    """Return the name of a permission; its id where the policy no longer has it."""
    return escape(view.titles.get(permission, permission))


def _happened(render: Render, view: PlanView) -> list[str]:
    """Return what the member said of weeks, halfway and at the end, with the supervisor's answers."""
    parts = [
        render("sandbox/week_line", week=one.week, happened=one.happened, words=one.words)
        for one in view.notes
        if one.kind == "week"
    ]
    parts = ["\n".join([render("sandbox/weeks"), *parts])] if parts else []
    if said := view.halfway:
        parts.append(render("sandbox/halfway", words=said.words, answer=said.answer))
    return [*report_parts(render, view.report), *parts] if view.report else parts


def report_parts(render: Render, report: Report, *, with_answer: bool = True) -> list[str]:
    """Return a report as paragraphs, with the supervisor's answer or without."""
    fields = (
        ("sandbox/report_happened", report.happened),
        ("sandbox/report_numbers", report.numbers),
        ("sandbox/report_surprised", report.surprised),
        ("sandbox/report_others", report.others),
    )
    said = [render(name, words=words) for name, words in fields if words]
    verdict = render("sandbox/report_verdict", verdict=report.verdict)
    answer = report.answer if with_answer else None
    told = [render("sandbox/report_answer", words=answer)] if answer else []
    return [verdict, *said, *told]


def _gaps(render: Render, view: PlanView) -> str:
    """Return what a draft still needs before it can be asked for."""
    changes = [render("sandbox/changes_running")] if view.changes_running else []
    if view.problems:
        what = listed(SafeText(render("sandbox/problem", why=one)) for one in view.problems)
        told = render("sandbox/missing", what=what)
    else:
        told = render("sandbox/complete", supervisor=person(view.plan.supervisor or ""))
    return "\n".join([told, *changes])


def _editing(view: PlanView) -> list[Block]:
    """Return the buttons and menus that change a draft, and the one that asks for it."""
    plan, facts = view.plan, view.plan.facts
    chosen = {risk.id for risk in facts.risks}
    more = [(name, f"{plan.id}|{one}") for name, one in view.offered if one not in chosen]
    more = more if len(chosen) < MOST_RISKS else []
    out = [(view.risks.get(one.id, one.id), f"{plan.id}|{one.id}") for one in facts.risks]
    menus = [
        menu("Add a risk", action=TRY_RISK, options=more[:MOST_OPTIONS]) if more else None,
        menu("Change a risk", action=TRY_RISK_CHANGE, options=out[:MOST_OPTIONS]) if out else None,
        menu("Take a risk out", action=TRY_RISK_OUT, options=out[:MOST_OPTIONS]) if out else None,
    ]
    has_limits = facts.undo and facts.stop_when and facts.days
    limits = "Change the limits" if has_limits else "Write the limits"
    blocks = [
        row(
            button("Change the idea", action=TRY_IDEA, value=plan.id),
            button(limits, action=TRY_LIMITS, value=plan.id),
        )
    ]
    if any(menus):
        blocks.append(row(*menus))
    return blocks


def _acts(render: Render, page: Page, view: PlanView) -> list[Block]:
    """Return what the member can do with the plan as it stands."""
    plan, state = view.plan, view.plan.state
    if state == "running":
        return _running(render, page, view)
    acts = []
    if view.is_editable and not view.problems:
        acts.append(button("Ask for it", action=TRY_ASK, value=plan.id, style="primary"))
    if state == "draft":
        acts.append(button("Delete the draft", action=TRY_DELETE, value=plan.id))
    if state in ("asked", "returned"):
        acts.append(button("Withdraw it", action=TRY_WITHDRAW, value=plan.id))
    if view.can_report:
        label = "Change the report" if view.report else "Write the report"
        style = None if view.report else "primary"
        acts.append(button(label, action=TRY_REPORT, value=plan.id, style=style))
    if view.report and (view.was_refused or not view.report.published_at):
        acts.append(button("Publish it", action=TRY_PUBLISH, value=plan.id))
    if state in ("declined", "withdrawn", "ended", "reported"):
        acts.append(button("Plan from this one", action=TRY_AGAIN, value=plan.id))
    return [row(*acts)] if acts else []


def _running(render: Render, page: Page, view: PlanView) -> list[Block]:
    plan, week = view.plan, view.week or 1
    text = render("sandbox/week_question", week=week)
    page.aloud(text)
    acts = [
        button("Stop now", action=TRY_STOP, value=plan.id, style="danger"),
        button("Write the halfway note", action=TRY_HALFWAY, value=plan.id)
        if view.can_look_halfway
        else None,
        button("Change the plan", action=TRY_AGAIN, value=plan.id),
    ]
    return [paragraph(text), week_row(plan.id, week), row(*acts)]


def week_row(plan_id: str, week: int) -> Block:
    """Return the three answers to what happened in a week."""
    return row(
        *(
            button(HAPPENED_LABELS[one], action=f"{TRY_WEEK}{one}", value=f"{plan_id}|{week}")
            for one in HAPPENED
        )
    )
