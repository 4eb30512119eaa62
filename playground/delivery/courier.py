"""Delivers payloads to the app and records the outcome."""

import asyncio

from playground.clock import Clock
from playground.delivery.http import HttpTransport
from playground.delivery.parcel import Ack, Parcel, Retry, Transport
from playground.delivery.sockets import Sockets
from playground.faults import Faults
from playground.journal import Journal


class Courier:
    """Delivers to the app's request URL if it has one, else to its sockets."""

    def __init__(self, *, secret: str, clock: Clock, faults: Faults, journal: Journal) -> None:
        self.sockets = Sockets()
        self._secret = secret
        self._clock = clock
        self._faults = faults
        self._journal = journal
        self._http: HttpTransport | None = None
        self.under_way: set[asyncio.Task[Ack]] = set()

    def deliver_over_http(self, url: str | None) -> None:
        """Post everything to this request URL; None goes back to Socket Mode."""
        self._http = None if url is None else HttpTransport(url, secret=self._secret)

    @property
    def transport(self) -> str | None:
        """Return "http", "socket", or None when the app has neither."""
        if self._http is not None:
            return "http"
        return "socket" if self.sockets.connected else None

    def _way(self) -> Transport:
        return self._http or self.sockets

    async def deliver(self, parcel: Parcel, retry: Retry | None = None) -> Ack:
        """Deliver one payload, with whatever faults are switched on."""
        fault = self._faults.take_delivery()
        if fault.delay:
            await asyncio.sleep(fault.delay)
        copies = [self._start(parcel, retry) for _ in range(fault.copies - 1)]
        ack = await self._once(parcel, retry)
        if copies:
            await asyncio.gather(*copies)
        return ack

    def _start(self, parcel: Parcel, retry: Retry | None) -> "asyncio.Task[Ack]":
        task = asyncio.create_task(self._once(parcel, retry))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        return task

    def note_lost(self, parcel: Parcel) -> None:
        """Record a payload for which there was no request URL and no socket."""
        self._note(parcel, Ack(ok=False, seconds=0.0, reason="connection_failed"))

    async def _once(self, parcel: Parcel, retry: Retry | None) -> Ack:
        ack = await self._way().send(parcel, retry)
        self._note(parcel, ack)
        return ack

    def _note(self, parcel: Parcel, ack: Ack) -> None:
        self._journal.delivery(
            parcel.name,
            at=self._clock.now(),
            status=ack.status,
            payload=parcel.payload,
            answer=ack.body if ack.ok else {"error": ack.reason},
        )

    async def close(self) -> None:
        """Stop delivering."""
        for task in list(self.under_way):
            task.cancel()
        await self.sockets.close()
        if self._http is not None:
            await self._http.close()
