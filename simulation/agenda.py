"""A queue of what members will do, ordered by time."""

from collections.abc import Awaitable, Callable
from heapq import heappop, heappush

Action = Callable[[], Awaitable[None]]


class Agenda:
    """Actions by moment, in epoch seconds; those of the same moment run in the order of being added."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Action]] = []
        self._count = 0

    def plan(self, moment: float, action: Action) -> None:
        """Add an action for that moment."""
        self._count += 1
        heappush(self._heap, (moment, self._count, action))

    @property
    def next_moment(self) -> float | None:
        """The moment of the next action; None when there is none."""
        return self._heap[0][0] if self._heap else None

    async def do_due(self, now: float) -> int:
        """Run all actions up to now, one after another; return how many there were."""
        done = 0
        while self._heap and self._heap[0][0] <= now:
            await heappop(self._heap)[2]()
            done += 1
        return done
