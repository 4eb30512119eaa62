"""How often Slack may be asked: one bucket per workspace and method, shared by all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import Field, col

from storage.database.engine import Session
from storage.database.rows import Row, UtcTime, insert_into

MINUTE = timedelta(minutes=1)

BURST = timedelta(seconds=1)
"""What was left unused this long may be made up for, so that a pause between batches costs nothing."""

MARGIN = 1.02
"""Calls reach Slack a little unevenly; two in a hundred are kept back, or the limit would be met."""

MAX_AHEAD = timedelta(minutes=15)
"""A bucket that is taken further ahead than this belongs to a clock that was set back."""


class Rate(Row, table=True):
    """When the next call of one method in one workspace may go out, for all processes together."""

    method: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcTime)
    calls: int = 0
    refused: int = 0


TABLE = Rate.metadata.tables["rate"]

IS_BUCKET = and_(
    TABLE.c.workspace_id == bindparam("the_workspace"), TABLE.c.method == bindparam("the_method")
)

FREE_AT = select(TABLE.c.free_at).where(IS_BUCKET).with_for_update(skip_locked=True)

RESERVE = (
    TABLE.update()
    .where(IS_BUCKET)
    .values(free_at=bindparam("until"), calls=TABLE.c.calls + bindparam("count"))
)
"""Every claim asks and takes: the statements are made once."""


@dataclass(frozen=True)
class RateLimit:
    """So many calls a minute of one method, reserved at most `ahead` of their time."""

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
    """When the next call is free, held until the transaction ends; None while another process has it."""
    bucket = {"the_workspace": workspace_id, "the_method": method}
    found: datetime | None = await session.scalar(FREE_AT, bucket)
    if found is None:
        # There is none yet, or another process has it: then this changes nothing.
        new = insert_into(session, Rate).values(
            workspace_id=workspace_id, method=method, free_at=now, calls=0, refused=0
        )
        await session.execute(new.on_conflict_do_nothing())
        found = await session.scalar(FREE_AT, bucket)
    return found


def first_free(free_at: datetime, *, now: datetime) -> datetime:
    """The first moment that is free for a call."""
    return now if free_at > now + MAX_AHEAD else max(free_at, now - BURST)


def room(free_at: datetime, limit: RateLimit, *, now: datetime) -> int:
    """How many calls may be reserved now."""
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
    """Reserve so many calls of a locked bucket; returns the moments for them."""
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


async def block_until(session: Session, workspace_id: str, method: str, *, until: datetime) -> None:
    """Slack asked to wait: nothing is reserved before that moment."""
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


async def list_rates(session: Session) -> list[Rate]:
    """All buckets, with how many calls were reserved and how many Slack refused."""
    rows = await session.scalars(select(Rate).execution_options(populate_existing=True))
    return list(rows)
