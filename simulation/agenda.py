"""What people will do, in the order of time."""

from collections.abc import Awaitable, Callable
from heapq import heappop, heappush

Doing = Callable[[], Awaitable[None]]


class Agenda:
    """Deeds by moment, in epoch seconds; of two at the same moment the earlier planned comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Doing]] = []
        self._count = 0

    def plan(self, moment: float, doing: Doing) -> None:
        """Let this be done at that moment."""
        self._count += 1
        heappush(self._heap, (moment, self._count, doing))

    @property
    def next_moment(self) -> float | None:
        """When somebody does something next."""
        return self._heap[0][0] if self._heap else None

    async def do_due(self, now: float) -> int:
        """Do everything up to now, one after another; return how much it was."""
        done = 0
        while self._heap and self._heap[0][0] <= now:
            await heappop(self._heap)[2]()
            done += 1
        return done
