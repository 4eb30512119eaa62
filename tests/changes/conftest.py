"""The workspace of a test, and a webhook that is told of its changes."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.changes.office import Office, office
from tests.changes.servers import Directory, Hook, directory, hook
from tests.stage import Mode


@pytest.fixture
async def at_work(sqlite_url: str, mode: Mode) -> AsyncIterator[Office]:
    """A workspace where access is on."""
    async with office(sqlite_url, mode=mode) as made:
        yield made


@pytest.fixture
async def webhook() -> AsyncIterator[Hook]:
    """A webhook on this computer."""
    async with hook() as made:
        yield made


@pytest.fixture
def provider() -> Iterator[Directory]:
    """An identity provider on this computer."""
    with directory() as made:
        yield made
