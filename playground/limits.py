"""Rate limits: off unless a test or a demo wants them."""

from collections import deque

from playground.errors import SlackError

MINUTE = 60.0
PER_MINUTE = {"1": 1, "2": 20, "3": 50, "4": 100, "post": 300, "special": 300}
POSTS_IN_A_BURST = 3
"""Slack asks for one post a second and channel and tolerates short bursts; it gives no figure."""


class RateLimited(SlackError):
    """Too many calls; Slack answers 429."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class RateLimits:
    """Counts calls per method and minute, and posts per channel and second."""

    def __init__(self) -> None:
        self.on = False
        self._calls: dict[str, deque[float]] = {}

    def check(self, method: str, *, tier: str, now: float, channel: str | None = None) -> None:
        """Count one call, or refuse it."""
        if not self.on:
            return
        if tier == "post" and channel is not None:
            key = f"{method} {channel}"
            self._count(key, most=POSTS_IN_A_BURST, within=float(POSTS_IN_A_BURST), now=now)
        self._count(method, most=PER_MINUTE[tier], within=MINUTE, now=now)

    def _count(self, key: str, *, most: int, within: float, now: float) -> None:
        calls = self._calls.setdefault(key, deque())
        while calls and now - calls[0] >= within:
            calls.popleft()
        if len(calls) >= most:
            raise RateLimited(max(1, round(within - (now - calls[0]))))
        calls.append(now)

    def clear(self) -> None:
        """Forget every call."""
        self._calls.clear()
