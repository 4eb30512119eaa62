"""The lease guard: no request is sent under a lease that is over.

Whoever claims a message may post it until its lease ends; then another process may claim it. A process can be
suspended for any time between checking the lease and sending, and would then post a second time. So the check
is a trace hook of the HTTP session, called right before a request begins and again when its body is written.
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
    """Until when a message may be posted, by the wall clock and by the monotonic one (seconds)."""

    until: datetime
    steady_until: float
    now: Callable[[], datetime]
    steady: Callable[[], float]

    def is_over(self) -> bool:
        """Return whether either clock has passed the end, so that setting one back prolongs nothing."""
        return self.now() >= self.until or self.steady() >= self.steady_until


_held: ContextVar[Lease | None] = ContextVar("lease", default=None)


@contextmanager
def guarded_by(lease: Lease) -> Iterator[None]:
    """Send the requests of this block only while the lease holds; otherwise they raise NotSent."""
    token = _held.set(lease)
    try:
        yield
    finally:
        _held.reset(token)


def lease_trace() -> aiohttp.TraceConfig:
    """Return the hooks for a session: they check before a request begins and when its body is written."""
    hooks = aiohttp.TraceConfig()
    hooks.on_request_start.append(_check_lease)
    # Checking when the connection is made would be too early: another task writes the body later.
    hooks.on_request_chunk_sent.append(_check_lease)
    return hooks


async def _check_lease(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, _about: object
) -> None:
    lease = _held.get()
    if lease is not None and lease.is_over():
        raise NotSent("chat.postMessage", "lease_over")


def was_not_sent(error: BaseException | None) -> bool:
    """Return whether NotSent caused this error; aiohttp wraps what its writing task raised."""
    while error is not None:
        if isinstance(error, NotSent):
            return True
        error = error.__cause__
    return False
