"""Rate limits, once they are switched on."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.limits import POSTS_IN_A_BURST, RateLimits
from playground.server import Playground, running
from tests.playground.people import ADA, GRACE, KENJI, client_of, home, still_clock


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
    """Publish a Home tab until Slack refuses; return the count and Retry-After."""
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


async def test_a_direct_message_counts_once_however_it_is_named(playground: Playground) -> None:
    slack = client_of(playground)
    opened = await slack.conversations_open(users=ADA)
    for channel in (ADA, opened["channel"]["id"], ADA):
        await slack.chat_postMessage(channel=channel, text="x")
    with pytest.raises(SlackApiError):
        await slack.chat_postMessage(channel=opened["channel"]["id"], text="x")


async def test_the_figures_are_given_and_refusals_counted_without_a_record() -> None:
    limits = RateLimits(on=True, posts_per_minute=2)
    async with running(Playground(clock=still_clock(), limits=limits, record=False)) as playground:
        slack = client_of(playground)
        await slack.chat_postMessage(channel=ADA, text="x")
        await slack.chat_postMessage(channel=GRACE, text="x")
        playground.clock.advance(0.5)
        with pytest.raises(SlackApiError) as caught:
            await slack.chat_postMessage(channel=KENJI, text="x")
        assert caught.value.response.headers["Retry-After"] == "60"
        assert playground.limits.refused == {"chat.postMessage": 1}
