"""Slow answers of Slack, so that a process is killed or stopped during a post."""

import random

from playground.faults import Fault, Faults
from tests.reliability.receipts import POST


class Hesitation(Faults):
    """A share of the posts is answered late: half of them before they take effect, half after."""

    def __init__(self, *, share: float, seconds: float) -> None:
        super().__init__()
        self._share = share
        self._seconds = seconds
        self._dice = random.Random(20261120)

    def take(self, method: str) -> Fault | None:
        """Return the fault for this call, if any."""
        fault = super().take(method)
        if fault is None and method == POST and self._dice.random() < self._share:
            kind = self._dice.choice(("slow_before", "slow"))
            return Fault(method, kind, seconds=self._seconds)
        return fault


class LosingReplies(Faults):
    """Every second post loses its reply, in the given ways by turns, so many times each."""

    def __init__(self, ways: list[tuple[str, float]], *, times: int) -> None:
        super().__init__()
        self._left = [way for _ in range(times) for way in ways]
        self._is_next = False

    @property
    def left(self) -> int:
        """How many replies are still to be lost."""
        return len(self._left)

    def take(self, method: str) -> Fault | None:
        """Return the fault for this call, if any."""
        if method != POST:
            return super().take(method)
        self._is_next = not self._is_next
        if not (self._is_next and self._left):
            return None
        kind, seconds = self._left.pop()
        return Fault(method, kind, seconds=seconds)
