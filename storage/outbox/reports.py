"""What operators see of the outbox: messages, schedules, outcomes, lateness and daily completeness."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    case,
    exists,
    func,
    literal,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import Mapped
from sqlmodel import Field, col

from storage.checkins import Pace
from storage.database import Session
from storage.database.rows import Retention, Row, delete_oldest, insert_into, workspaces_with
from storage.outbox.queue import (
    FINISHED,
    IS_HELD,
    IS_READY,
    Outgoing,
    day_prefix,
    is_connected,
    is_state,
)
from storage.outbox.rates import Rate
from storage.outbox.schedules import Schedule, is_planned
from storage.workspaces import Workspace

EVERYWHERE = ""
"""Stands in place of a workspace for the check of all of them."""

Workspaces = Select[str]


class Completeness(Row, table=True):
    """The check of one day: how many messages were expected, and how many are missing or late.

    The row of `EVERYWHERE` says that the day was checked in all workspaces.
    """

    __table_args__ = (Index("ix_completeness_day", "day"),)

    day: date = Field(primary_key=True)
    expected: int
    missing: int
    late: int


async def list_messages(
    session: Session,
    *,
    state: str | None = None,
    subject: str | None = None,
    workspace_id: str | None = None,
    limit: int = 20,
) -> Sequence[Outgoing]:
    """Return the newest messages that match; `subject` is a user id or a channel id."""
    query = select(Outgoing).order_by(col(Outgoing.due_at).desc(), col(Outgoing.id)).limit(limit)
    if state:
        query = query.where(col(Outgoing.state) == state)
    if subject:
        query = query.where(col(Outgoing.subject) == subject)
    if workspace_id:
        query = query.where(col(Outgoing.workspace_id) == workspace_id)
    return (await session.scalars(query)).all()


async def find_message(session: Session, message_id: str) -> Outgoing | None:
    """Return the message with this id, in any workspace."""
    found: Outgoing | None = await session.scalar(
        select(Outgoing).where(col(Outgoing.id) == message_id).limit(1)
    )
    return found


async def list_schedules(
    session: Session, subject: str, *, workspace_id: str | None = None
) -> Sequence[Schedule]:
    """Return the schedules of a user id or channel id, by kind."""
    query = select(Schedule).where(col(Schedule.subject) == subject).order_by(col(Schedule.kind))
    if workspace_id:
        query = query.where(col(Schedule.workspace_id) == workspace_id)
    return (await session.scalars(query)).all()


async def list_paces(
    session: Session, user_id: str, *, workspace_id: str | None = None
) -> Sequence[Pace]:
    """Return the paces of this user id, one per workspace."""
    query = select(Pace).where(col(Pace.user_id) == user_id)
    if workspace_id:
        query = query.where(col(Pace.workspace_id) == workspace_id)
    return (await session.scalars(query)).all()


@dataclass(frozen=True)
class OutcomeCount:
    """The number of messages with this kind, state, reason and form."""

    kind: str
    state: str
    reason: str | None
    form: str | None
    count: int


async def count_outcomes(session: Session, workspace_id: str) -> list[OutcomeCount]:
    """Count the messages of a workspace by kind, state, reason and form."""
    parts = (col(Outgoing.kind), col(Outgoing.state), col(Outgoing.reason), col(Outgoing.form))
    counted = select(*parts, func.count()).where(col(Outgoing.workspace_id) == workspace_id)
    rows = await session.execute(counted.group_by(*parts).order_by(*parts))
    return [OutcomeCount(*row) for row in rows]


async def count_recent(session: Session, *, since: date) -> dict[str, int]:
    """Return the number of messages in each state, over all workspaces, without reading the whole table.

    Of `sent`, `skipped` and `failed`, of which there are the most, only those planned for that day or later
    count.
    """
    state, number = col(Outgoing.state), func.count()
    ended = (col(Outgoing.workspace_id) == col(Workspace.workspace_id)) & (
        col(Outgoing.id) >= day_prefix(since)
    )
    counted = union_all(
        select(literal("ready"), number).where(IS_READY),
        select(state, number).where(IS_HELD).group_by(state),
        select(literal("unknown"), number).where(is_state("unknown")),
        select(state, number)
        .select_from(Workspace)
        .join(Outgoing, ended)
        .where(state.in_(FINISHED))
        .group_by(state),
    )
    return {str(name): int(count) for name, count in await session.execute(counted)}


async def oldest_due(session: Session, *, now: datetime) -> datetime | None:
    """Return since when the longest waiting message is due, or None if none is."""
    found: datetime | None = await session.scalar(_soonest_ready(before=now))
    return found


def _soonest_ready(
    *, before: datetime, where: Callable[[Workspaces], ColumnElement[bool]] = lambda _: true()
) -> Select[datetime]:
    """Select the moment since which a message may go out, up to `before`, in such workspaces.

    It reads one message of each workspace that has some, and not all messages that wait.
    """
    found = workspaces_with(Outgoing, IS_READY)
    here = found.where(where(found)).subquery()
    moment = col(Outgoing.not_before)
    ready = select(moment).where(col(Outgoing.workspace_id) == here.c.workspace_id, IS_READY)
    # In order, because SQLite would take another index for min().
    soonest = ready.where(moment <= before).order_by(moment).limit(1).scalar_subquery()
    each = select(soonest.label("moment")).select_from(here).subquery()
    return select(func.min(each.c.moment))


async def next_due(session: Session, subjects: Collection[str] | None = None) -> datetime | None:
    """Return when the next schedule or message is due; it may lie in the past.

    `subjects` are user and channel ids; with them, only what goes to one of these counts.
    """
    planning = select(func.min(col(Schedule.next_due_at))).where(
        col(Schedule.next_due_at).is_not(None)
    )
    waiting = select(func.min(col(Outgoing.not_before))).where(IS_READY)
    if subjects is not None:
        planning = planning.where(col(Schedule.subject).in_(subjects))
        waiting = waiting.where(col(Outgoing.subject).in_(subjects))
    found = [await session.scalar(planning), await session.scalar(waiting)]
    return min((moment for moment in found if moment), default=None)


async def late_since(
    session: Session, *, before: datetime, paced_since: datetime
) -> datetime | None:
    """Return the moment since which a due schedule or message waits, if that is earlier than `before`.

    Nothing is late in a workspace that is not connected. Ready messages are not late while others of their
    workspace go out at the rate limit, which is the case if a call was reserved for a moment after
    `paced_since`.
    """

    def is_unpaced(found: Workspaces) -> ColumnElement[bool]:
        here = col(Rate.workspace_id) == found.selected_columns.workspace_id
        paced = select(func.count()).where(here, col(Rate.free_at) > paced_since)
        return is_connected(found) & (paced.scalar_subquery() == 0)

    waiting: list[datetime | None] = [
        await session.scalar(_earliest(Schedule, col(Schedule.next_due_at), is_planned(), before)),
        await session.scalar(
            _earliest(Outgoing, col(Outgoing.lease_until), is_state("leased"), before)
        ),
        await session.scalar(_soonest_ready(before=before, where=is_unpaced)),
    ]
    return min((since for since in waiting if since), default=None)


def _earliest(
    table: type[Row], moment: Mapped[Any], condition: ColumnElement[bool], before: datetime
) -> Select[datetime]:
    """Select the earliest moment before this one of the rows of connected workspaces."""
    rows = select(moment, col(table.workspace_id)).where(condition, moment < before)
    return rows.where(is_connected(rows)).with_only_columns(moment).order_by(moment).limit(1)


async def list_workspaces(
    session: Session,
    *,
    limit: int,
    workspace_id: str | None = None,
    is_connected: bool | None = None,
) -> list[Workspace]:
    """Return at most `limit` workspaces: refused ones first, then the one removed last, then the others.

    With `workspace_id` that one alone, with `is_connected` those in which the app is installed, or is not.
    """
    gone, here = col(Workspace.disconnected_at), col(Workspace.workspace_id)
    is_fine = col(Workspace.refused_at).is_(None) | gone.is_not(None)
    found = select(Workspace).order_by(is_fine, gone.is_(None), gone.desc(), here).limit(limit)
    if workspace_id is not None:
        found = found.where(here == workspace_id)
    if is_connected is not None:
        found = found.where(gone.is_(None) if is_connected else gone.is_not(None))
    return list(await session.scalars(found.execution_options(populate_existing=True)))


async def count_workspaces(session: Session) -> dict[str, int]:
    """Return how many workspaces are installed, refused by Slack although installed, and removed."""
    gone, refused = col(Workspace.disconnected_at), col(Workspace.refused_at)
    state = case(
        (gone.is_not(None), "removed"), (refused.is_not(None), "refused"), else_="installed"
    )
    counted = await session.execute(select(state, func.count()).group_by(state))
    return {"installed": 0, "refused": 0, "removed": 0} | {str(name): n for name, n in counted}


async def record_completeness(
    session: Session, workspace_id: str, day: date, *, expected: int, missing: int, late: int
) -> None:
    """Store the result of a day's check, replacing an earlier result of the same day."""
    found = {"expected": expected, "missing": missing, "late": late}
    await session.execute(
        insert_into(session, Completeness)
        .values(workspace_id=workspace_id, day=day, **found)
        .on_conflict_do_update(index_elements=["workspace_id", "day"], set_=found)
    )


async def latest_completeness(session: Session, workspace_id: str) -> Completeness | None:
    """Return the result for the latest day that was checked."""
    found: Completeness | None = await session.scalar(
        select(Completeness)
        .where(col(Completeness.workspace_id) == workspace_id)
        .order_by(col(Completeness.day).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found


async def completeness_of_all(session: Session) -> Completeness | None:
    """Return the results of all workspaces for the latest day that was checked, added up."""
    latest = select(func.max(col(Completeness.day))).scalar_subquery()
    numbers = (col(Completeness.expected), col(Completeness.missing), col(Completeness.late))
    row = (
        await session.execute(
            select(func.max(col(Completeness.day)), *map(func.sum, numbers)).where(
                col(Completeness.day) == latest
            )
        )
    ).one()
    day, *sums = row
    if day is None:
        return None
    expected, missing, late = map(int, sums)
    return Completeness(workspace_id="", day=day, expected=expected, missing=missing, late=late)


async def workspaces_to_check(session: Session, day: date, *, limit: int) -> list[str]:
    """Return connected workspaces in which something is planned or waits and this day was not checked."""
    parts = workspaces_with(Schedule, is_planned()), workspaces_with(Outgoing, IS_READY)
    active = union(*parts).subquery()
    found = select(active.c.workspace_id)
    checked = exists().where(
        col(Completeness.workspace_id) == active.c.workspace_id, col(Completeness.day) >= day
    )
    return list(await session.scalars(found.where(is_connected(found), ~checked).limit(limit)))


async def is_checked(session: Session, workspace_id: str, day: date) -> bool:
    """Return whether this day, or a later one, was checked in this workspace."""
    latest = await latest_completeness(session, workspace_id)
    return latest is not None and latest.day >= day


async def prune_completeness(session: Session, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` results of days before that moment's; return how many."""
    day = col(Completeness.day)
    return await delete_oldest(
        session, Completeness, day < before.date(), order_by=day, limit=limit
    )


COMPLETENESS_RETENTION = Retention(
    Completeness,
    "How many messages were missing or late on a day, without saying whose",
    timedelta(days=400),
    prune_completeness,
)
