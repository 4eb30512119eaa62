"""The HTTP server, and the signals that stop a process."""

import asyncio
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

from bot.slack.connections import (
    OUT_OF_RESOURCES,
    Connection,
    ConnectionLimits,
    Connections,
)

log = getLogger(__name__)

BACKLOG = 2048
ACCEPTED_AT_ONCE = 4
"""Connections accepted before those in the house are served again; asyncio logs as many errors at once."""

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
    host: str = "0.0.0.0",  # noqa: S104 - hosts route to any
    limits: ConnectionLimits | None = None,
) -> AsyncIterator[int]:
    """Serve this application and yield the port; PortTaken when it cannot be used."""
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
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield int(listening.getsockname()[1])
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


def _bound(host: str, port: int) -> socket.socket:
    # Without IPPROTO_TCP, asyncio leaves Nagle's algorithm on, which delays an answer in two parts by 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise port_taken(port, error) from error
    return listening
