"""The fixtures of the tests of reviews."""

from collections.abc import AsyncIterator

import pytest

from tests.reviews.panel import Panel, panel_of


@pytest.fixture
async def panel(stage_url: str) -> AsyncIterator[Panel]:
    """A workspace in which evidence is on for AI coding."""
    async with panel_of(stage_url) as found:
        yield found
