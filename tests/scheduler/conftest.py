"""A stage whose clock stands still until a test moves it, with one kind of message: a note."""

from collections.abc import AsyncIterator

import pytest

from tests.scheduler.notes import Clock, Notes, delivering
from tests.stage import Stage


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def stage(database_url: str, clock: Clock) -> AsyncIterator[Stage]:
    async with delivering(database_url, clock) as ready:
        yield ready
