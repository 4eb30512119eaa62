"""The socket to Slack: when it gets no answer, /readyz says so, and it works again within thirty seconds."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from app import Running, over_socket, running
from bot.slack.installation import Access, CannotStart
from bot.slack.socket import USUAL, Watch
from content.message_catalog import MessageCatalog
from playground.server import Playground
from playground.server import running as playing
from storage.database.engine import Database
from tests.stage import built_in

HASTE = 4
QUICK = Watch(ping=4 / HASTE, deaf=10 / HASTE, replaced=16 / HASTE, parting=0.5)
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
    await asyncio.sleep(QUICK.replaced)
    line.slack.sockets.refusing = False


@pytest.mark.parametrize("mishap", [cut, left_half_open, refused])
async def test_a_deaf_socket_is_told_of_and_comes_back(
    line: Line, mishap: Callable[[Line], Awaitable[None]]
) -> None:
    assert await line.hears()
    await mishap(line)
    said = await line.until(bool, within=WITHIN / HASTE)
    assert said is not None
    assert said.startswith("The socket to Slack is deaf, its last answer came ")
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
    await line.until(bool, within=WITHIN)
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


async def test_a_refused_token_ends_the_start(line: Line, unused_port: int) -> None:
    with pytest.raises(CannotStart, match=r"refused the app-level token \(invalid_auth\)"):
        async with over_socket(line.bot, app_token="xapp-wrong", port=unused_port, watch=QUICK):
            pass
