"""Every test of this folder may take a service for many workspaces, with its pages."""

from collections.abc import AsyncIterator

import pytest

from tests.installs.many import Many, many_running


@pytest.fixture
async def many(stage_url: str) -> AsyncIterator[Many]:
    """The service, in a playground with five workspaces, two of them in an organization."""
    async with many_running(stage_url) as ready:
        yield ready
