"""Rate limits: off unless a test, a benchmark or a demo wants them; and the limit on reading messages."""

from collections import Counter, deque
from math import ceil

from playground.errors import SlackError

MINUTE = 60.0
PER_MINUTE = {"1": 1, "2": 20, "3": 50, "4": 100, "special": 300}
POSTS_PER_MINUTE = 300
"""Slack says "several hundred a minute" for a workspace."""
MOST_READ = 15
"""So many messages does an app from outside the Marketplace read with one call."""
POSTS_IN_A_BURST = 3
"""Slack asks for one post a second and channel and tolerates short bursts; it gives no figure."""


class RateLimited(SlackError):
    """Too many calls; Slack answers 429."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class RateLimits:
    """Counts calls per method and minute, and posts per channel and second."""

    def __init__(
        self,
        *,
        on: bool = False,
        history: bool = True,
        posts_per_minute: int = POSTS_PER_MINUTE,
        posts_in_a_burst: int = POSTS_IN_A_BURST,
    ) -> None:
        self.on = on
        self.history = history
        """Whether an app that OAuth installed reads messages as one from outside the Marketplace may."""
        self.refused: Counter[str] = Counter()
        """How often each method was answered with 429, recorded or not."""
        self._per_minute = {**PER_MINUTE, "post": posts_per_minute}
        self._burst = posts_in_a_burst
        self._calls: dict[str, deque[float]] = {}

    def check(
        self, method: str, *, tier: str, now: float, channel: str | None = None, team: str = ""
    ) -> None:
        """Count one call in a workspace, or refuse it."""
        if not self.on:
            return
        try:
            if tier == "post" and channel is not None:
                key = f"{team} {method} {channel}"
                self._count(key, most=self._burst, within=float(self._burst), now=now)
            self._count(f"{team} {method}", most=self._per_minute[tier], within=MINUTE, now=now)
        except RateLimited:
            self.refused[method] += 1
            raise

    def check_history(self, method: str, *, now: float, team: str) -> None:
        """Count one reading of messages by an app from outside the Marketplace, or refuse it.

        This holds also while the other limits are off: it decides what such an app can do at all.
        """
        try:
            self._count(f"{team} {method} distributed", most=1, within=MINUTE, now=now)
        except RateLimited:
            self.refused[method] += 1
            raise

    def _count(self, key: str, *, most: int, within: float, now: float) -> None:
        calls = self._calls.setdefault(key, deque())
        while calls and now - calls[0] >= within:
            calls.popleft()
        if len(calls) >= most:
            raise RateLimited(max(1, ceil(within - (now - calls[0]))))
        calls.append(now)

    def clear(self) -> None:
        """Forget every call."""
        self._calls.clear()
        self.refused.clear()
