"""The gate of a file's shared stage, and one of a test's own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.clients.gateway import Gate, at_gate
from tests.stage import Mode


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gate(long_url: str, long_mode: Mode) -> AsyncIterator[Gate]:
    """The workspace that a gateway asks about, for all tests of a file."""
    async with at_gate(long_url, mode=long_mode) as gate:
        yield gate


@pytest.fixture
async def own_gate(sqlite_url: str, mode: Mode) -> AsyncIterator[Gate]:
    """The same for one test that changes it."""
    async with at_gate(sqlite_url, mode=mode) as gate:
        yield gate
