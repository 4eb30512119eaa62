"""What an operator may look at: messages that the bot sends by itself, newest first, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, literal_column, select
from sqlalchemy.orm import Mapped
from sqlmodel import Field, col

from storage.checkins import Pace
from storage.database.engine import Session
from storage.database.rows import Row, insert_into
from storage.members import Workspace
from storage.outbox.queue import IS_READY, Outgoing
from storage.outbox.rates import Rate
from storage.outbox.schedules import Schedule


async def list_messages(
    session: Session,
    *,
    state: str | None = None,
    subject: str | None = None,
    workspace_id: str | None = None,
    limit: int = 20,
) -> Sequence[Outgoing]:
    """The newest messages that fit; `subject` is a member's or a channel's id."""
    query = select(Outgoing).order_by(col(Outgoing.due_at).desc(), col(Outgoing.id)).limit(limit)
    if state:
        query = query.where(col(Outgoing.state) == state)
    if subject:
        query = query.where(col(Outgoing.subject) == subject)
    if workspace_id:
        query = query.where(col(Outgoing.workspace_id) == workspace_id)
    return (await session.scalars(query)).all()


async def find_message(session: Session, message_id: str) -> Outgoing | None:
    """The message with this id, whichever workspace it is for."""
    found: Outgoing | None = await session.scalar(
        select(Outgoing).where(col(Outgoing.id) == message_id).limit(1)
    )
    return found


async def list_schedules(
    session: Session, subject: str, *, workspace_id: str | None = None
) -> Sequence[Schedule]:
    """What is planned for this member or channel, by kind."""
    query = select(Schedule).where(col(Schedule.subject) == subject).order_by(col(Schedule.kind))
    if workspace_id:
        query = query.where(col(Schedule.workspace_id) == workspace_id)
    return (await session.scalars(query)).all()


async def list_paces(
    session: Session, user_id: str, *, workspace_id: str | None = None
) -> Sequence[Pace]:
    """How often this person wants to hear from the coach, once for each workspace."""
    query = select(Pace).where(col(Pace.user_id) == user_id)
    if workspace_id:
        query = query.where(col(Pace.workspace_id) == workspace_id)
    return (await session.scalars(query)).all()


@dataclass(frozen=True)
class OutcomeCount:
    """So many messages of one kind ended like this."""

    kind: str
    state: str
    reason: str | None
    form: str | None
    count: int


async def count_outcomes(session: Session, workspace_id: str) -> list[OutcomeCount]:
    """The messages of a workspace by kind, state, reason and form."""
    parts = (col(Outgoing.kind), col(Outgoing.state), col(Outgoing.reason), col(Outgoing.form))
    counted = select(*parts, func.count()).where(col(Outgoing.workspace_id) == workspace_id)
    rows = await session.execute(counted.group_by(*parts).order_by(*parts))
    return [OutcomeCount(*row) for row in rows]


async def next_due(session: Session, workspace_id: str) -> datetime | None:
    """When the next plan or message of this workspace is due, if any is; it may have passed."""
    planned: datetime | None = await session.scalar(
        select(func.min(col(Schedule.next_due_at))).where(
            col(Schedule.workspace_id) == workspace_id, col(Schedule.next_due_at).is_not(None)
        )
    )
    waiting: datetime | None = await session.scalar(
        select(func.min(col(Outgoing.not_before))).where(
            col(Outgoing.workspace_id) == workspace_id, IS_READY
        )
    )
    return min((moment for moment in (planned, waiting) if moment), default=None)


async def late_since(
    session: Session, workspace_id: str, *, before: datetime, paced_since: datetime
) -> datetime | None:
    """Since when something waits that ought to be done; None when nothing waits since `before`.

    Nothing is late in a workspace that is not connected, and no message while others go out as fast as
    Slack allows: a call that was reserved after `paced_since` says that they do.
    """
    if not await _is_connected(session, workspace_id):
        return None
    waiting = [
        await session.scalar(
            select(func.min(col(Schedule.next_due_at))).where(
                col(Schedule.workspace_id) == workspace_id,
                col(Schedule.next_due_at).is_not(None),
                col(Schedule.next_due_at) < before,
            )
        ),
        await _earliest(session, workspace_id, "leased", col(Outgoing.lease_until), before=before),
    ]
    if not await _is_rate_limited(session, workspace_id, since=paced_since):
        not_before = col(Outgoing.not_before)
        waiting.append(await _earliest(session, workspace_id, "ready", not_before, before=before))
    return min((since for since in waiting if since), default=None)


async def _is_connected(session: Session, workspace_id: str) -> bool:
    found = await session.scalar(
        select(col(Workspace.workspace_id)).where(
            col(Workspace.workspace_id) == workspace_id, col(Workspace.disconnected_at).is_(None)
        )
    )
    return found is not None


async def _earliest(
    session: Session,
    workspace_id: str,
    state: str,
    moment: Mapped[datetime] | Mapped[datetime | None],
    *,
    before: datetime,
) -> datetime | None:
    # The state is written out, not a parameter: only then the partial indexes are used.
    is_state = col(Outgoing.state) == literal_column(f"'{state}'")
    found: datetime | None = await session.scalar(
        select(func.min(moment)).where(
            col(Outgoing.workspace_id) == workspace_id, is_state, moment < before
        )
    )
    return found


async def _is_rate_limited(session: Session, workspace_id: str, *, since: datetime) -> bool:
    latest = await session.scalar(
        select(func.max(col(Rate.free_at))).where(col(Rate.workspace_id) == workspace_id)
    )
    return latest is not None and latest > since


async def record_audit(
    session: Session, workspace_id: str, day: date, *, expected: int, missing: int, late: int
) -> None:
    """Keep what was found for the day; a later look at the same day replaces it."""
    found = {"expected": expected, "missing": missing, "late": late}
    await session.execute(
        insert_into(session, Audit)
        .values(workspace_id=workspace_id, day=day, **found)
        .on_conflict_do_update(index_elements=["workspace_id", "day"], set_=found)
    )


class Audit(Row, table=True):
    """What the auditor found on one day: how many messages ought to exist, and how many are missing."""

    day: date = Field(primary_key=True)
    expected: int
    missing: int
    late: int


async def latest_audit(session: Session, workspace_id: str) -> Audit | None:
    """What was found for the last day that was looked at."""
    found: Audit | None = await session.scalar(
        select(Audit)
        .where(col(Audit.workspace_id) == workspace_id)
        .order_by(col(Audit.day).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found


async def prune_audits(session: Session, workspace_id: str, *, before: date) -> None:
    """Forget what was found for days before that one."""
    await session.execute(
        delete(Audit).where(col(Audit.workspace_id) == workspace_id, col(Audit.day) < before)
    )
