"""How fast `rungs web` acknowledges Slack while others hold connections, or send what is refused."""

import asyncio
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from playground.crowd import big_workspace
from playground.delivery.signature import signature
from playground.server import Playground
from playground.server import running as playing
from tests.eventually import until
from tests.process import PRELOADED, Process, rungs
from tests.reliability.many_requests import Crowd, size_of

EVERY = 0.05
"""Seconds between two genuine requests, each on a connection of its own."""

PATIENCE = 30
FILES = 1024
MEGABYTE = 10**6
MOST_GROWN = 150
"""Megabytes: 32 of unfinished bodies, and what a thousand connections take."""

FORGED = b"a&" * 499_999
"""A body that takes a third of a second to parse."""

HEAD = (
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)

Client = Callable[["Hostile"], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Held:
    """How genuine requests fared, what the others did, and what it cost the process."""

    acknowledged: int
    failed: int
    p99: float
    """Seconds of an acknowledgement, counted from when the request was due."""
    opened: int
    """Connections that the others opened."""
    answers: Mapping[int, int]
    """How often which status was answered to them."""
    grown: float
    """Megabytes of memory at the most, beyond those before."""
    log: str
    code: int

    def holds(self, *, within: float = 0.5) -> bool:
        """Whether every genuine request was acknowledged in time, and the process stopped as it should."""
        is_fast = self.acknowledged > 0 and self.p99 <= within
        has_error = self.failed or self.code or any(status >= 500 for status in self.answers)
        return is_fast and not has_error and self.grown < MOST_GROWN

    def __str__(self) -> str:
        return (
            f"{self.opened:,} connections opened, answers {dict(self.answers)}; "
            f"{self.acknowledged} acknowledgements, p99 "
            f"{self.p99 * 1000:.0f} ms; {self.failed} failed; memory at most {self.grown:+.0f} MB; "
            f"{len(self.log.splitlines())} lines in the log"
        )


class Hostile:
    """Clients that are not Slack; each begins anew a while after its connection was closed."""

    def __init__(self, url: str, *, pause: float) -> None:
        self._place = urlsplit(url)
        self._pause = pause
        self.opened = 0
        self.answers: Counter[int] = Counter()

    async def reads(self, reader: asyncio.StreamReader) -> None:
        """Wait for an answer and count its status."""
        line = await reader.readuntil(b"\r\n")
        self.answers[int(line.split()[1])] += 1

    @asynccontextmanager
    async def running(self, clients: Sequence[Client]) -> AsyncIterator[None]:
        """Run these clients while the block runs."""
        tasks = [asyncio.create_task(self._repeat(client)) for client in clients]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _repeat(self, client: Client) -> None:
        while True:
            await asyncio.sleep(self._pause * random.random())
            with suppress(OSError, asyncio.IncompleteReadError):
                await client(self)

    @asynccontextmanager
    async def connection(
        self, data: bytes = b""
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open a connection and send this."""
        # One address has 28,000 ports, each of which rests for a minute after it was used.
        own = (f"127.0.0.{random.randint(2, 250)}", 0)
        reader, writer = await asyncio.open_connection(
            self._place.hostname, self._place.port, local_addr=own
        )
        self.opened += 1
        try:
            writer.write(data)
            yield reader, writer
        finally:
            writer.transport.abort()


async def silent(hostile: Hostile) -> None:
    """Send nothing."""
    async with hostile.connection() as (reader, _):
        await reader.read()


async def half_headers(hostile: Hostile) -> None:
    """Send headers without an end, a few bytes every second."""
    await _trickle(hostile, HEAD, b"X-More: x\r\n")


async def half_body(hostile: Hostile) -> None:
    """Send the beginning of a body, a few bytes every second."""
    await _trickle(hostile, head_of(900) + b"text=", b"x")


async def _trickle(hostile: Hostile, beginning: bytes, more: bytes) -> None:
    async with hostile.connection(beginning) as (reader, writer):
        while not reader.at_eof():
            writer.write(more)
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await reader.read()


async def forged_body(hostile: Hostile) -> None:
    """Send a large body with a false signature of the right form."""
    async with hostile.connection(head_of(len(FORGED)) + FORGED) as (reader, _):
        await hostile.reads(reader)


async def too_large_body(hostile: Hostile) -> None:
    """Announce more than Slack sends."""
    async with hostile.connection(head_of(2 * MEGABYTE) + FORGED) as (reader, _):
        await hostile.reads(reader)


async def unfinished_body(hostile: Hostile) -> None:
    """Send most of a large body, and wait."""
    async with hostile.connection(head_of(len(FORGED)) + FORGED[:-9000]) as (reader, _):
        await hostile.reads(reader)


def head_of(length: int) -> bytes:
    """Return headers as Slack sends them, with a signature that is not Slack's."""
    stamp = str(int(time.time()))
    forged = signature("another", timestamp=stamp, body=b"")
    own = f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: {forged}\r\n"
    return HEAD + own.encode() + b"Content-Length: %d\r\n\r\n" % length


HOLDERS: tuple[Client, ...] = (silent, half_headers, half_body)
SENDERS: tuple[Client, ...] = (*(unfinished_body,) * 8, forged_body, too_large_body)


async def hold_off(
    database_url: str, clients: tuple[Client, ...], *, count: int, seconds: float, pause: float
) -> Held:
    """Let so many clients loose on one process for these seconds, beside genuine requests."""
    async with AsyncExitStack() as stack:
        slack = Playground(sample=big_workspace(50), record=False)
        await stack.enter_async_context(playing(slack))
        process = await _started(stack, slack, database_url)
        crowd = Crowd(slack)
        before = (await size_of(process, within=0)).resident
        many = [clients[number % len(clients)] for number in range(count)]
        async with _let_loose(crowd.url, many, pause=pause, seconds=seconds) as done:
            (spent, failed), most = await asyncio.gather(
                _genuine(crowd, seconds), _largest(process, seconds)
            )
            opened, answers = await done
        process.send(signal.SIGTERM)
        code, _, log = await process.ended(within=PATIENCE)
    return Held(
        acknowledged=len(spent) - crowd.refused,
        failed=failed + crowd.refused,
        p99=quantiles(spent, n=100, method="inclusive")[98],
        opened=opened,
        answers=dict(sorted(answers.items())),
        grown=(most - before) / MEGABYTE,
        log=log,
        code=code,
    )


@asynccontextmanager
async def _let_loose(
    url: str, clients: Sequence[Client], *, pause: float, seconds: float
) -> AsyncIterator[Awaitable[tuple[int, dict[int, int]]]]:
    """Run these clients in a process of their own; yield what becomes their connections and answers.

    The block begins once so many connections were opened, and the clients end so many seconds later.
    In the same process they would be late themselves, and so would the measured requests.
    """
    receiver, sender = PRELOADED.Pipe(duplex=False)
    arguments = (url, clients, pause, seconds, sender)
    process = PRELOADED.Process(target=_run_clients, args=arguments, daemon=True)
    process.start()
    try:
        await asyncio.to_thread(receiver.recv)
        yield asyncio.to_thread(receiver.recv)
        process.join(PATIENCE)
    finally:
        process.kill()


def _run_clients(
    url: str, clients: Sequence[Client], pause: float, seconds: float, sender: Pipe
) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    async def run() -> None:
        hostile = Hostile(url, pause=pause)
        async with hostile.running(clients):
            await until(lambda: hostile.opened >= len(clients), within=PATIENCE, what="connections")
            sender.send("begun")
            await asyncio.sleep(seconds)
            sender.send((hostile.opened, dict(hostile.answers)))

    asyncio.run(run())


async def _started(stack: AsyncExitStack, slack: Playground, database_url: str) -> Process:
    """Start a process that may open as few files as hosts usually allow, while its secret is changed."""
    secrets = f"another-one,{slack.credentials.signing_secret}"
    settings = {"SLACK_SIGNING_SECRET": secrets}
    web = rungs("web", slack, database_url=database_url, settings=settings, files=FILES)
    return await stack.enter_async_context(web)


async def _genuine(crowd: Crowd, seconds: float) -> tuple[list[float], int]:
    """Send events at a steady pace; return the seconds of each, and how many got no answer."""
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:

        async def timed(due: float) -> float:
            await crowd.light(session)
            return time.perf_counter() - due

        sent, began = [], time.perf_counter()
        for number in range(int(seconds / EVERY)):
            due = began + number * EVERY
            await asyncio.sleep(due - time.perf_counter())
            sent.append(asyncio.create_task(timed(due)))
        results = await asyncio.gather(*sent, return_exceptions=True)
    spent = [one for one in results if isinstance(one, float)]
    return spent or [float("inf")] * 2, len(results) - len(spent)


async def _largest(process: Process, seconds: float) -> int:
    """Return the most memory that the process had in these seconds, in bytes."""
    until, most = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        most = max(most, (await size_of(process, within=0)).resident)
        await asyncio.sleep(0.1)
    return most
