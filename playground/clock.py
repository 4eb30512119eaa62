"""The playground's own clock: it runs, or is frozen, and can be moved on."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress


class Clock:
    """Seconds since the epoch, plus whatever it was moved on by.

    A frozen clock starts at the moment it is given and moves only when told.
    """

    def __init__(
        self, now: Callable[[], float] = time.time, *, frozen: float | None = None
    ) -> None:
        self._source = now if frozen is None else lambda: frozen
        self._ahead = 0.0
        self._sleepers: set[asyncio.Event] = set()
        self.is_frozen = frozen is not None

    @property
    def ahead(self) -> float:
        """How many seconds this clock was moved on by."""
        return self._ahead

    def now(self) -> float:
        """Return the current time in seconds since the epoch."""
        return self._source() + self._ahead

    def advance(self, seconds: float) -> float:
        """Move the clock on and return the new time; time never runs backward."""
        if seconds < 0:
            raise ValueError(f"The clock cannot go back {-seconds} seconds. Give 0 or more.")
        self._ahead += seconds
        for sleeper in self._sleepers:
            sleeper.set()
        return self.now()

    def move_to(self, moment: float) -> float:
        """Move the clock on to a moment; one that is past already changes nothing."""
        return self.advance(max(0.0, moment - self.now()))

    async def sleep_until(self, moment: float) -> None:
        """Wait until this clock shows the moment, by itself or because it was moved on."""
        moved = asyncio.Event()
        self._sleepers.add(moved)
        try:
            while (left := moment - self.now()) > 0:
                moved.clear()
                # Not wait_for: on Python 3.11 it can swallow a cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(None if self.is_frozen else left):
                        await moved.wait()
        finally:
            self._sleepers.discard(moved)
