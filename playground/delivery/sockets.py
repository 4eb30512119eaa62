"""Socket Mode: up to ten WebSockets that the app opens, each payload to one of them."""

import asyncio
import json
import secrets
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.delivery.parcel import ACK_SECONDS, Ack, Parcel, Retry
from playground.listener import abort, deafen

MOST_CONNECTIONS = 10
PARTING_SECONDS = 10.0


class Connection:
    """One open WebSocket and the envelopes it has not acknowledged."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.waiting: dict[str, asyncio.Future[dict[str, Any] | None]] = {}
        self.leaving = False

    async def ask(self, envelope: dict[str, Any]) -> dict[str, Any] | None:
        """Send an envelope and return the payload of its acknowledgement."""
        answer: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        self.waiting[envelope["envelope_id"]] = answer
        try:
            await self.websocket.send_text(json.dumps(envelope))
            async with asyncio.timeout(ACK_SECONDS):
                return await answer
        finally:
            del self.waiting[envelope["envelope_id"]]

    def heard(self, raw: str) -> None:
        """Take in an acknowledgement."""
        message = json.loads(raw)
        answer = self.waiting.get(message.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(message.get("payload"))

    def gone(self) -> None:
        """Fail what still waits for an acknowledgement on this socket."""
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the socket was closed"))


class Sockets:
    """The app's open WebSockets."""

    def __init__(self) -> None:
        self._tickets: deque[str] = deque(maxlen=100)
        self.connections: list[Connection] = []
        self.on_change: Callable[[], None] = _nobody_listens
        self.refusing = False
        """Refuse every new socket; its one-time address is used up."""
        self.silent = False
        """Take every new socket, and answer nothing."""
        self._turn = 0
        self._opened = asyncio.Event()
        self._partings: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Return whether a payload could be sent right now."""
        return any(not c.leaving for c in self.connections)

    async def until_connected(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Wait for the app to connect."""
        async with asyncio.timeout(timeout):
            while not self.connected:
                self._opened.clear()
                await self._opened.wait()

    def ticket(self) -> str:
        """Return the one-time part of a WebSocket address."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.append(ticket)
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one WebSocket until either side closes it."""
        ticket = websocket.path_params["ticket"]
        if ticket not in self._tickets:
            await websocket.close(code=1008)
            return
        self._tickets.remove(ticket)
        if self.refusing:
            await websocket.close(code=1013)
            return
        if self.silent:
            await asyncio.Event().wait()
        await websocket.accept()
        if len(self.connections) >= MOST_CONNECTIONS:
            await _say_goodbye(websocket, "too_many_websockets")
            await websocket.close()
            return
        connection = Connection(websocket)
        self.connections.append(connection)
        try:
            await self._converse(connection)
        finally:
            self.connections.remove(connection)
            connection.gone()
            self.on_change()

    async def _converse(self, connection: Connection) -> None:
        hello = {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "playground", "approximate_connection_time": 3600},
            "connection_info": {"app_id": "A0RUNGS0APP"},
        }
        try:
            await connection.websocket.send_text(json.dumps(hello))
            self._opened.set()
            self.on_change()
            while True:
                connection.heard(await connection.websocket.receive_text())
        except (WebSocketDisconnect, OSError):
            return

    async def send(self, parcel: Parcel, retry: Retry | None = None) -> Ack:
        """Deliver to one of the connections and wait for its acknowledgement."""
        started = time.monotonic()
        connection = self._next()
        if connection is None:
            return Ack(ok=False, seconds=0.0, reason="connection_failed")
        try:
            payload = await connection.ask(_envelope(parcel, retry))
        except TimeoutError:
            return Ack(ok=False, seconds=time.monotonic() - started, reason="http_timeout")
        except (OSError, RuntimeError, WebSocketDisconnect):
            return Ack(ok=False, seconds=time.monotonic() - started, reason="connection_failed")
        return Ack(ok=True, seconds=time.monotonic() - started, status=200, body=payload or None)

    def _next(self) -> Connection | None:
        open_ones = [c for c in self.connections if not c.leaving]
        if not open_ones:
            return None
        self._turn += 1
        return open_ones[self._turn % len(open_ones)]

    def drop(self) -> int:
        """Cut every socket without a close frame; return how many there were."""
        cut = list(self.connections)
        for connection in cut:
            connection.leaving = True
            abort(connection.websocket.scope)
        return len(cut)

    def deafen(self) -> int:
        """Leave every socket half open: nothing is sent or received on it; return how many there were."""
        deaf = [connection for connection in self.connections if not connection.leaving]
        for connection in deaf:
            connection.leaving = True
            deafen(connection.websocket.scope)
        return len(deaf)

    async def ask_to_leave(self, reason: str = "refresh_requested") -> None:
        """Send `disconnect` to every socket, as Slack does every few hours."""
        for connection in list(self.connections):
            # With a warning, payloads keep coming for about ten seconds.
            connection.leaving = reason != "warning"
            await _say_goodbye(connection.websocket, reason)
            parting = asyncio.create_task(_part(connection))
            self._partings.add(parting)
            parting.add_done_callback(self._partings.discard)

    async def close(self) -> None:
        """Close every socket."""
        for parting in list(self._partings):
            parting.cancel()
        self.drop()


def _nobody_listens() -> None:
    """Stand in until someone wants to know."""


async def _say_goodbye(websocket: WebSocket, reason: str) -> None:
    goodbye = {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
    await websocket.send_text(json.dumps(goodbye))


async def _part(connection: Connection) -> None:
    await asyncio.sleep(PARTING_SECONDS)
    connection.leaving = True
    abort(connection.websocket.scope)


def _envelope(parcel: Parcel, retry: Retry | None) -> dict[str, Any]:
    envelope = {
        "envelope_id": str(uuid.uuid4()),
        "type": parcel.kind,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.kind != "events_api",
    }
    if parcel.kind == "events_api":
        envelope["retry_attempt"] = 0 if retry is None else retry.attempt
        envelope["retry_reason"] = "" if retry is None else retry.reason
    return envelope
