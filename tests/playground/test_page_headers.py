"""The HTTP headers of the page."""

import aiohttp
import pytest

from playground.server import Playground, running


@pytest.mark.parametrize("path", ["/", "/consent"])
async def test_the_page_cannot_be_put_in_a_frame(path: str) -> None:
    async with (
        running(Playground()) as slack,
        aiohttp.ClientSession() as client,
        client.get(f"{slack.address}{path}") as answer,
    ):
        assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
