"""The office of a file's shared stage, and newcomers to it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.access.office import Office, office_of
from tests.shared_stage import newcomer_of
from tests.stage import Mode, Person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(long_url: str, long_mode: Mode) -> AsyncIterator[Office]:
    """A workspace with a policy, for all tests of a file."""
    async with office_of(long_url, mode=long_mode) as ready:
        yield ready


@pytest_asyncio.fixture(loop_scope="module")
async def newcomer(office: Office) -> Person:
    """A new person of the office."""
    return newcomer_of(office.stage)
