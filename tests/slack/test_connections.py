"""Connections that are silent, slow or too many are closed, and the others are served meanwhile."""

import asyncio
import logging
import resource
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from bot.logs import Throttle
from bot.slack.connections import ConnectionLimits
from tests.slack.raw_requests import command, exchange, head_of, knock, serving, signed
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = ConnectionLimits(
    headers=0.3, body=0.5, answer=1, idle=1, most=12, most_bytes=250_000, look_every=0.05
)
HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"


@dataclass
class Wire:
    """A connection to the bot."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ended(self) -> tuple[bytes, float]:
        """Read to the end; return what came, and after how many seconds it ended."""
        began = time.monotonic()
        received = await asyncio.wait_for(self.reader.read(), 5)
        return received, time.monotonic() - began

    async def trickles(self, data: bytes) -> None:
        """Send byte after byte until the connection is closed."""
        for byte in data:
            if self.reader.at_eof():
                return
            self.writer.write(bytes([byte]))
            await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(long_stage: Stage) -> AsyncIterator[str]:
    """The address of a bot with short limits."""
    async with serving(long_stage, limits=SHORT) as served:
        yield served


@asynccontextmanager
async def wired(address: str, data: bytes = b"") -> AsyncIterator[Wire]:
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(data)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()


def genuine_head(stage: Stage, length: int) -> bytes:
    """Return the beginning of a request whose headers are as Slack sends them."""
    return head_of(signed(stage, b""), length)


async def is_served(stage: Stage, address: str) -> bool:
    body = command(stage, text="help", trigger_id=f"1.{time.monotonic_ns()}")
    status = await knock(stage, signed(stage, body), body, address=address)
    await stage.settle()
    return status == 200


async def test_the_limits_are_those_of_the_documents() -> None:
    limits = ConnectionLimits()
    assert (limits.headers, limits.body, limits.idle) == (10, 20, 75)
    assert 0 < limits.most < resource.getrlimit(resource.RLIMIT_NOFILE)[0]


async def test_a_silent_connection_is_closed(address: str) -> None:
    async with wired(address) as wire:
        received, seconds = await wire.ended()
    assert received == b""
    assert SHORT.headers * 0.9 < seconds < SHORT.headers + 1


@pytest.mark.parametrize("trickled", [b"", b"X-Slow: " + b"x" * 60], ids=["silent", "slow"])
async def test_half_the_headers_are_answered_with_408(address: str, trickled: bytes) -> None:
    async with wired(address, HEAD) as wire:
        _, (received, seconds) = await asyncio.gather(wire.trickles(trickled), wire.ended())
    assert received.startswith(b"HTTP/1.1 408 Request Timeout")
    assert SHORT.headers * 0.9 < seconds < SHORT.headers + 1


@pytest.mark.parametrize("trickled", [b"", b"x" * 60], ids=["silent", "slow"])
async def test_half_a_body_is_answered_with_408(
    long_stage: Stage, address: str, trickled: bytes
) -> None:
    async with wired(address, genuine_head(long_stage, 900)) as wire:
        _, (received, seconds) = await asyncio.gather(wire.trickles(trickled), wire.ended())
    assert received.startswith(b"HTTP/1.1 408 Request Timeout")
    assert SHORT.body * 0.9 < seconds < SHORT.body + 1


async def test_the_rest_of_a_refused_body_has_the_same_time(address: str) -> None:
    async with wired(address, HEAD + b"Content-Length: 900\r\n\r\n") as wire:
        _, (received, seconds) = await asyncio.gather(wire.trickles(b"x" * 60), wire.ended())
    assert received.startswith(b"HTTP/1.1 401")
    assert received.count(b"HTTP/1.1") == 1
    assert seconds < SHORT.body + 1


async def test_a_connection_is_kept_for_the_next_request(address: str) -> None:
    ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    async with wired(address, ask) as wire:
        await asyncio.sleep(SHORT.headers * 2)
        wire.writer.write(ask)
        received, seconds = await wire.ended()
    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert SHORT.idle * 0.9 < seconds < SHORT.idle + 1


async def test_the_longest_silent_one_makes_room(long_stage: Stage, address: str) -> None:
    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(wired(address)) for _ in range(SHORT.most)]
        await asyncio.sleep(0.05)
        wires[0].writer.write(HEAD)
        assert await is_served(long_stage, address)
        # The first one sent something, so the second one is the longest silent.
        assert await asyncio.wait_for(wires[1].reader.read(), 0.1) == b""
        assert not wires[0].reader.at_eof()
        assert not wires[2].reader.at_eof()


async def test_unfinished_bodies_are_limited_together(long_stage: Stage, address: str) -> None:
    async with AsyncExitStack() as stack:
        half = genuine_head(long_stage, 900_000) + b"x" * 100_000
        wires = []
        for _ in range(3):
            wires.append(await stack.enter_async_context(wired(address, half)))
            await asyncio.sleep(0.05)
        received, seconds = await wires[0].ended()
        assert received.startswith(b"HTTP/1.1 408")
        assert seconds < SHORT.body / 2
        assert await is_served(long_stage, address)
        assert not wires[2].reader.at_eof()


async def test_what_is_no_http_is_one_line_in_the_log(
    long_stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(long_stage, limits=SHORT) as address:
        for raw in (b"\x16\x03\x01\x02" * 9, b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n"):
            assert await exchange(address, raw + b"\r\n\r\n") == 400
        for headers in (
            HEAD,
            genuine_head(long_stage, 0)[:-2].replace(b"Content-Length: 0\r\n", b""),
        ):
            chunked = headers + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n"
            assert await exchange(address, chunked) in range(400, 500)
        assert await is_served(long_stage, address)
    warned = [record for record in caplog.records if record.levelname != "INFO"]
    reasons = [(line.getMessage(), line.reason) for line in warned]  # type: ignore[attr-defined]
    assert reasons == [("request_refused", "not HTTP"), ("request_refused", "malformed")]


async def test_without_free_files_others_are_still_served(
    long_stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with serving(long_stage) as address, AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(wired(address)) for _ in range(20)]
        highest = max(wire.writer.get_extra_info("socket").fileno() for wire in wires)
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 40, before[1]))
        try:
            for _ in range(60):
                try:
                    await stack.enter_async_context(wired(address))
                except OSError:
                    break
            await asyncio.sleep(1.3)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        assert await is_served(long_stage, address)
    lines = [record.getMessage() for record in caplog.records if record.levelname != "INFO"]
    assert lines.count("accept_failed") == 1
    assert len(lines) <= 3, lines


async def test_of_many_refusals_the_log_has_one_line_and_their_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    throttle = Throttle("request_refused", logging.getLogger("tests"), every=0.1)
    for number in range(5):
        throttle.report("wrong signature", found=str(number))
    throttle.report("too large", found="9")
    await asyncio.sleep(0.35)
    throttle.report("wrong signature", found="5")
    lines = [(r.reason, r.found, r.count) for r in caplog.records]  # type: ignore[attr-defined]
    assert lines == [
        ("wrong signature", "0", 1),
        ("too large", "9", 1),
        ("wrong signature", "4", 4),
        ("wrong signature", "5", 1),
    ]
