"""Waiting until the bot has nothing left to do."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.slack.middleware import InFlight
from playground.server import Playground

Settle = Callable[[], Awaitable[None]]
FINISH_WITHIN = 30.0
QUIET_ROUNDS = 3
"""So often in a row there must be nothing: what was acknowledged begins a moment later."""


def settling(playground: Playground, flight: InFlight) -> Settle:
    """Return what waits for every event to be delivered and every listener to end."""

    async def settle() -> None:
        still = 0
        while still < QUIET_ROUNDS:
            await playground.quiet()
            await asyncio.sleep(0)
            if len(flight):
                await flight.finish(within=FINISH_WITHIN)
                still = 0
            else:
                still += 1

    return settle
