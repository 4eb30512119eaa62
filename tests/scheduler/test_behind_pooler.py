"""The stateful parts once more, through PgBouncer in transaction mode: the tests of other files, run here.

What a session keeps beyond a transaction would break here: names of statements, settings, locks of a session.
"""

from collections.abc import AsyncIterator

import pytest

from tests.databases import PostgresServer
from tests.pooler import pooler as pooler
from tests.scheduler.notes import Clock, delivering
from tests.scheduler.test_completeness import (
    test_a_day_is_checked_once as test_a_day_is_checked_once,
)
from tests.scheduler.test_sender import test_a_plan_becomes_one_post as test_a_plan_becomes_one_post
from tests.stage import Stage


@pytest.fixture
def engine_name() -> str:
    return "postgres"


@pytest.fixture
def database_url(pooler: PostgresServer, postgres_url: str) -> str:
    """The address of the tests' database on PostgreSQL, behind the pooler."""
    return pooler.url_of("rungs")


@pytest.fixture
async def stage(database_url: str, clock: Clock) -> AsyncIterator[Stage]:
    async with delivering(database_url, clock) as ready:
        yield ready
