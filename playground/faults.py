"""Faults that can be switched on, one method at a time."""

from collections import deque
from dataclasses import dataclass

BUILT_IN = frozenset(
    {
        "ratelimited",
        "server_error",
        "server_error_after",
        "cut_before",
        "cut_after",
        "reset_after",
        "half_after",
        "slow",
        "slow_before",
    }
)


@dataclass(slots=True)
class Fault:
    """What goes wrong, and how often.

    `ratelimited` answers 429; `server_error` answers 503 and does nothing; `server_error_after`
    answers 503 although the call took effect; `cut_before` and `cut_after` close the connection
    before or after the effect, `reset_after` breaks it off and `half_after` answers with half of the JSON;
    `slow` takes effect and then waits; `slow_before` waits first.
    Any other kind is answered as Slack's error of that name.
    """

    method: str
    kind: str
    times: int = 1
    seconds: float = 1.0
    retry_after: int | str = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """The faults of one delivery to the app."""

    copies: int = 1
    delay: float = 0.0


class Faults:
    """Everything that is switched on."""

    def __init__(self) -> None:
        self._calls: list[Fault] = []
        self._duplicates = 0
        self._delays: deque[float] = deque()
        self.held_events = 0
        """So many events are held back, then delivered in reverse order."""

    def add(
        self,
        method: str,
        kind: str,
        *,
        times: int = 1,
        seconds: float = 1.0,
        retry_after: int | str = 1,
    ) -> Fault:
        """Disturb the next calls of a method, or of any with `*`."""
        if times < 1:
            raise ValueError(f"A fault happens {times} times. Give 1 or more.")
        fault = Fault(method, kind, times, seconds, retry_after)
        self._calls.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        """Return the fault for this call and count it."""
        for fault in self._calls:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times == 0:
                    self._calls.remove(fault)
                return fault
        return None

    def duplicate_deliveries(self, times: int) -> None:
        """Send the next payloads twice, events and interactions alike."""
        self._duplicates += times

    def delay_deliveries(self, times: int, *, seconds: float) -> None:
        """Hold each of the next payloads back for a while; later ones overtake them."""
        self._delays.extend([seconds] * times)

    def reverse_events(self, count: int) -> None:
        """Hold back so many events, then deliver them last to first."""
        self.held_events = count

    def take_delivery(self) -> Delivery:
        """Return how the next delivery is disturbed and count it."""
        copies = 1
        if self._duplicates > 0:
            self._duplicates -= 1
            copies = 2
        delay = self._delays.popleft() if self._delays else 0.0
        return Delivery(copies, delay)

    def clear(self) -> None:
        """Switch everything off."""
        self._calls.clear()
        self._delays.clear()
        self._duplicates = 0
        self.held_events = 0
