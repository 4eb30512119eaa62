"""The channel with a register that most tests of agents begin with."""

from collections.abc import AsyncIterator

import pytest

from tests.agents.register import Desk, at_desk


@pytest.fixture
async def desk(stage_url: str) -> AsyncIterator[Desk]:
    """A channel whose members keep a register."""
    async with at_desk(stage_url) as desk:
        yield desk
