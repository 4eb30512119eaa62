"""`kill -9` at random moments while plans become messages and messages become posts."""

import asyncio
import random
import time
from dataclasses import dataclass

from tests.reliability.arena import Arena, Crew, arena, crew_of
from tests.reliability.receipts import POST, Verdict
from tests.reliability.slow_answers import Hesitation
from tests.reliability.worker import CALM, CALM_ANSWER, patient

HESITATION = 0.08
"""Seconds that every third post takes longer, so that kills meet posts that are under way."""

MORE = 2000
"""How many messages are added whenever fewer than half as many are left."""


@dataclass(frozen=True)
class Deaths:
    """How many processes are killed, at most, and how many seconds apart."""

    most: int
    apart: tuple[float, float] = (0.25, 0.6)


async def kill_loop(
    database_url: str, *, messages: int, deaths: Deaths, processes: int, within: float = 300
) -> Verdict:
    """Send what is due with so many processes, one of which is killed at random times.

    Once `within` seconds are over, nothing more falls due, nobody is killed, and what is due by then is sent.
    """
    faults = Hesitation(share=1 / 3, seconds=HESITATION)
    async with arena(database_url, people=messages, faults=faults) as place:
        await place.plan(min(messages, MORE))
        started = time.monotonic()
        order = place.order(timings=CALM, patience=patient(CALM_ANSWER))
        async with crew_of(order, processes) as crew:
            more = asyncio.create_task(keep_filled(place, messages, until=started + within))
            done = await _kill(place, crew, deaths, messages, until=started + within)
            await more
            await place.until_empty(within=within, crew=crew)
        return await place.verdict(started=started, kills=done)


async def _kill(place: Arena, crew: Crew, deaths: Deaths, messages: int, *, until: float) -> int:
    """Kill as often as was asked for, or as long as there is time and something to do.

    Before each kill a process has posted again, so that on a busy machine not all of them are still starting.
    """
    dice = random.Random(20261120)
    for done in range(deaths.most):
        before = place.ledger.calls_of[POST]
        while place.ledger.calls_of[POST] == before and time.monotonic() < until:
            if place.messages >= messages and not await place.left():
                return done
            await asyncio.sleep(0.05)
        await asyncio.sleep(dice.uniform(*deaths.apart))
        is_all = place.messages >= messages and not await place.left()
        if is_all or time.monotonic() > until:
            return done
        await asyncio.to_thread(crew.kill, dice.randrange(len(crew.processes)))
    return deaths.most


async def keep_filled(place: Arena, messages: int, *, until: float) -> None:
    """Add due messages as long as there is time, up to so many in all."""
    while place.messages < messages and time.monotonic() < until:
        if await place.left() < MORE // 2:
            await place.plan(min(MORE, messages - place.messages))
        await asyncio.sleep(0.2)
