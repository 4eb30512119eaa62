"""The HTTP server, and the signals that stop a process."""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from logging import getLogger
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from bot.slack.connections import OUT_OF_RESOURCES, Connection, ConnectionLimits, Connections

log = getLogger(__name__)

BACKLOG = 2048
ACCEPTED_AT_ONCE = 4
"""New connections that are accepted before the open ones are served again.

When none can be accepted, asyncio logs as many errors at once.
"""

EVERYWHERE = ""
"""Every address of the machine."""

LOOPBACK = "localhost"
"""The addresses that only this machine reaches."""

ANY = "0.0.0.0"  # noqa: S104 - hosts route to any
NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)

BETWEEN_LOOKS = 0.005
"""Seconds between two checks whether the last connection is closed."""


class _Server(uvicorn.Server):
    """A uvicorn server that handles no signals, and stops at once when `stop` is called."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._told = asyncio.Event()
        self._connections = connections

    def stop(self) -> None:
        self.should_exit = True
        self._told.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # asyncio takes one number for how many connections it accepts at once and how many wait in line.
        for listening in sockets or []:
            listening.listen(BACKLOG)

    async def main_loop(self) -> None:
        # One tick a second updates the date in answers; uvicorn's own loop wakes ten times a second.
        loop, pause = asyncio.get_running_loop(), self._connections.limits.look_every
        while not await self.on_tick(0):
            self._connections.close_late(loop.time())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), timeout=pause)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the port and idle connections, and let the requests in flight end.

        Those that last longer than `timeout_graceful_shutdown` are cancelled.
        """
        # uvicorn's own waits a tenth of a second first, which adds up in the tests.
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        within = self.config.timeout_graceful_shutdown
        try:
            await asyncio.wait_for(self._last_connection(), timeout=within)
        except TimeoutError:
            log.warning("Requests still in flight after %s s are cancelled.", within)
            for task in self.server_state.tasks:
                task.cancel()

    async def _last_connection(self) -> None:
        """Wait until the last request was answered and the last connection closed."""
        while self.server_state.tasks or self.server_state.connections:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(BETWEEN_LOOKS)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Stopping:
    """Whether the process was asked to stop; during the start, being asked cancels the start."""

    def __init__(self, starting: "asyncio.Task[object] | None") -> None:
        self._asked = asyncio.Event()
        self._starting = starting

    def ask(self) -> None:
        """Ask the process to stop, as SIGTERM and Ctrl+C do."""
        self._asked.set()
        if self._starting is not None:
            self._starting.cancel()

    async def asked(self) -> None:
        """Wait until the process is asked to stop; from now on, work in progress is finished first."""
        self._starting = None
        # All that is loaded by now stays. Without freezing, each full garbage collection goes through it,
        # and acknowledgements wait meanwhile.
        gc.collect()
        gc.freeze()
        gc.set_threshold(700)  # Python's own, which the command line raised for the start.
        await self._asked.wait()


def stop_signal() -> Stopping:
    """Handle the signals that ask this process to stop, and return whether one came."""
    stopping = Stopping(asyncio.current_task())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.ask)
    return stopping


class PortTaken(Exception):
    """The port cannot be used. Set PORT to a free one, or stop what is using it."""


@asynccontextmanager
async def serving_http(
    application: ASGIApp,
    *,
    port: int,
    host: str = EVERYWHERE,
    limits: ConnectionLimits | None = None,
) -> AsyncIterator[int]:
    """Serve this application and yield the port; PortTaken when it cannot be used.

    `host` is an address or a name of this machine, `EVERYWHERE` all of its addresses, IPv6 and IPv4.
    """
    listening = _bound(host, port)
    connections = Connections(limits or ConnectionLimits())
    config = uvicorn.Config(
        application,
        http=cast("type[asyncio.Protocol]", partial(Connection, connections)),
        ws="none",
        log_config=None,
        # It warns of each malformed request; `Connections` counts them.
        log_level="error",
        access_log=False,
        lifespan="off",
        backlog=ACCEPTED_AT_ONCE,
        timeout_keep_alive=int(connections.limits.idle),
        # Requests take milliseconds; most of the ten seconds of a stop are for work in progress.
        timeout_graceful_shutdown=2,
    )
    server = _Server(config, connections)
    with _accept_errors_to(connections):
        task = asyncio.create_task(server.serve(sockets=listening))
        try:
            yield _port_of(listening[0])
        finally:
            server.stop()
            await task


@contextmanager
def _accept_errors_to(connections: Connections) -> Iterator[None]:
    """Report to these when no connection can be accepted; asyncio would log each attempt with its trace."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()

    def handle(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        problem = context.get("exception")
        if isinstance(problem, OSError) and problem.errno in OUT_OF_RESOURCES:
            connections.accept_failed(problem)
        elif before:
            before(loop, context)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)
    try:
        yield
    finally:
        loop.set_exception_handler(before)


def port_taken(port: int, error: OSError) -> PortTaken:
    """Return the exception for a port that cannot be used."""
    return PortTaken(f"Port {port} cannot be used: {error.strerror}. Set PORT to a free one.")


def _bound(host: str, port: int) -> list[socket.socket]:
    """Return a listening socket for each address of the host; port 0 takes a free one, the same for all."""
    found: list[socket.socket] = []
    missing: OSError | None = None
    try:
        for family, address in _addresses(host):
            try:
                found.append(_listening(family, address, _port_of(found[0]) if found else port))
            except OSError as error:
                if error.errno not in NOT_HERE:
                    raise port_taken(port, error) from error
                missing = error  # Many machines have no IPv6; the other address is enough then.
    except BaseException:
        for one in found:
            one.close()
        raise
    if not found:
        raise PortTaken(
            f"RUNGS_HOST is '{host}', which is not an address of this machine. Set it to 127.0.0.1, "
            "::1, or another address of this machine, or unset it."
        ) from missing
    return found


def _addresses(host: str) -> list[tuple[int, str]]:
    """Return the families and addresses to listen on; none for a name that is not known."""
    if host in (EVERYWHERE, "::"):
        # One socket for both families where the machine has IPv6.
        return [(socket.AF_INET6, "::") if socket.has_dualstack_ipv6() else (socket.AF_INET, ANY)]
    if host == LOOPBACK:
        return [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
    with suppress(socket.gaierror, UnicodeError):
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))
    return []


def _listening(family: int, address: str, port: int) -> socket.socket:
    # Without IPPROTO_TCP, asyncio leaves Nagle's algorithm on, which delays an answer in two parts by 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(address != "::"))
        listening.bind((address, port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _port_of(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])
