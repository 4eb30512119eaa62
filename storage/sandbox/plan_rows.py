"""Plans of sandboxes as rows: how they are read, locked and moved.

Whoever moves a plan locks the people whom it names, then the plan, and appends a row to the ledger last.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CheckConstraint, ColumnElement, Index, Select, Text, select, text
from sqlmodel import Field, col

from coaching.members import MemberKey
from coaching.sandbox import (
    OPEN_AFTER,
    REMIND_AFTER,
    UNSUPERVISED_FOR,
    ChosenRisk,
    EndReason,
    PlanFacts,
    PlanState,
    Span,
)
from storage import members
from storage.database import Session
from storage.database.rows import (
    NamingTable,
    Row,
    UtcTime,
    partial_index,
    refers_to,
)
from storage.ledger import ledger
from storage.members import Member

NO_REPORT = ("left", "erased")
"""The reasons of an end after which nobody is there to write a report."""


class Plan(Row, table=True):
    """What a member plans to try under oversight; `user_id` is None when they erased their data.

    `granted` are, as JSON, the permissions that ended or will end with the plan. `round` counts how often it
    was asked for. `due_at` is when the clock has to look at it next. `week_at` and `halfway_at` are when the
    member is asked next; None when they are not any more. `replaces` is the plan that it changes.
    """

    __tablename__ = "sandbox_plan"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        CheckConstraint(
            "state IN ('draft', 'asked', 'returned', 'declined', 'withdrawn', 'running', 'ended', "
            "'reported')",
            name="state",
        ),
        Index("ix_sandbox_plan_of_member", "workspace_id", "user_id", "opened_at"),
        Index("ix_sandbox_plan_of_supervisor", "workspace_id", "supervisor", "state"),
        Index("ix_sandbox_plan_by_state", "workspace_id", "state", "started_at"),
        partial_index("ix_sandbox_plan_due", "due_at", where=text("due_at IS NOT NULL")),
    )

    id: str = Field(primary_key=True)
    user_id: str | None = None
    supervisor: str | None = None
    state: str
    round: int = 0
    question: str = Field(default="", sa_type=Text)
    tool: str = ""
    data: str = ""
    affected: str = Field(default="", sa_type=Text)
    risks: str = Field(default="[]", sa_type=Text)
    undo: str = Field(default="", sa_type=Text)
    stop_when: str = Field(default="", sa_type=Text)
    days: int = 0
    permissions: str = Field(default="[]", sa_type=Text)
    granted: str = Field(default="[]", sa_type=Text)
    replaces: str | None = None
    opened_at: datetime = Field(sa_type=UtcTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    decision_words: str | None = Field(default=None, sa_type=Text)
    started_at: datetime | None = Field(default=None, sa_type=UtcTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcTime)
    extended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    extension_words: str | None = Field(default=None, sa_type=Text)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    end_reason: str | None = None
    end_words: str | None = Field(default=None, sa_type=Text)
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    week_at: datetime | None = Field(default=None, sa_type=UtcTime)
    halfway_at: datetime | None = Field(default=None, sa_type=UtcTime)
    unsupervised_since: datetime | None = Field(default=None, sa_type=UtcTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcTime)
    open_told_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def key(self) -> MemberKey | None:
        """The member whose plan it is; None when they erased their data."""
        return MemberKey(self.workspace_id, self.user_id) if self.user_id else None

    @property
    def status(self) -> PlanState:
        """Its state, as the rules know it."""
        return cast("PlanState", self.state)

    @property
    def reason(self) -> EndReason | None:
        """Why it ended; None when it did not."""
        return cast("EndReason | None", self.end_reason)

    @property
    def facts(self) -> PlanFacts:
        """What the member wrote."""
        return PlanFacts(
            question=self.question,
            tool=self.tool,
            data=self.data,
            affected=self.affected,
            risks=tuple(ChosenRisk(**one) for one in json.loads(self.risks)),
            undo=self.undo,
            stop_when=self.stop_when,
            days=self.days,
            supervisor=self.supervisor or "",
            permissions=tuple(json.loads(self.permissions)),
        )

    @property
    def granted_ids(self) -> tuple[str, ...]:
        """The permissions that the supervisor granted with it."""
        return tuple(json.loads(self.granted))

    @property
    def span(self) -> Span | None:
        """The time in which it ran or will run; None for a plan that never did."""
        until = self.ended_at or self.ends_at
        return Span(self.started_at, until) if self.started_at and until else None

    def put(self, facts: PlanFacts) -> None:
        """Store what the member wrote."""
        self.question, self.tool, self.data = facts.question, facts.tool, facts.data
        self.affected, self.undo, self.stop_when = facts.affected, facts.undo, facts.stop_when
        self.days, self.supervisor = facts.days, facts.supervisor or None
        self.risks = json.dumps([vars(risk) for risk in facts.risks], ensure_ascii=False)
        self.permissions = json.dumps(facts.permissions)

    def plan_next(self) -> None:
        """Store when the clock has to look at it next."""
        moments: list[datetime | None] = []
        if self.state == "running":
            gone = self.unsupervised_since
            moments = [self.ends_at, self.week_at, self.halfway_at]
            moments.append(gone + UNSUPERVISED_FOR if gone else None)
        elif self.state == "ended" and self.ended_at and self.end_reason not in NO_REPORT:
            if self.reminded_at is None:
                moments = [self.ended_at + REMIND_AFTER]
            elif self.open_told_at is None:
                moments = [self.ended_at + OPEN_AFTER]
        self.due_at = min((at for at in moments if at), default=None)


SUPERVISOR_DATA = NamingTable(
    Plan,
    "sandbox_plans_you_supervise",
    columns=("supervisor",),
    section="log",
    order_by="asked_at",
    fields=(
        *("id", "supervisor", "state", "asked_at", "decided_at", "decision_words"),
        *("extension_words", "end_reason"),
    ),
)


async def one(session: Session, workspace_id: str, plan_id: str) -> Plan | None:
    """Return the plan with this id, or None."""
    return await _first(session, _with_id(workspace_id, plan_id))


async def keys_of(
    session: Session, *conditions: ColumnElement[bool], limit: int = 200
) -> list[tuple[MemberKey, str]]:
    """Return the members and ids of plans that meet these conditions, by what is due first."""
    found = await session.execute(
        select(col(Plan.workspace_id), col(Plan.user_id), col(Plan.id))
        .where(*conditions, col(Plan.user_id).is_not(None))
        .order_by(col(Plan.due_at), col(Plan.id))
        .limit(limit)
    )
    return [(MemberKey(here, str(user_id)), plan_id) for here, user_id, plan_id in found]


async def of_member(session: Session, key: MemberKey, *, limit: int = 50) -> list[Plan]:
    """Return the member's plans, newest first."""
    found = select(Plan).where(is_of(key)).order_by(col(Plan.opened_at).desc(), col(Plan.id).desc())
    return await every(session, found.limit(limit))


async def every(session: Session, wanted: Select[Any]) -> list[Plan]:
    """Return the plans that this selects, as they are stored now."""
    found = await session.scalars(wanted.execution_options(populate_existing=True))
    return list(found)


async def locked(session: Session, key: MemberKey, plan_id: str) -> Plan | None:
    """Return the member's own plan, locked after the member and its supervisor; None if there is none.

    Both are locked, in the order of their ids, because whoever moves a plan may tell both of it.
    """
    mine = _with_id(key.workspace_id, plan_id).where(col(Plan.user_id) == key.user_id)
    supervisor = mine.with_only_columns(col(Plan.supervisor)).scalar_subquery()
    if await members.lock_with(session, key, supervisor) is None:
        return None
    return await _first(session, mine.with_for_update())


async def locked_for(session: Session, by: MemberKey, plan_id: str) -> tuple[Plan, Member] | None:
    """Return a plan and the member who acts on it, locked; whose plan it is, is locked before it."""
    wanted = _with_id(by.workspace_id, plan_id)
    whose = wanted.with_only_columns(col(Plan.user_id)).scalar_subquery()
    member = await members.lock_with(session, by, whose)
    plan = await _first(session, wanted.with_for_update())
    return (plan, member) if plan and member else None


async def move(
    session: Session,
    plan: Plan,
    state: PlanState,
    act: str,
    *,
    now: datetime,
    by: MemberKey | None,
    facts: Mapping[str, str | int] | None = None,
) -> None:
    """Put a plan that is locked into this state, and append what happened to the ledger."""
    plan.state = state
    plan.plan_next()
    await session.flush()
    await record(session, plan, act, now=now, by=by, facts=facts)


async def record(
    session: Session,
    plan: Plan,
    act: str,
    *,
    now: datetime,
    by: MemberKey | None,
    facts: Mapping[str, str | int] | None = None,
) -> None:
    """Append what happened to a plan to the ledger; nothing about a plan without its person."""
    if plan.key is None:
        return
    told: dict[str, str | int] = {"data": plan.data, "days": plan.days, "round": plan.round}
    await ledger.append(session, plan.key, act, plan.id, told | dict(facts or {}), now=now, by=by)


def is_of(key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the member's plans."""
    return (col(Plan.workspace_id) == key.workspace_id) & (col(Plan.user_id) == key.user_id)


def is_of_plans(table: type[Row], key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the rows of this table that belong to the member's plans."""
    plan_id = table.metadata.tables[str(table.__tablename__)].columns["plan_id"]
    theirs = select(col(Plan.id)).where(is_of(key))
    return (col(table.workspace_id) == key.workspace_id) & plan_id.in_(theirs)


def days_of(plan: Plan) -> timedelta:
    """Return the length of the time box."""
    return timedelta(days=plan.days)


def _with_id(workspace_id: str, plan_id: str) -> Select[Any]:
    return select(Plan).where(col(Plan.workspace_id) == workspace_id, col(Plan.id) == plan_id)


async def _first(session: Session, wanted: Select[Any]) -> Plan | None:
    found: Plan | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found
