"""The queue of changes: each event about a permission of a member, once for each receiver that follows it.

A change waits until its receiver has taken it, then it is deleted. A claim moves `due_at` on by a lease and
counts a try, so a change whose process died is due again by itself. Whoever finishes it names that try; a
process whose change was taken over meanwhile changes nothing. So a receiver may be told twice, with the same
id, and never not at all. Of a member, a receiver is told the next change only when it has taken the one
before. After `GIVEN_UP` days a change is dead: it is shown to admins, and blocks nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    delete,
    exists,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage import workspaces
from storage.changes.receivers import Followed, Receiver
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Retention,
    Row,
    UtcTime,
    delete_oldest,
    insert_into,
    new_id,
    partial_index,
    refers_to,
    workspaces_with,
)

ChangeKind = Literal["granted", "changed", "ended"]
Via = Literal["policy", "sandbox"]

GIVEN_UP = timedelta(days=7)
KEPT_DEAD = timedelta(days=30)
MOST_WORKSPACES = 300

WAITING_ROWS = text("state = 'waiting'")
DEAD_ROWS = text("state = 'dead'")


class Change(Row, table=True):
    """One event about a permission of a member, for one receiver; `id` is the same for all receivers.

    `number` is the place among the changes of this member for this receiver. `user_id` is empty after an
    erasure: then `sealed` has it, encrypted, until the receiver was told that the permission ended.
    """

    __tablename__ = "access_change"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("receiver", receiver_id="id"),
        CheckConstraint("state IN ('waiting', 'dead')", name="state"),
        partial_index(
            "ix_access_change_due",
            *("workspace_id", "receiver_id", "due_at", "id"),
            where=WAITING_ROWS,
        ),
        partial_index(
            "ix_access_change_order",
            *("workspace_id", "receiver_id", "user_id", "number", "id"),
            where=WAITING_ROWS,
        ),
        partial_index("ix_access_change_dead", "at", where=DEAD_ROWS),
        Index("ix_access_change_of_member", "workspace_id", "user_id"),
    )

    receiver_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    user_id: str | None = None
    sealed: str | None = None
    permission: str
    change: str
    until: datetime | None = Field(default=None, sa_type=UtcTime)
    via: str
    reason: str
    policy_version: str
    at: datetime = Field(sa_type=UtcTime)
    number: int = 1
    state: str = "waiting"
    due_at: datetime = Field(sa_type=UtcTime)
    tries: int = 0


def _is_waiting(table: Any) -> ColumnElement[bool]:
    # A literal and not a parameter: only for those do both databases use a partial index.
    return col(table.state) == literal_column("'waiting'")


IS_WAITING = _is_waiting(Change)
IS_DEAD = col(Change.state) == literal_column("'dead'")

PERSONAL_DATA = OwnedTable(
    Change,
    "changes_out",
    "log",
    order_by="id",
    internal=("sealed", "number", "state", "due_at", "tries"),
)


async def append(
    session: Session,
    key: MemberKey,
    permission_id: str,
    change: ChangeKind,
    *,
    until: datetime | None,
    via: Via,
    reason: str,
    policy_version: str,
    now: datetime,
) -> None:
    """Store one change for each receiver of the workspace that follows this permission.

    Call it in the transaction that changed the grant, after its row was changed: whoever changes the same
    grant waits for that row, and so comes later here too.
    """
    mine = (
        col(Change.workspace_id) == key.workspace_id,
        col(Change.receiver_id) == col(Followed.receiver_id),
        col(Change.user_id) == key.user_id,
        IS_WAITING,
    )
    last = select(func.coalesce(func.max(col(Change.number)), 0)).where(*mine)
    values: dict[str, Any] = {
        "workspace_id": literal(key.workspace_id),
        "receiver_id": col(Followed.receiver_id),
        "id": literal(new_id()),
        "user_id": literal(key.user_id),
        "permission": literal(permission_id),
        "change": literal(change),
        "until": literal(until, UtcTime()),
        "via": literal(via),
        "reason": literal(reason),
        "policy_version": literal(policy_version),
        "at": literal(now, UtcTime()),
        "number": last.correlate(Followed).scalar_subquery() + 1,
        "state": literal("waiting"),
        "due_at": literal(now, UtcTime()),
        "tries": literal(0),
    }
    following = select(*(value.label(name) for name, value in values.items())).where(
        col(Followed.workspace_id) == key.workspace_id, col(Followed.permission) == permission_id
    )
    await session.execute(insert_into(session, Change).from_select(list(values), following))


async def workspaces_due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces where a receiver that is not held back has a change due, a few hundred.

    It reads one entry of an index for each workspace that has any, and one for each of its receivers.
    """
    found = workspaces_with(Change, IS_WAITING)
    here = found.selected_columns.workspace_id
    is_due = exists().where(
        col(Change.workspace_id) == col(Receiver.workspace_id),
        col(Change.receiver_id) == col(Receiver.id),
        IS_WAITING,
        col(Change.due_at) <= now,
    )
    is_open = exists().where(
        col(Receiver.workspace_id) == here, col(Receiver.open_at) <= now, is_due
    )
    connected = workspaces.is_connected(here)
    return list(await session.scalars(found.where(is_open, connected).limit(MOST_WORKSPACES)))


async def claim(
    session: Session,
    receiver: Receiver,
    *,
    lease: timedelta,
    most: int,
    now: datetime,
) -> Sequence[Change]:
    """Claim at most so many changes that are due for a receiver, each the first one of its member."""
    one, before = aliased(Change), aliased(Change)
    has_earlier = exists().where(
        col(before.workspace_id) == col(one.workspace_id),
        col(before.receiver_id) == col(one.receiver_id),
        col(before.user_id) == col(one.user_id),
        _is_waiting(before),
        tuple_(col(before.number), col(before.id)) < tuple_(col(one.number), col(one.id)),
    )
    due = (
        select(col(one.id))
        .where(
            col(one.workspace_id) == receiver.workspace_id,
            col(one.receiver_id) == receiver.id,
            _is_waiting(one),
            col(one.due_at) <= now,
            ~has_earlier,
        )
        .order_by(col(one.due_at), col(one.id))
        .limit(most)
        .with_for_update(skip_locked=True, of=one)
    )
    # MATERIALIZED: PostgreSQL may run a plain subquery again for each row, and then claim more rows.
    chosen = select(due.cte("due").prefix_with("MATERIALIZED").c.id)
    rows = await session.scalars(
        update(Change)
        .where(*is_for(receiver), col(Change.id).in_(chosen), IS_WAITING)
        .values(due_at=now + lease, tries=col(Change.tries) + 1)
        .returning(Change)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(rows, key=lambda change: change.id)


async def finish(session: Session, receiver: Receiver, taken: Sequence[Change]) -> None:
    """Delete changes that the receiver has taken, unless another process claimed them since."""
    await session.execute(
        delete(Change)
        .where(*is_for(receiver), _are_these(taken))
        .execution_options(synchronize_session=False)
    )


async def postpone(session: Session, receiver: Receiver, change: Change, until: datetime) -> None:
    """Try a change again at that moment, unless another process claimed it since."""
    await session.execute(
        update(Change)
        .where(*is_for(receiver), _are_these([change]))
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


async def give_up(session: Session, receiver: Receiver, *, now: datetime) -> int:
    """Give up the receiver's changes that waited for `GIVEN_UP`; return how many."""
    rows = await session.execute(
        update(Change)
        .where(*is_for(receiver), IS_WAITING, col(Change.at) <= now - GIVEN_UP)
        .values(state="dead")
        .returning(col(Change.id))
        .execution_options(synchronize_session=False)
    )
    return len(rows.all())


async def prune(session: Session, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` changes from before that moment that were given up; return how many."""
    at = col(Change.at)
    return await delete_oldest(session, Change, IS_DEAD & (at < before), order_by=at, limit=limit)


RETENTION = Retention(
    Change,
    "That a permission of yours began or ended, for a server of your organization that never took it",
    KEPT_DEAD,
    prune,
)


def is_for(receiver: Receiver) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that match the changes for a receiver."""
    return (
        col(Change.workspace_id) == receiver.workspace_id,
        col(Change.receiver_id) == receiver.id,
    )


def _are_these(changes: Sequence[Change]) -> ColumnElement[bool]:
    """Return the condition that matches these changes while nobody claimed them again."""
    tried = [(change.id, change.tries) for change in changes]
    # The ids alone, too: SQLite searches no index for pairs.
    these = col(Change.id).in_([change.id for change in changes])
    return these & tuple_(col(Change.id), col(Change.tries)).in_(tried)
