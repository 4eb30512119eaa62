"""Limits per person and channel, counted in the database, so that all processes share them.

`spend` counts one use in the caller's transaction and locks the count until that ends. Two who use the last
one at the same moment therefore come one after the other, and a rollback gives the use back. It comes last in
a transaction, because others may wait for the count meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, literal, or_
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, insert_into


@dataclass(frozen=True)
class Limit:
    """At most so many of something `within` a time; with a time of zero, at any moment."""

    what: str
    most: int
    within: timedelta = timedelta(0)


CONVERSATIONS = Limit("conversations", 5)
"""Assessments that one person has open."""

EXPORTS = Limit("exports", 5, timedelta(days=1))
"""Files with everything about one person."""

AGENTS = Limit("agents", 50)
"""Agents that one channel lists."""

LINES = Limit("lines", 20, timedelta(hours=1))
"""Lines that people's acts put into one channel."""


class LimitReached(Exception):
    """A person or a channel has had as many as the limit allows; `again_at` is when there may be more."""

    def __init__(self, limit: Limit, again_at: datetime | None = None) -> None:
        super().__init__(f"{limit.most} {limit.what}")
        self.limit = limit
        self.again_at = again_at


class Allowance(Row, table=True):
    """How often a person or a channel used something since `since`; `subject` is the id of either."""

    subject: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcTime)
    used: int


async def _of_member(_session: Session, key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the member's rows."""
    return (col(Allowance.workspace_id) == key.workspace_id) & (
        col(Allowance.subject) == key.user_id
    )


PERSONAL_DATA = OwnedTable(
    Allowance, "allowances", "log", order_by="what", rows_of=_of_member, internal=("subject",)
)


async def spend(
    session: Session,
    workspace_id: str,
    subject: str,
    limit: Limit,
    *,
    now: datetime,
    count: int = 1,
) -> None:
    """Count so many uses; raise LimitReached when there were as many as the limit allows within its time.

    The time begins with the first use. For a person, the caller has locked the member in this transaction.
    """
    first = insert_into(session, Allowance).values(
        workspace_id=workspace_id, subject=subject, what=limit.what, since=now, used=count
    )
    # A beginning in the future was stored before the clock was set back.
    is_over = or_(col(Allowance.since) <= now - limit.within, col(Allowance.since) > now)
    counted = first.on_conflict_do_update(
        index_elements=["workspace_id", "subject", "what"],
        set_={
            "since": case((is_over, literal(now, UtcTime)), else_=col(Allowance.since)),
            "used": case((is_over, count), else_=col(Allowance.used) + count),
        },
    )
    row = (
        await session.execute(counted.returning(col(Allowance.used), col(Allowance.since)))
    ).one()
    if row.used > limit.most:
        raise LimitReached(limit, row.since + limit.within)


class Reserve:
    """Uses of a limit that one process counts `some` at a time, for what is used many times a second.

    Most uses then need no statement, and none waits for the count. What a process leaves over is lost to the
    others until the time of the limit is over.
    """

    def __init__(self, limit: Limit, *, some: int) -> None:
        self.limit = limit
        self._some = some
        self._left: dict[tuple[str, str], tuple[int, datetime]] = {}

    async def spend(
        self, session: Session, workspace_id: str, subject: str, *, now: datetime, count: int
    ) -> None:
        """Count so many uses; raise LimitReached as `spend` does."""
        left, since = self._left.get((workspace_id, subject), (0, now))
        if left < count or not since <= now < since + self.limit.within:
            left, since = max(count, self._some), now
            await spend(session, workspace_id, subject, self.limit, now=now, count=left)
        self._left[workspace_id, subject] = (left - count, since)
