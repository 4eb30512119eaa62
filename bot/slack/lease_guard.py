"""The fence: nothing is posted under a lease that is over, however late this process wakes up.

It is asked by the connection itself, in the same breath in which the bytes go out: a process that is
frozen anywhere before that wakes up, asks, and sends nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

import aiohttp

from bot.slack.errors import NotSent


@dataclass(frozen=True)
class Lease:
    """Until when a message may be posted, by the wall clock and by the steady one (seconds)."""

    until: datetime
    steady_until: float
    now: Callable[[], datetime]
    steady: Callable[[], float]

    def is_over(self) -> bool:
        """True from the moment on that either clock has passed: a jump of one cannot prolong it."""
        return self.now() >= self.until or self.steady() >= self.steady_until


_held: ContextVar[Lease | None] = ContextVar("lease", default=None)


@contextmanager
def guarded_by(lease: Lease) -> Iterator[None]:
    """Requests of this block go out while the lease holds, or raise NotSent."""
    token = _held.set(lease)
    try:
        yield
    finally:
        _held.reset(token)


def lease_trace() -> aiohttp.TraceConfig:
    """The fence for a session: asked before a request begins, and again as its bytes are written."""
    hooks = aiohttp.TraceConfig()
    hooks.on_request_start.append(_ask)
    # A check when the connection is there would be early: the body is written by a task of its own.
    hooks.on_request_chunk_sent.append(_ask)
    return hooks


async def _ask(_session: aiohttp.ClientSession, _context: SimpleNamespace, _about: object) -> None:
    lease = _held.get()
    if lease is not None and lease.is_over():
        raise NotSent("chat.postMessage", "lease_over")


def was_not_sent(error: BaseException | None) -> bool:
    """True when the fence is why this failed; aiohttp wraps what a writing task raised."""
    while error is not None:
        if isinstance(error, NotSent):
            return True
        error = error.__cause__
    return False
