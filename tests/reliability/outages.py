"""PostgreSQL goes away while messages are sent: it is stopped, it freezes, or it takes no writes."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from storage.database.errors import DatabaseProblem
from tests.databases import PostgresServer
from tests.reliability.arena import Arena, arena, crew_of
from tests.reliability.receipts import Verdict
from tests.reliability.slow_answers import Hesitation
from tests.reliability.until import until, until_posted
from tests.reliability.worker import FAST, HURRIED

Outage = Callable[[PostgresServer], AbstractAsyncContextManager[None]]

HESITATION = 0.05
"""Seconds that every third post takes longer, so that an outage meets posts that are under way."""


@asynccontextmanager
async def stopped(server: PostgresServer) -> AsyncIterator[None]:
    """Stop the server, and start it at the end."""
    await asyncio.to_thread(server.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


@asynccontextmanager
async def frozen(server: PostgresServer) -> AsyncIterator[None]:
    """Stop each process of the server where it is, and let them go on at the end."""
    server.send(signal.SIGSTOP)
    try:
        yield
    finally:
        server.send(signal.SIGCONT)


@asynccontextmanager
async def read_only(server: PostgresServer) -> AsyncIterator[None]:
    """Let the server refuse every write, as it does for a standby and at some hosts when a disk is full."""
    await asyncio.to_thread(
        server.run,
        "ALTER SYSTEM SET default_transaction_read_only = on",
        "SELECT pg_reload_conf()",
    )
    try:
        yield
    finally:
        await asyncio.to_thread(
            server.run,
            "SET default_transaction_read_only = off",
            "ALTER SYSTEM RESET default_transaction_read_only",
            "SELECT pg_reload_conf()",
        )


OUTAGES: dict[str, Outage] = {"stopped": stopped, "frozen": frozen, "read-only": read_only}


async def endure_outages(
    server: PostgresServer,
    database_url: str,
    outages: Sequence[Outage],
    *,
    messages: int,
    lasts: float,
    within: float = 300,
) -> Verdict:
    """Send messages with two clocks while the server goes away, again and again, until the time is over.

    `server` is PostgreSQL itself; `database_url` may lead through a pooler.
    """
    faults = Hesitation(share=1 / 3, seconds=HESITATION)
    most = messages * len(outages) * 100
    async with arena(database_url, people=most, faults=faults) as place:
        started, times = time.monotonic(), 0
        order = place.order(timings=FAST, jobs=HURRIED)
        async with crew_of(order, 2) as crew:
            while times < len(outages) or time.monotonic() < started + within:
                await _go_through(place, server, outages[times % len(outages)], messages, lasts)
                times += 1
            await place.until_empty(within=within, crew=crew)
        return await place.verdict(started=started, outages=times)


async def _go_through(
    place: Arena, server: PostgresServer, outage: Outage, messages: int, lasts: float
) -> None:
    """Plan messages, and let the server go away while they are sent."""
    before = len(place.ledger.posts)
    await place.plan(messages)
    await until_posted(place, before + messages // 10)
    async with outage(server):
        await asyncio.sleep(lasts)

    async def is_back() -> bool:
        with suppress(DatabaseProblem):
            return await place.left() >= 0
        return False

    # A pooler tries its server again after some seconds.
    await until(is_back)
