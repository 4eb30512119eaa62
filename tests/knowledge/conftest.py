"""A stage on which knowledge checks are switched on."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.checkins.calendar import Season, season
from tests.knowledge.school import switches_on
from tests.stage import Person


@pytest_asyncio.fixture
async def spring(stage_url: str) -> AsyncIterator[Season]:
    async with season(stage_url) as found:
        await switches_on(found.stage)
        yield found


@pytest.fixture
def ada(spring: Season) -> Person:
    return spring.stage.person("ada")
