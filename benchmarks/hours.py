"""The time of a benchmark: a working day that begins when it is asked for, and may run faster than ours."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 11, 17, 10, tzinfo=UTC)
"""A Tuesday within working hours."""


@dataclass(frozen=True)
class Hours:
    """It was ten in the morning at `began` (seconds since 1970 by the machine); processes share it."""

    began: float
    speed: float = 1.0

    def now(self) -> datetime:
        """What the clock on the wall shows."""
        return MORNING + timedelta(seconds=self.steady())

    def slacks(self) -> float:
        """The same for the playground, in seconds since 1970."""
        return MORNING.timestamp() + self.steady()

    def steady(self) -> float:
        """Seconds since the morning began."""
        return (time.time() - self.began) * self.speed

    async def pause(self, seconds: float) -> None:
        """Wait for so long by this clock."""
        await asyncio.sleep(seconds / self.speed)
