"""`kill -9` at random moments while an outbox is emptied."""

import asyncio
import random
import time

from tests.reliability.arena import arena, crew_of
from tests.reliability.ledger import Verdict


async def kill_loop(
    database_url: str, *, messages: int, kills: int, processes: int, within: float = 300
) -> Verdict:
    """Empty the outbox with so many processes, one of which dies every 0.25 to 0.6 seconds."""
    dice = random.Random(20261120)
    async with arena(database_url, people=messages) as place:
        await place.fill(messages)
        started = time.monotonic()
        async with crew_of(place.order(), processes) as crew:
            done = 0
            while done < kills and await place.left():
                await asyncio.sleep(dice.uniform(0.25, 0.6))
                await asyncio.to_thread(crew.kill, dice.randrange(processes))
                done += 1
            await place.until_empty(within=within, crew=crew)
        return await place.verdict(started=started, kills=done)
