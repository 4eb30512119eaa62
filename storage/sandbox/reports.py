"""Reports of sandboxes: what happened, for whom it is worth knowing, and where its author published it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import CheckConstraint, ColumnElement, Text, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from coaching.sandbox import Verdict, is_too_long
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, refers_to
from storage.sandbox import plan_rows
from storage.sandbox.notes import Problem, words_problem
from storage.sandbox.plan_rows import Plan

ReportProblem = Literal["gone", "happened", "surprised", "others", "long"]
"""The field that is wrong; "gone" when no report can be written on the plan, or it was answered."""


@dataclass(frozen=True)
class ReportFacts:
    """What a report says; `numbers` may be empty, `others` is what other people should know."""

    happened: str
    numbers: str
    surprised: str
    others: str
    verdict: Verdict


class Report(Row, table=True):
    """The report of a plan that ended, with the supervisor's words, and where it was published."""

    __tablename__ = "sandbox_report"
    __table_args__ = (
        refers_to("sandbox_plan", plan_id="id"),
        CheckConstraint("verdict IN ('keep', 'change', 'stop')", name="verdict"),
    )

    plan_id: str = Field(primary_key=True)
    happened: str = Field(sa_type=Text)
    numbers: str = Field(sa_type=Text)
    surprised: str = Field(sa_type=Text)
    others: str = Field(sa_type=Text)
    verdict: str
    reported_at: datetime = Field(sa_type=UtcTime)
    answer: str | None = Field(default=None, sa_type=Text)
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    published_in: str | None = None
    published_at: datetime | None = Field(default=None, sa_type=UtcTime)
    is_named: bool = False

    @property
    def facts(self) -> ReportFacts:
        """What the member wrote."""
        return ReportFacts(
            self.happened,
            self.numbers,
            self.surprised,
            self.others,
            cast("Verdict", self.verdict),
        )


async def reports_about(_session: Session, key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the reports of the member's plans."""
    return plan_rows.is_of_plans(Report, key)


PERSONAL_DATA = OwnedTable(
    Report,
    "sandbox_reports",
    "results",
    order_by="reported_at",
    rows_of=reports_about,
)


async def of_plan(session: Session, workspace_id: str, plan_id: str) -> Report | None:
    """Return the report of a plan, or None."""
    found: Report | None = await session.scalar(
        select(Report)
        .where(col(Report.workspace_id) == workspace_id, col(Report.plan_id) == plan_id)
        .execution_options(populate_existing=True)
    )
    return found


def problem_of(facts: ReportFacts) -> ReportProblem | None:
    """Return the first field of a report that is wrong, or None."""
    fields: tuple[tuple[str, ReportProblem], ...] = (
        (facts.happened, "happened"),
        (facts.surprised, "surprised"),
        (facts.others, "others"),
    )
    empty = next((name for text, name in fields if not text.strip()), None)
    every = (facts.happened, facts.numbers, facts.surprised, facts.others)
    return empty or ("long" if is_too_long(*every) else None)


async def save(
    session: Session, key: MemberKey, plan_id: str, facts: ReportFacts, *, now: datetime
) -> tuple[Plan, Report] | ReportProblem:
    """Store the report of a plan that ended; until it is answered the member can write it anew."""
    plan = await plan_rows.locked(session, key, plan_id)
    if plan is None or plan.state not in ("ended", "reported"):
        return "gone"
    if problem := problem_of(facts):
        return problem
    report = await of_plan(session, key.workspace_id, plan_id)
    if report is not None and (report.answered_at or report.published_at):
        return "gone"
    if report is None:
        report = Report(
            workspace_id=key.workspace_id, plan_id=plan_id, reported_at=now, **vars(facts)
        )
        session.add(report)
        await session.flush()
        await plan_rows.move(
            session, plan, "reported", "plan_reported", now=now, by=key,
            facts={"verdict": facts.verdict},
        )  # fmt: skip
    else:
        for name, value in vars(facts).items():
            setattr(report, name, value)
        report.reported_at = now
        await session.flush()
    return plan, report


async def answer(
    session: Session, by: MemberKey, plan_id: str, words: str, *, now: datetime
) -> tuple[Plan, Report] | Problem:
    """Store the supervisor's words on a report, once."""
    found = await plan_rows.locked_for(session, by, plan_id)
    if found is None or found[0].supervisor != by.user_id:
        return "gone"
    plan, _ = found
    report = await of_plan(session, by.workspace_id, plan_id)
    if report is None or report.answered_at is not None:
        return "gone"
    if problem := words_problem(words):
        return problem
    report.answer, report.answered_at = words, now
    await session.flush()
    await plan_rows.record(session, plan, "plan_report_answered", now=now, by=by)
    return plan, report


async def publish(
    session: Session, key: MemberKey, plan_id: str, channel: str, *, is_named: bool, now: datetime
) -> tuple[Plan, Report] | Literal["gone"]:
    """Store that the author publishes the report in a channel, once; with their name or without.

    The caller plans or sends the message when this returned the report.
    """
    plan = await plan_rows.locked(session, key, plan_id)
    report = await of_plan(session, key.workspace_id, plan_id) if plan else None
    if plan is None or report is None or report.published_at is not None:
        return "gone"
    report.published_in, report.published_at, report.is_named = channel, now, is_named
    await session.flush()
    await plan_rows.record(session, plan, "plan_published", now=now, by=key)
    return plan, report


async def unpublish(session: Session, key: MemberKey, plan_id: str) -> bool:
    """Take back `publish` after Slack refused the message; return False if there is nothing to take back."""
    plan = await plan_rows.locked(session, key, plan_id)
    report = await of_plan(session, key.workspace_id, plan_id) if plan else None
    if report is None or report.published_at is None:
        return False
    report.published_in, report.published_at, report.is_named = None, None, False
    await session.flush()
    return True
