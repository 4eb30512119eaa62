"""How long the asyncio loop stood still, and how much memory this process has come to need."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BREATH = 0.001


class Loop:
    """The longest time, in seconds, that the loop did not turn."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        """Look at the clock a thousand times a second, if the loop lets us."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BREATH)
            self.longest = max(self.longest, time.perf_counter() - before - BREATH)


@contextmanager
def watched_loop() -> Iterator[Loop]:
    """Watch the loop while the block runs."""
    loop = Loop()
    watching = asyncio.create_task(loop.watch())
    try:
        yield loop
    finally:
        watching.cancel()


def resident_mb() -> float:
    """What this process keeps in memory, in MB; read from /proc, so only on Linux."""
    return _status("VmRSS")


def peak_mb() -> float:
    """The most that it ever kept there."""
    return _status("VmHWM")


def _status(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024
