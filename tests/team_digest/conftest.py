"""The channel that most tests of team digests begin with."""

from collections.abc import AsyncIterator

import pytest

from tests.team_digest.channel import Growth, growing


@pytest.fixture
async def growth(stage_url: str) -> AsyncIterator[Growth]:
    """A channel whose digest is sent by a clock of its own."""
    async with growing(stage_url) as growth:
        yield growth
