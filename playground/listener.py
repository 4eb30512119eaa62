"""Serves an ASGI app on loopback: starts and stops at once, and can cut a connection for real."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

Scope = MutableMapping[str, Any]
Asgi = Callable[[Any, Any, Any], Awaitable[None]]
SEAM = "playground.protocol"
PARTING_SECONDS = 0.2


def abort(scope: Scope) -> None:
    """Close the TCP connection of this request without an answer."""
    protocol = scope[SEAM]
    protocol.transport.abort()


def reset(scope: Scope) -> None:
    """Break the TCP connection of this request off: the other side reads "connection reset"."""
    transport = scope[SEAM].transport
    known = transport.get_extra_info("socket")
    known.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def deafen(scope: Scope) -> None:
    """Leave the TCP connection of this request open, and hear nothing more on it."""
    protocol = scope[SEAM]
    protocol.transport.pause_reading()


def _knowing(protocol: object, app: Asgi) -> Asgi:
    async def with_protocol(scope: Scope, receive: object, send: object) -> None:
        scope[SEAM] = protocol
        await app(scope, receive, send)

    return with_protocol


class HttpConnection(H11Protocol):
    """An HTTP connection that a request can find again."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.app = _knowing(self, self.app)


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket connection that its handler can find again."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.app = _knowing(self, self.app)


class Listener:
    """One port on loopback."""

    # uvicorn's own Server needs a third of a second to stop and takes over signals; tests start
    # hundreds of playgrounds, and the demo handles signals itself.

    def __init__(self, app: Asgi) -> None:
        self._config = Config(
            app=app,
            log_config=None,
            access_log=False,
            lifespan="off",
            http=HttpConnection,
            ws=SocketConnection,
            ws_ping_interval=None,
            ws_per_message_deflate=False,
            timeout_keep_alive=75,
        )
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> str:
        """Listen and return the address; port 0 takes any free one."""
        self._config.load()
        # Named as TCP, or asyncio leaves Nagle's algorithm on: an answer in two parts takes 40 ms more.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except OSError:
            listening.close()
            raise
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, sock=listening, backlog=1024)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    def _connection(self) -> HttpConnection:
        return HttpConnection(config=self._config, server_state=self._state, app_state={})

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        # Requests notice by themselves that nobody is there; only then are they cancelled.
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=PARTING_SECONDS)
        for task in list(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        self._server = None
