"""Schedules: when the next message of each kind to each member or channel is due.

`take_due` locks due schedules, and `advance` moves them on in the same transaction as their messages are put
in. Planning anew adds one to `generation`, and `advance` requires the generation that was read, so a schedule
that was changed meanwhile keeps its new plan.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    bindparam,
    select,
    text,
    true,
    update,
)
from sqlmodel import Field, col

from coaching.members import MemberKey
from coaching.timing import Occurrence, Plan, Rule, seed_of
from storage.checkins import Pace
from storage.database import Session
from storage.database.rows import (
    Insert,
    OwnedTable,
    Row,
    UtcTime,
    insert_of,
    partial_index,
    refers_to,
)
from storage.members import Member
from storage.workspaces import Workspace

KEY = ("workspace_id", "kind", "subject")

DUE = text("next_due_at IS NOT NULL")

DUE_FOR_CHANNELS = text("next_due_at IS NOT NULL AND user_id IS NULL")


class Schedule(Row, table=True):
    """When the next message of one kind to one subject is due; None in `next_due_at` if no more is.

    `subject` is a user id or a channel id; `user_id` is set only for the former. `next_on` is the local date
    that the next message belongs to, `begins_on` that of the first message of this plan.
    """

    __table_args__ = (
        refers_to("member", user_id="user_id"),
        CheckConstraint("(next_due_at IS NULL) = (next_on IS NULL)", name="next"),
        partial_index("ix_schedule_due", "next_due_at", where=DUE),
        partial_index("ix_schedule_due_here", "workspace_id", "next_due_at", where=DUE),
        partial_index("ix_schedule_channel_due", "next_due_at", where=DUE_FOR_CHANNELS),
        Index("ix_schedule_of_member", "workspace_id", "user_id"),
    )

    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    user_id: str | None = None
    zone: str
    weekday: int | None = None
    hour: int | None = None
    rule: str
    next_due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    next_on: date | None = None
    generation: int = 0
    planned_at: datetime = Field(sa_type=UtcTime)
    begins_on: date | None = None


PERSONAL_DATA = OwnedTable(
    Schedule,
    "planned",
    "messages",
    order_by="kind",
    internal=("subject", "generation", "planned_at", "begins_on"),
)

SCHEDULE_TABLE = Schedule.metadata.tables["schedule"]

Due = tuple[Schedule, frozenset[int]]
"""A schedule, and the days off of its member."""


@dataclass(frozen=True)
class NewSchedule:
    """A schedule to store; with None in `next_due_at` and `next_on`, no message comes of it."""

    kind: str
    zone: str
    rule: str
    next_due_at: datetime | None
    next_on: date | None
    weekday: int | None = None
    hour: int | None = None


async def plan(
    session: Session,
    workspace_id: str,
    kind: str,
    subject: str,
    *,
    user_id: str | None,
    zone: str,
    rule: str,
    next_due_at: datetime | None,
    next_on: date | None,
    now: datetime,
    weekday: int | None = None,
    hour: int | None = None,
) -> None:
    """Store the schedule of one kind for a member or channel, replacing the one before."""
    new = NewSchedule(kind, zone, rule, next_due_at, next_on, weekday, hour)
    await plan_all(session, workspace_id, subject, [new], user_id=user_id, now=now)


async def plan_all(
    session: Session,
    workspace_id: str,
    subject: str,
    plans: Iterable[NewSchedule],
    *,
    user_id: str | None,
    now: datetime,
) -> None:
    """Store the schedules of several kinds for one member or channel, in one statement."""
    rows = [
        {
            **vars(new),
            "workspace_id": workspace_id,
            "subject": subject,
            "user_id": user_id,
            "generation": 0,
            "planned_at": now,
            "begins_on": new.next_on,
        }
        for new in plans
    ]
    if rows:
        connection = await session.connection()
        await connection.execute(_upsert(connection.dialect.name), rows)


async def stop(
    session: Session, workspace_id: str, kind: str, subject: str, *, now: datetime
) -> bool:
    """Plan no further message of this kind; return False if none was planned."""
    return await _stop(session, is_plan(workspace_id, kind, subject), now=now) > 0


async def stop_all_of_member(session: Session, key: MemberKey, *, now: datetime) -> int:
    """Plan no further message of any kind to a member; return how many schedules had one."""
    theirs = col(Schedule.user_id) == key.user_id
    here = col(Schedule.workspace_id) == key.workspace_id
    return await _stop(session, here & theirs, now=now)


def plan_of(schedule: Schedule, *, days_off: frozenset[int] = frozenset()) -> Plan:
    """Return the plan that a schedule follows; a member's days off are in their pace, a channel has none."""
    return Plan(
        rule=cast("Rule", schedule.rule),
        zone=schedule.zone,
        seed=seed_of(schedule.workspace_id, schedule.subject),
        weekday=schedule.weekday,
        hour=schedule.hour,
        days_off=days_off,
    )


async def get(session: Session, workspace_id: str, kind: str, subject: str) -> Schedule | None:
    """Return the schedule, also one that was stopped."""
    found: Schedule | None = await session.scalar(
        select(Schedule)
        .where(is_plan(workspace_id, kind, subject))
        .execution_options(populate_existing=True)
    )
    return found


async def take_due(
    session: Session, *, now: datetime, limit: int, workspace_id: str | None = None
) -> list[Due]:
    """Lock due schedules, of one workspace or of all, until the transaction ends; the longest due first."""
    here = true() if workspace_id is None else col(Schedule.workspace_id) == workspace_id
    due = (
        select(Schedule, col(Pace.days_off))
        .outerjoin(Pace, _same_member())
        .where(here, is_planned(), col(Schedule.next_due_at) <= now)
        .order_by(col(Schedule.next_due_at))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Schedule)
        .execution_options(populate_existing=True)
    )
    rows = await session.execute(due)
    return [(schedule, days_off_of(days)) for schedule, days in rows]


async def advance(session: Session, moves: Iterable[tuple[Schedule, Occurrence | None]]) -> None:
    """Move schedules to their next occurrence, except those that were planned anew since they were read."""
    values = [
        {
            "the_workspace": schedule.workspace_id,
            "the_kind": schedule.kind,
            "the_subject": schedule.subject,
            "the_generation": schedule.generation,
            "due": upcoming.due_at if upcoming else None,
            "on": upcoming.on if upcoming else None,
        }
        for schedule, upcoming in moves
    ]
    if values:
        connection = await session.connection()
        await connection.execute(ADVANCE, values)


async def list_page(
    session: Session, workspace_id: str, *, after: tuple[str, str], limit: int
) -> Sequence[Due]:
    """Return schedules of a workspace with their members' days off, ordered by (kind, subject)."""
    rows = await session.execute(
        select(Schedule, col(Pace.days_off))
        .outerjoin(Pace, _same_member())
        .where(
            col(Schedule.workspace_id) == workspace_id,
            (col(Schedule.kind) > after[0])
            | ((col(Schedule.kind) == after[0]) & (col(Schedule.subject) > after[1])),
        )
        .order_by(col(Schedule.kind), col(Schedule.subject))
        .limit(limit)
    )
    return [(schedule, days_off_of(days)) for schedule, days in rows]


async def members_due(
    session: Session, workspace_id: str, *, before: datetime, limit: int
) -> list[str]:
    """Return the user ids of members whose next message is due before that moment, the soonest first."""
    rows = await session.scalars(
        select(col(Schedule.user_id))
        .where(
            col(Schedule.workspace_id) == workspace_id,
            col(Schedule.user_id).is_not(None),
            is_planned(),
            col(Schedule.next_due_at) < before,
        )
        .order_by(col(Schedule.next_due_at))
        .limit(limit)
    )
    return [user for user in dict.fromkeys(rows) if user]


async def workspaces_with_strangers_due(
    session: Session, *, before: datetime, read_before: datetime, limit: int = 200
) -> list[str]:
    """Return the connected workspaces in which a member is due whose profile is old, at most `limit`.

    A member is due when their next message is due before `before`. A profile is old when it was read before
    `read_before`, or never.
    """
    is_old = col(Member.profile_at).is_(None) | (col(Member.profile_at) < read_before)
    found = (
        select(col(Schedule.workspace_id))
        .join(
            Member,
            (col(Member.workspace_id) == col(Schedule.workspace_id))
            & (col(Member.user_id) == col(Schedule.user_id)),
        )
        .join(Workspace, col(Workspace.workspace_id) == col(Schedule.workspace_id))
        .where(is_planned(), col(Schedule.next_due_at) < before)
        .where(is_old, col(Workspace.disconnected_at).is_(None))
        .distinct()
        .limit(limit)
    )
    return list(await session.scalars(found))


def days_off_of(stored: str | None) -> frozenset[int]:
    """Return the days off that a pace has; none without a pace."""
    return frozenset(map(int, stored or ""))


def is_planned() -> ColumnElement[bool]:
    """Return the condition that matches schedules of which another message comes."""
    return col(Schedule.next_due_at).is_not(None)


def is_plan(workspace_id: str, kind: str, subject: str) -> ColumnElement[bool]:
    """Return the condition that matches one schedule."""
    here = (col(Schedule.workspace_id) == workspace_id) & (col(Schedule.kind) == kind)
    return here & (col(Schedule.subject) == subject)


ADVANCE = (
    SCHEDULE_TABLE.update()
    .where(
        SCHEDULE_TABLE.c.workspace_id == bindparam("the_workspace"),
        SCHEDULE_TABLE.c.kind == bindparam("the_kind"),
        SCHEDULE_TABLE.c.subject == bindparam("the_subject"),
        SCHEDULE_TABLE.c.generation == bindparam("the_generation"),
    )
    .values(next_due_at=bindparam("due"), next_on=bindparam("on"))
)


@cache
def _upsert(dialect: str) -> Insert:
    """Build the upsert of a schedule; cached, because every self-check and answer runs it."""
    new = insert_of(dialect, Schedule)
    again: dict[str, Any] = {
        column.name: new.excluded[column.name]
        for column in SCHEDULE_TABLE.columns
        if column.name not in KEY
    }
    again["generation"] = SCHEDULE_TABLE.c.generation + 1
    return new.on_conflict_do_update(index_elements=list(KEY), set_=again)


def _same_member() -> ColumnElement[bool]:
    of_workspace = col(Pace.workspace_id) == col(Schedule.workspace_id)
    return of_workspace & (col(Pace.user_id) == col(Schedule.user_id))


async def _stop(session: Session, which: ColumnElement[bool], *, now: datetime) -> int:
    stopped = await session.execute(
        update(Schedule)
        .where(which, col(Schedule.next_due_at).is_not(None))
        .values(
            next_due_at=None,
            next_on=None,
            generation=col(Schedule.generation) + 1,
            planned_at=now,
        )
        .returning(col(Schedule.kind))
        .execution_options(synchronize_session=False)
    )
    return len(stopped.all())
