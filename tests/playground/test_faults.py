"""Faults: what the app sees, and whether the call took effect."""

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground
from tests.playground.people import ADA, PRODUCT, error_of, until
from tests.playground.request_url import request_url


def posted(playground: Playground) -> int:
    """Return how many messages the app has in its conversation with Ada."""
    return len(playground.workspace.dm(ADA).messages)


async def test_too_many_calls(playground: Playground, slack: AsyncWebClient) -> None:
    playground.faults.add("chat.postMessage", "ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await slack.chat_postMessage(channel=ADA, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert posted(playground) == 0
    assert (await slack.chat_postMessage(channel=ADA, text="x"))["ok"]


@pytest.mark.parametrize(("kind", "effect"), [("server_error", 0), ("server_error_after", 1)])
async def test_server_errors(
    playground: Playground, slack: AsyncWebClient, kind: str, effect: int
) -> None:
    playground.faults.add("*", kind)
    with pytest.raises(SlackApiError) as caught:
        await slack.chat_postMessage(channel=ADA, text="x")
    assert caught.value.response.status_code == 503
    assert posted(playground) == effect
    assert playground.calls[-1].took_effect is bool(effect)


@pytest.mark.parametrize(
    ("kind", "effect"), [("cut_before", 0), ("cut_after", 1), ("reset_after", 1)]
)
async def test_a_cut_connection_brings_no_answer(
    playground: Playground, slack: AsyncWebClient, kind: str, effect: int
) -> None:
    playground.faults.add("chat.postMessage", kind)
    with pytest.raises(aiohttp.ClientConnectionError):
        await slack.chat_postMessage(channel=ADA, text="x")
    assert posted(playground) == effect
    call = playground.calls[-1]
    assert (call.status, call.took_effect) == (None, bool(effect))


async def test_half_of_an_answer_is_no_answer(
    playground: Playground, slack: AsyncWebClient
) -> None:
    playground.faults.add("chat.postMessage", "half_after")
    with pytest.raises(SlackApiError, match="non-JSON"):
        await slack.chat_postMessage(channel=ADA, text="x")
    assert posted(playground) == 1


async def test_a_cut_connection_is_closed_on_the_wire(playground: Playground) -> None:
    playground.faults.add("api.test", "cut_before")
    host, port = playground.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /api/api.test HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    try:
        received = await reader.read()
    except ConnectionResetError:
        received = b""
    assert received == b""
    writer.close()


@pytest.mark.parametrize(("kind", "effect_at_once"), [("slow", True), ("slow_before", False)])
async def test_slow_answers(
    playground: Playground, slack: AsyncWebClient, kind: str, effect_at_once: bool
) -> None:
    playground.faults.add("chat.postMessage", kind, seconds=0.2)
    started = time.monotonic()
    call = asyncio.create_task(slack.chat_postMessage(channel=ADA, text="x"))
    if effect_at_once:
        await until(lambda: posted(playground))
        assert not call.done()
    assert (await call)["ok"]
    assert time.monotonic() - started >= 0.2
    assert posted(playground) == 1


async def test_any_error_by_name_so_many_times(
    playground: Playground, slack: AsyncWebClient
) -> None:
    playground.faults.add("chat.postMessage", "fatal_error", times=2)
    errors = [await error_of(slack.chat_postMessage(channel=ADA, text="x")) for _ in range(2)]
    assert errors == ["fatal_error"] * 2
    assert (await slack.auth_test())["ok"]
    assert (await slack.chat_postMessage(channel=ADA, text="x"))["ok"]


async def test_faults_can_be_cleared(playground: Playground, slack: AsyncWebClient) -> None:
    playground.faults.add("*", "fatal_error", times=100)
    playground.faults.duplicate_deliveries(5)
    playground.faults.clear()
    assert (await slack.auth_test())["ok"]
    async with request_url(playground) as url:
        await playground.command(ADA, PRODUCT, "/rungs")
    assert len(url.received) == 1


async def test_duplicates_are_the_same_payload(playground: Playground) -> None:
    playground.faults.duplicate_deliveries(2)
    async with request_url(playground) as url:
        await playground.open_home(ADA)
        await playground.command(ADA, PRODUCT, "/rungs")
        await playground.command(ADA, PRODUCT, "/rungs")
    assert len(url.received) == 5
    assert url.received[0].body == url.received[1].body
    assert url.received[2].body == url.received[3].body


async def test_events_arrive_in_reverse(playground: Playground) -> None:
    playground.faults.reverse_events(3)
    dm = playground.workspace.dm(ADA).id
    async with request_url(playground) as url:
        for text in ("one", "two", "three", "four"):
            await playground.message(ADA, dm, text)
    order = [
        next(word for word in ("one", "two", "three", "four") if word in r.body)
        for r in url.received
    ]
    assert order == ["three", "two", "one", "four"]


async def test_a_delayed_delivery_is_overtaken(playground: Playground) -> None:
    playground.faults.delay_deliveries(1, seconds=0.2)
    async with request_url(playground) as url:
        late = asyncio.create_task(playground.command(ADA, PRODUCT, "/rungs late"))
        await asyncio.sleep(0)
        await playground.command(ADA, PRODUCT, "/rungs early")
        assert (await late).acked
    assert ["early" in one.body for one in url.received] == [True, False]
