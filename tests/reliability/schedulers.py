"""Several clock processes that plan and send from one database."""

import time

from tests.reliability.arena import arena, crew_of
from tests.reliability.receipts import Verdict
from tests.reliability.worker import CALM, CALM_ANSWER, patient

SCHEDULERS = 4


async def many_schedulers(database_url: str, *, due: int, within: float = 300) -> Verdict:
    """Four of them start at once on so many plans that are due."""
    async with arena(database_url, people=due) as place:
        await place.plan(due)
        started = time.monotonic()
        order = place.order(timings=CALM, patience=patient(CALM_ANSWER))
        async with crew_of(order, SCHEDULERS) as crew:
            await place.until_empty(within=within, crew=crew)
        return await place.verdict(started=started)
