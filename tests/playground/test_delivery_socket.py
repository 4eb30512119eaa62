"""Socket Mode: choice of the socket, dropped payloads, and disconnects."""

import asyncio

import aiohttp
import pytest
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from playground.delivery.sockets import MOST_CONNECTIONS
from playground.server import Playground
from tests.playground.people import ADA, PRODUCT, until
from tests.playground.small_app import over_socket, second_socket


async def test_each_payload_goes_to_one_socket(playground: Playground) -> None:
    heard: list[list[SocketModeRequest]] = [[], []]
    clients = [await second_socket(playground) for _ in heard]
    for client, mine in zip(clients, heard, strict=True):

        async def acknowledge(one, request, mine=mine) -> None:  # type: ignore[no-untyped-def]
            mine.append(request)
            await one.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

        client.socket_mode_request_listeners.append(acknowledge)
    await until(lambda: len(playground.sockets.connections) == 2)
    for _ in range(6):
        assert (await playground.command(ADA, PRODUCT, "/rungs")).acked
    assert sum(map(len, heard)) == 6
    assert all(heard)
    for client in clients:
        await client.close()  # type: ignore[no-untyped-call]


async def test_the_eleventh_socket_is_turned_away(playground: Playground) -> None:
    clients = [await second_socket(playground) for _ in range(MOST_CONNECTIONS)]
    await until(lambda: len(playground.sockets.connections) == MOST_CONNECTIONS)
    extra = await second_socket(playground)
    await until(lambda: len(playground.calls_of("apps.connections.open")) > MOST_CONNECTIONS)
    assert len(playground.sockets.connections) == MOST_CONNECTIONS
    for client in [*clients, extra]:
        await client.close()  # type: ignore[no-untyped-call]


async def test_a_ticket_works_once(playground: Playground) -> None:
    async with over_socket(playground), aiohttp.ClientSession() as session:
        used = playground.calls_of("apps.connections.open")[0].answer["url"]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(used)


async def test_a_dropped_socket_comes_back(playground: Playground) -> None:
    async with over_socket(playground):
        assert playground.sockets.drop() == 1
        await until(lambda: not playground.sockets.connected)
        await until(lambda: playground.sockets.connected, seconds=30)
        assert (await playground.command(ADA, PRODUCT, "/rungs")).ok


async def test_a_socket_that_is_asked_to_leave_is_replaced(playground: Playground) -> None:
    async with over_socket(playground):
        await playground.sockets.ask_to_leave()
        assert not playground.sockets.connected
        await until(lambda: playground.sockets.connected, seconds=30)
        assert (await playground.command(ADA, PRODUCT, "/rungs")).ok


async def test_events_say_which_retry_they_are(playground: Playground) -> None:
    requests: list[SocketModeRequest] = []
    client = await second_socket(playground)

    async def late(one, request) -> None:  # type: ignore[no-untyped-def]
        requests.append(request)
        if len(requests) > 1:
            await one.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client.socket_mode_request_listeners.append(late)
    opening = asyncio.create_task(playground.open_home(ADA))
    await until(lambda: len(requests) == 2, seconds=10)
    await opening
    assert [request.retry_attempt for request in requests] == [0, 1]
    assert requests[1].retry_reason == "http_timeout"
    assert requests[0].payload["event_id"] == requests[1].payload["event_id"]
    await client.close()  # type: ignore[no-untyped-call]


async def test_what_happens_while_no_socket_is_open_is_lost(playground: Playground) -> None:
    await playground.open_home(ADA)
    async with over_socket(playground) as app:
        await playground.open_home(ADA, "messages")
        await until(lambda: app.events("app_home_opened"))
    assert [event["tab"] for event in app.events("app_home_opened")] == ["messages"]
    lost = playground.service.journal.since(0)[0]
    assert (lost["name"], lost["answer"]) == ("app_home_opened", {"error": "connection_failed"})
