"""Rate limits, once they are switched on."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.limits import POSTS_IN_A_BURST
from playground.server import Playground, running
from tests.playground.people import ADA, GRACE, client_of, home, still_clock


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A workspace that counts calls, on a clock that stands still."""
    async with running(Playground(clock=still_clock())) as started:
        started.limits.on = True
        yield started


async def publish_often(slack: AsyncWebClient, times: int) -> None:
    """Publish Ada's Home tab again and again."""
    for _ in range(times):
        await slack.views_publish(user_id=ADA, view=home())


async def calls_until_refused(playground: Playground, most: int) -> tuple[int, int]:
    """Publish a Home tab until Slack has enough; return the count and the pause it asks for."""
    slack = client_of(playground)
    before = len(playground.calls)
    with pytest.raises(SlackApiError) as caught:
        await publish_often(slack, most)
    assert caught.value.response["error"] == "ratelimited"
    went_through = len(playground.calls) - before - 1
    return went_through, int(caught.value.response.headers["Retry-After"])


async def test_a_tier_four_method_takes_a_hundred_a_minute(playground: Playground) -> None:
    assert await calls_until_refused(playground, 120) == (100, 60)
    playground.clock.advance(60)
    assert await calls_until_refused(playground, 120) == (100, 60)


async def test_posts_are_counted_per_channel(playground: Playground) -> None:
    slack: AsyncWebClient = client_of(playground)
    for user in (ADA, GRACE):
        for _ in range(POSTS_IN_A_BURST):
            await slack.chat_postMessage(channel=user, text="x")
    with pytest.raises(SlackApiError) as caught:
        await slack.chat_postMessage(channel=ADA, text="x")
    assert caught.value.response.status_code == 429
    playground.clock.advance(POSTS_IN_A_BURST)
    assert (await slack.chat_postMessage(channel=ADA, text="x"))["ok"]


async def test_other_methods_are_not_held_up(playground: Playground) -> None:
    await calls_until_refused(playground, 120)
    assert (await client_of(playground).auth_test())["ok"]
