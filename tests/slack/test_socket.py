"""The socket to Slack: when it gets no answer, /readyz says so, and it works again within thirty seconds."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from signal import SIGTERM
from typing import Any

import aiohttp
import pytest

from app import Running, running
from bot.slack.installation import Access, CannotStart
from bot.slack.socket import USUAL, Watch
from content.library import MessageCatalog
from playground.server import Playground
from playground.server import running as playing
from process import over_socket
from storage.database.engine import Database
from tests.process import free_port as another_port
from tests.process import rungs, until_listening
from tests.stage import built_in

HASTE = 4
QUICK = Watch(ping=8 / HASTE, opening=10 / HASTE, again=0.25 / HASTE, again_at_most=12 / HASTE)
WITHIN = 30.0
ADA = "U0ADAOKAFOR"


@dataclass
class Line:
    """A bot on a socket, and the port of its status routes."""

    slack: Playground
    bot: Running
    client: aiohttp.ClientSession
    address: str

    async def problem(self) -> str | None:
        async with self.client.get(f"{self.address}/readyz") as answer:
            said: dict[str, Any] = await answer.json()
        assert (answer.status == 503) == ("problem" in said)
        return said.get("problem")

    async def until(self, is_so: Callable[[str | None], bool], *, within: float) -> str | None:
        """Repeat the request until the answer is as wanted, and return it."""
        async with asyncio.timeout(within):
            while True:
                problem = await self.problem()
                if is_so(problem):
                    return problem
                await asyncio.sleep(0.05)

    async def until_deaf(self, *, within: float) -> str:
        """Refuse new sockets until /readyz says that there is none, which could pass between two requests."""
        self.slack.sockets.refusing = True
        said = await self.until(bool, within=within)
        self.slack.sockets.refusing = False
        assert said is not None
        return said

    async def hears(self) -> bool:
        dm = self.slack.workspace.dm(ADA).id
        outcome = await self.slack.command(ADA, dm, "/rungs help")
        return bool(outcome.acked)


@pytest.fixture
def watch() -> Watch:
    return QUICK


@pytest.fixture
async def line(sqlite_url: str, unused_port: int, watch: Watch) -> AsyncIterator[Line]:
    database = await Database.open(sqlite_url)
    async with playing(Playground()) as slack, aiohttp.ClientSession() as client:
        credentials = slack.credentials
        access = Access(credentials.bot_token, credentials.signing_secret, slack.api_url)
        async with (
            running(
                access, database=database, library=built_in(), messages=MessageCatalog()
            ) as bot,
            over_socket(bot, app_token=credentials.app_token, port=unused_port, watch=watch),
        ):
            await slack.sockets.until_connected()
            yield Line(slack, bot, client, f"http://127.0.0.1:{unused_port}")
    await database.close()


async def cut(line: Line) -> None:
    line.slack.sockets.drop()


async def left_half_open(line: Line) -> None:
    line.slack.sockets.deafen()


async def refused(line: Line) -> None:
    """The socket is cut and refused for a while, and Slack's API fails too."""
    line.slack.faults.add("apps.connections.open", "server_error", times=2)
    line.slack.sockets.refusing = True
    line.slack.sockets.drop()
    await line.until(bool, within=WITHIN / HASTE)
    await asyncio.sleep(QUICK.again_at_most)


@pytest.mark.parametrize("mishap", [cut, left_half_open, refused])
async def test_a_deaf_socket_is_told_of_and_comes_back(
    line: Line, mishap: Callable[[Line], Awaitable[None]]
) -> None:
    assert await line.hears()
    await mishap(line)
    said = await line.until_deaf(within=WITHIN / HASTE)
    assert said.startswith("Nothing has come from Slack over the socket for ")
    await line.until(lambda problem: problem is None, within=WITHIN / HASTE)
    assert await line.hears()


async def test_a_socket_that_is_asked_to_leave_is_soon_replaced(line: Line) -> None:
    await line.slack.sockets.ask_to_leave()
    await line.slack.sockets.until_connected(WITHIN / HASTE)
    assert await line.hears()


@pytest.mark.parametrize("watch", [USUAL], ids=["in real time"])
async def test_thirty_seconds_are_enough(line: Line) -> None:
    started = time.monotonic()
    line.slack.sockets.deafen()
    await line.until_deaf(within=WITHIN)
    await line.until(lambda problem: problem is None, within=WITHIN)
    assert time.monotonic() - started < WITHIN
    assert await line.hears()


async def test_acknowledgements_are_measured(line: Line) -> None:
    assert await line.hears()
    async with line.client.get(f"{line.address}/metrics") as answer:
        assert "rungs_ack_seconds_count 1.0" in await answer.text()


async def test_a_taken_port_is_no_reason_to_stop(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(line.address.rpartition(":")[2])
    token = line.slack.credentials.app_token
    async with over_socket(line.bot, app_token=token, port=port, watch=QUICK):
        assert [r.port for r in caplog.records if r.message == "port_taken"] == [port]  # type: ignore[attr-defined]
        assert len(line.slack.sockets.connections) == 2


async def test_a_connection_is_left_only_when_the_next_one_is_there(line: Line) -> None:
    (before,) = line.slack.sockets.connections
    await line.slack.sockets.ask_to_leave("warning")
    await line.slack.sockets.until_connected(WITHIN / HASTE)
    while before in line.slack.sockets.connections:
        assert await line.hears()
        assert await line.problem() is None


@pytest.mark.parametrize("is_silent", [False, True], ids=["refused", "never answered"])
async def test_an_opening_that_fails_is_tried_again_with_a_new_address(
    line: Line, unused_port: int, is_silent: bool, caplog: pytest.LogCaptureFixture
) -> None:
    sockets, calls = line.slack.sockets, line.slack.calls_of
    sockets.refusing, sockets.silent = not is_silent, is_silent
    before = len(calls("apps.connections.open"))
    token, port = line.slack.credentials.app_token, another_port()
    watch = replace(QUICK, opening=0.5)
    async with over_socket(line.bot, app_token=token, port=port, watch=watch):
        second = Line(line.slack, line.bot, line.client, f"http://127.0.0.1:{port}")
        async with line.client.get(f"{second.address}/healthz") as answer:
            assert answer.status == 200
        said = await second.problem()
        await asyncio.sleep(1)
        assert len(sockets.connections) == 1
        sockets.refusing = sockets.silent = False
        await second.until(lambda problem: problem is None, within=WITHIN / HASTE)
    why = (
        "did not accept the connection within 0.5 seconds"
        if is_silent
        else "refused the connection"
    )
    assert why in str(said)
    assert [r.problem for r in caplog.records if r.message == "socket_refused"]  # type: ignore[attr-defined]
    addresses = {call.answer["url"] for call in calls("apps.connections.open")[before:]}
    assert 3 <= len(addresses) <= 20
    assert not any(address.split("?")[0][-24:] in caplog.text for address in addresses)


async def test_a_process_that_slack_refuses_at_first_can_be_asked_and_connects_later(
    sqlite_url: str, unused_port: int
) -> None:
    async def healthy_then_let_in() -> None:
        await until_listening(unused_port)
        async with aiohttp.ClientSession() as client:
            async with client.get(f"http://127.0.0.1:{unused_port}/healthz") as answer:
                assert answer.status == 200
            with pytest.raises(
                aiohttp.ClientConnectorError
            ):  # It listens on loopback's address alone.
                await client.get(f"http://127.0.0.2:{unused_port}/healthz")
        await asyncio.sleep(1)
        slack.sockets.refusing = False

    async with playing(Playground()) as slack:
        slack.sockets.refusing = True
        letting_in = asyncio.create_task(healthy_then_let_in())
        settings = {"PORT": str(unused_port), "LOG_LEVEL": "DEBUG"}
        async with rungs("start", slack, database_url=sqlite_url, settings=settings) as process:
            await letting_in
            process.send(SIGTERM)
            code, _, errors = await process.ended(within=10)
        assert code == 0
        assert "socket_refused" in errors
        for call in slack.calls_of("apps.connections.open"):
            assert call.answer["url"].split("/")[-1].split("?")[0] not in errors


async def test_a_refused_token_ends_the_start(line: Line, unused_port: int) -> None:
    with pytest.raises(CannotStart, match=r"refused the app-level token \(invalid_auth\)"):
        async with over_socket(line.bot, app_token="xapp-wrong", port=unused_port, watch=QUICK):
            pass
