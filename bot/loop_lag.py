"""How long the event loop keeps others waiting, measured by one who waits."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

EVERY = 0.25
REMEMBERED = 60.0


class LoopLag:
    """The longest wait of the last minute, in seconds."""

    def __init__(self) -> None:
        self._waits: deque[tuple[float, float]] = deque()

    def worst(self) -> float:
        """How much later than asked a sleeper woke up, at worst."""
        self._forget(time.monotonic())
        return max((lag for _, lag in self._waits), default=0.0)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Measure for as long as the block lasts."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            asked = time.monotonic()
            await asyncio.sleep(EVERY)
            woke = time.monotonic()
            self._waits.append((woke, max(0.0, woke - asked - EVERY)))
            self._forget(woke)

    def _forget(self, now: float) -> None:
        while self._waits and self._waits[0][0] < now - REMEMBERED:
            self._waits.popleft()
