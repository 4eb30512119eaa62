"""Connections of the HTTP server: how long each may take, and how many there may be at once.

uvicorn closes idle connections (`timeout_keep_alive`) and nothing else: a connection that sends nothing, half
of its headers or half of its body stays open, and beyond `limit_concurrency` everybody is answered 503.
"""

import errno
import resource
from collections import OrderedDict
from dataclasses import dataclass, field
from http import HTTPStatus
from logging import getLogger
from math import inf
from typing import Any, Literal

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.logs import Throttle

log = getLogger(__name__)

Phase = Literal["headers", "body", "answer", "idle", "closing"]
OUT_OF_RESOURCES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


MOST_CONNECTIONS = 1000


def most_connections() -> int:
    """Return how many connections fit; the other files of the process need the rest of its limit."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    is_limited = files != resource.RLIM_INFINITY
    return min(MOST_CONNECTIONS, files * 3 // 4) if is_limited else MOST_CONNECTIONS


@dataclass(frozen=True)
class ConnectionLimits:
    """Seconds for each phase of a connection, and how much all connections may hold together."""

    headers: float = 10
    body: float = 20
    answer: float = 30
    """From the whole request until the client has taken the whole answer."""
    idle: float = 75
    """Longer than proxies keep a connection, so that none uses one that was just closed."""
    closing: float = 5
    most: int = field(default_factory=most_connections)
    most_bytes: int = 32_000_000
    """Bytes of bodies that are not complete."""
    look_every: float = 1
    """Seconds between two checks for connections whose time is over."""


class Connections:
    """The open connections of a server. The longest silent one is closed when there are too many."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self.refusals = Throttle("request_refused", log)
        self._accept_errors = Throttle("accept_failed", log)
        self._open: set[Connection] = set()
        self._waiting: OrderedDict[Connection, None] = OrderedDict()
        """Those whose client has to send something, the longest silent first."""
        self._bytes = 0

    def opened(self, connection: "Connection") -> None:
        """Add a connection; the longest silent one is closed when there are too many."""
        self._open.add(connection)
        self._waiting[connection] = None
        if len(self._open) > self.limits.most:
            self._close_longest_silent()

    def closed(self, connection: "Connection") -> None:
        """Forget a connection."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)

    def heard_from(self, connection: "Connection", *, is_waiting: bool) -> None:
        """Note that the client sent or received something, and whether it has to send more."""
        self._waiting.pop(connection, None)
        if is_waiting:
            self._waiting[connection] = None

    def hold(self, size: int) -> None:
        """Count bytes of unfinished bodies; when there are too many, close those that began first."""
        self._bytes += size
        while self._bytes > self.limits.most_bytes:
            holding = [one for one in self._open if one.held]
            min(holding, key=lambda one: one.deadline).close_early("too many unfinished bodies")

    def close_late(self, now: float) -> None:
        """Close the connections whose time is over."""
        for connection in [one for one in self._open if one.deadline <= now]:
            connection.close_late()

    def accept_failed(self, problem: OSError) -> None:
        """Log that no connection could be accepted, and close one to make room."""
        self._accept_errors.report(str(problem.strerror))
        self._close_longest_silent()

    def _close_longest_silent(self) -> None:
        if self._waiting:
            next(iter(self._waiting)).close_early("too many connections")


class Connection(H11Protocol):
    """A connection with a time limit for each phase."""

    def __init__(self, connections: Connections, **parts: Any) -> None:
        super().__init__(**parts)
        self._connections = connections
        self._phase: tuple[Phase, object] | None = None
        """The phase, and the request that it is of."""
        self.deadline = inf
        self.held = 0
        """Bytes of a body that is not complete."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._connections.opened(self)
        self._note_phase()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._hold(0)
        self._connections.closed(self)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._note_phase(received=len(data))

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._note_phase()

    def send_400_response(self, msg: str) -> None:
        self._connections.refusals.report("not HTTP", found=msg)
        self._close(HTTPStatus.BAD_REQUEST)

    def close_early(self, reason: str) -> None:
        """Close the connection to make room for others."""
        self._connections.refusals.report(reason)
        self._close_waiting()

    def close_late(self) -> None:
        """Close the connection, because its time is over; a client that takes no answer is cut off."""
        phase = self._current_phase()
        if phase not in ("idle", "closing"):
            seconds = getattr(self._connections.limits, phase)
            self._connections.refusals.report(
                "too late", found=f"no {phase} in {seconds:g} seconds"
            )
        if phase in ("answer", "closing"):
            self.transport.abort()
        else:
            self._close_waiting()

    def _current_phase(self) -> Phase:
        if self.transport.is_closing():
            return "closing"
        if self.conn.their_state is h11.SEND_BODY:
            return "body"
        if self.conn.their_state is not h11.IDLE:
            return "answer"
        has_begun = self.cycle is None or self.conn.trailing_data[0]
        return "headers" if has_begun else "idle"

    def _note_phase(self, *, received: int = 0) -> None:
        """Note the phase that the connection is in; the time limit of a phase begins once."""
        phase = self._current_phase()
        if (phase, self.cycle) != self._phase:
            self._phase = (phase, self.cycle)
            self.deadline = self.loop.time() + getattr(self._connections.limits, phase)
        is_waiting = phase in ("headers", "body", "idle")
        self._connections.heard_from(self, is_waiting=is_waiting)
        # What still comes of a body after its answer was sent is discarded, not held.
        is_held = phase == "body" and not self.cycle.response_complete
        self._hold(self.held + received if is_held else 0)

    def _hold(self, size: int) -> None:
        more, self.held = size - self.held, size
        self._connections.hold(more)

    def _close_waiting(self) -> None:
        """Close a connection whose client has to send something; half a request is answered."""
        has_begun = self.conn.trailing_data[0] or self._current_phase() == "body"
        self._close(HTTPStatus.REQUEST_TIMEOUT if has_begun else None)

    def _close(self, status: HTTPStatus | None) -> None:
        """Close the connection after this answer, which is left out when there is one already."""
        if status and self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._answer(status)
        self.transport.close()
        self._note_phase()

    def _answer(self, status: HTTPStatus) -> None:
        if self.cycle is not None:
            self.cycle.disconnected = True
        text = status.phrase.encode()
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))]
        for event in (
            h11.Response(
                status_code=status, headers=[*headers, ("Connection", "close")], reason=text
            ),
            h11.Data(data=text),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
