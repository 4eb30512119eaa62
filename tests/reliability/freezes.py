"""Processes that are stopped for longer than their lease, and continued."""

import asyncio
import random
import time
from dataclasses import replace

from scheduler.context import Timings
from tests.reliability.arena import Arena, Crew, arena, crew_of
from tests.reliability.kills import MORE, keep_filled
from tests.reliability.receipts import Verdict
from tests.reliability.slow_answers import Hesitation
from tests.reliability.worker import FAST

LEASE = 1.0
HESITATION = 0.15
"""Seconds that every post takes longer."""


async def freeze_loop(
    database_url: str, *, messages: int, freezes: int, processes: int, within: float = 300
) -> Verdict:
    """Empty the outbox while processes are frozen for 1.5 to 3 leases, `freezes` times in all.

    One process is never frozen, so that somebody takes over. Each is stopped while it has a post under way.
    """
    faults = Hesitation(share=1.0, seconds=HESITATION)
    async with arena(database_url, people=messages, faults=faults) as place:
        await place.plan(min(messages, MORE))
        started = time.monotonic()
        order = place.order(timings=quick_leases())
        async with crew_of(order, processes) as crew:
            more = asyncio.create_task(keep_filled(place, messages, until=started + within))
            share = -(-freezes // (processes - 1))
            done = await asyncio.gather(
                *(_victim(place, crew, number, share) for number in range(1, processes))
            )
            more.cancel()
            await place.until_empty(within=within, crew=crew)
        return await place.verdict(started=started, freezes=sum(done))


async def _victim(place: Arena, crew: Crew, number: int, times: int) -> int:
    """Freeze one process again and again as long as there is work; returns how often."""
    dice = random.Random(number)
    for done in range(times):
        await asyncio.sleep(dice.uniform(0.05, 0.4))
        while not await place.is_posting(int(crew.processes[number].pid or 0)):
            if not await place.left():
                return done
            await asyncio.sleep(HESITATION / 10)
        crew.freeze(number)
        await asyncio.sleep(LEASE * dice.uniform(1.5, 3))
        crew.thaw(number)
    return times


def quick_leases() -> Timings:
    """Leases so short that a frozen process outlives them."""
    return replace(FAST, lease=LEASE)
