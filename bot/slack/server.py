"""Keeping a process at work until it is told to stop, and stopping it well."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from logging import getLogger

import uvicorn
from starlette.types import ASGIApp

log = getLogger(__name__)

BACKLOG = 2048

KEEP_ALIVE = 75
"""Seconds; longer than proxies keep a connection, so that none sends a click down one that we just closed."""

BETWEEN_LOOKS = 0.005
"""Seconds between two looks at whether the last connection is closed."""


class _Server(uvicorn.Server):
    """Leaves signals to us, which uvicorn would raise again later, and stops as soon as it is told."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._told.set()

    async def main_loop(self) -> None:
        # Once a second for the date in its answers; uvicorn's own looks ten times a second whether to stop.
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), timeout=1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the port and idle connections, and let the requests in flight end.

        Those that last longer than `timeout_graceful_shutdown` are cancelled.
        """
        # uvicorn's own sleeps a tenth of a second before it looks, which every stage of the tests paid.
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
    """Whether the process was asked to stop; while it is starting, that ends the start at once."""

    def __init__(self, starting: "asyncio.Task[object] | None") -> None:
        self._asked = asyncio.Event()
        self._starting = starting

    def ask(self) -> None:
        """What SIGTERM and Ctrl+C do."""
        self._asked.set()
        if self._starting is not None:
            self._starting.cancel()

    async def asked(self) -> None:
        """Wait for it; from now on what is in flight is finished first."""
        self._starting = None
        # What is loaded by now stays: without this, Python looks through all of it again and again,
        # and an acknowledgement waits meanwhile.
        gc.collect()
        gc.freeze()
        await self._asked.wait()


def stop_signal() -> Stopping:
    """Listen for the signals that ask this process to stop."""
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
) -> AsyncIterator[int]:
    """Serve this application; yields the port, and stops taking requests at the end."""
    listening = _bound(host, port)
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        # Slack is answered within milliseconds; the rest of the ten seconds is for work in flight.
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.stop()
        await task


def port_taken(port: int, error: OSError) -> PortTaken:
    """What to say when a port cannot be had."""
    return PortTaken(f"Port {port} cannot be used: {error.strerror}. Set PORT to a free one.")


def _bound(host: str, port: int) -> socket.socket:
    # Named as TCP, or asyncio leaves Nagle's algorithm on: an answer in two parts then takes 40 ms more.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise port_taken(port, error) from error
    return listening
