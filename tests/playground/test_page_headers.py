"""The HTTP headers of the page."""

import aiohttp

from playground.server import Playground, running


async def test_the_page_cannot_be_put_in_a_frame() -> None:
    async with (
        running(Playground()) as slack,
        aiohttp.ClientSession() as client,
        client.get(slack.address) as answer,
    ):
        assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
