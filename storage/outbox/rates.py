"""Rate limits: one bucket per workspace and Slack method, shared by all processes.

A bucket is one row with the moment from which the next call is free. A claim locks the row, reserves as many
calls as fit into the next seconds, and moves that moment on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import Row, UtcTime, insert_into

MINUTE = timedelta(minutes=1)

BURST = timedelta(seconds=1)
"""Unused time up to this long may be made up for, so that a pause between batches loses no calls."""

MARGIN = 1.02
"""Calls reach Slack unevenly spaced, so we stay 2 % below the limit."""

MAX_AHEAD = timedelta(minutes=15)
"""A bucket reserved further ahead than this was written before the clock was set back."""


class Rate(Row, table=True):
    """When the next call of one method in one workspace may go out, for all processes together."""

    method: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcTime)
    calls: int = 0
    refused: int = 0


RATE_TABLE = Rate.metadata.tables["rate"]

IS_BUCKET = and_(
    RATE_TABLE.c.workspace_id == bindparam("the_workspace"),
    RATE_TABLE.c.method == bindparam("the_method"),
)

FREE_AT = select(RATE_TABLE.c.free_at).where(IS_BUCKET).with_for_update(skip_locked=True)

RESERVE = (
    RATE_TABLE.update()
    .where(IS_BUCKET)
    .values(free_at=bindparam("until"), calls=RATE_TABLE.c.calls + bindparam("count"))
)
"""Every claim runs these statements, so they are built once."""


@dataclass(frozen=True)
class RateLimit:
    """A limit of calls per minute of one method; calls are reserved at most `ahead` of their time."""

    method: str
    per_minute: float
    ahead: timedelta = timedelta(seconds=20)

    @property
    def interval(self) -> timedelta:
        """The time between two calls."""
        return MINUTE / self.per_minute * MARGIN


async def lock_bucket(
    session: Session, workspace_id: str, method: str, *, now: datetime
) -> datetime | None:
    """Lock the bucket until the transaction ends and return when its next call is free.

    Return None if another process has it locked.
    """
    bucket = {"the_workspace": workspace_id, "the_method": method}
    found: datetime | None = await session.scalar(FREE_AT, bucket)
    if found is None:
        # Either there is no bucket yet, or another process has it locked; then this changes nothing.
        new = insert_into(session, Rate).values(
            workspace_id=workspace_id, method=method, free_at=now, calls=0, refused=0
        )
        await session.execute(new.on_conflict_do_nothing())
        found = await session.scalar(FREE_AT, bucket)
    return found


def first_free(free_at: datetime, *, now: datetime) -> datetime:
    """Return the first moment that is free for a call."""
    return now if free_at > now + MAX_AHEAD else max(free_at, now - BURST)


def room(free_at: datetime, limit: RateLimit, *, now: datetime) -> int:
    """Return how many calls may be reserved now."""
    left = now + limit.ahead - first_free(free_at, now=now)
    return max(0, int(left / limit.interval))


async def reserve(
    session: Session,
    workspace_id: str,
    limit: RateLimit,
    *,
    count: int,
    free_at: datetime,
    now: datetime,
) -> list[datetime]:
    """Reserve calls of a locked bucket and return the moment for each."""
    first = first_free(free_at, now=now)
    await session.execute(
        RESERVE,
        {
            "the_workspace": workspace_id,
            "the_method": limit.method,
            "until": first + count * limit.interval,
            "count": count,
        },
    )
    return [first + number * limit.interval for number in range(count)]


async def take_turn(
    session: Session, workspace_id: str, limit: RateLimit, *, within: timedelta, now: datetime
) -> tuple[datetime, bool]:
    """Reserve the next free call if it is within this time; return its moment, and whether it is reserved.

    Unlike `reserve`, it never makes up for unused time: of a limit as low as one a minute, Slack refuses the
    second call of a burst.
    """
    free_at = await lock_bucket(session, workspace_id, limit.method, now=now)
    if free_at is None:
        return now + BURST, False
    at = now if free_at > now + MAX_AHEAD else max(free_at, now)
    if at - now > within:
        return at, False
    bucket = {"the_workspace": workspace_id, "the_method": limit.method}
    await session.execute(RESERVE, {**bucket, "until": at + limit.interval, "count": 1})
    return at, True


async def block_until(session: Session, workspace_id: str, method: str, *, until: datetime) -> None:
    """Reserve nothing before that moment, because Slack answered 429; also counts the refusal."""
    new = insert_into(session, Rate).values(
        workspace_id=workspace_id, method=method, free_at=until, calls=0, refused=1
    )
    later = func.max if session.get_bind().dialect.name == "sqlite" else func.greatest
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "method"],
            set_={
                "free_at": later(col(Rate.free_at), new.excluded.free_at),
                "refused": col(Rate.refused) + 1,
            },
        )
    )


async def count_calls(session: Session) -> list[tuple[str, int, int]]:
    """Return how many calls of each method were reserved and refused, in all workspaces together."""
    method, totals = col(Rate.method), (func.sum(col(Rate.calls)), func.sum(col(Rate.refused)))
    rows = await session.execute(select(method, *totals).group_by(method).order_by(method))
    return [(str(name), int(calls), int(refused)) for name, calls, refused in rows]
