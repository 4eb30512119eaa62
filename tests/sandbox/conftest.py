"""A workspace where sandboxes are on, for tests in Slack."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.sandbox.workshop import Workshop, workshop
from tests.stage import Person


@pytest_asyncio.fixture
async def shop(stage_url: str) -> AsyncIterator[Workshop]:
    async with workshop(stage_url) as made:
        yield made


@pytest.fixture
def maker(shop: Workshop) -> Person:
    """The person who plans to try something."""
    return shop.person("ada")


@pytest.fixture
def kenji(shop: Workshop) -> Person:
    """A supervisor."""
    return shop.person("kenji")
