"""A simulated week of several workspaces through PgBouncer, with four clocks of which one is killed."""

from tests.databases import PostgresServer
from tests.pooler import pooler as pooler
from tests.reliability.week import week, week_of

WORKSPACES, MEMBERS, DUE = 20, 50, 2
"""A thousand of a thousand in the long run."""


async def test_nothing_is_lost_or_doubled(postgres_url: str, pooler: PostgresServer) -> None:
    shape = week_of(WORKSPACES, MEMBERS, due=DUE, days=1, zones=["UTC"])
    passed = await week(postgres_url, pooler.url_of("rungs"), shape)
    assert passed.holds, passed
    assert passed.due == WORKSPACES * DUE
    assert passed.refused == 0
