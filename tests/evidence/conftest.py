"""A stage with a ladder that has its verifiers, and evidence switched on."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.checkins.calendar import Season, season
from tests.evidence.desk import Court, opens_ladder, switches_evidence
from tests.stage import Person


@pytest_asyncio.fixture
async def spring(stage_url: str) -> AsyncIterator[Season]:
    async with season(stage_url) as found:
        await opens_ladder(found)
        await switches_evidence(found)
        yield found


@pytest.fixture
def ada(spring: Season) -> Person:
    return spring.stage.person("ada")


@pytest.fixture
def court(spring: Season) -> Court:
    return Court(spring)
