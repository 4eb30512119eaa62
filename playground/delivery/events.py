"""Sends events in the background and retries them as Slack does."""

import asyncio
from collections.abc import Mapping
from typing import Any

from playground.clock import Clock
from playground.delivery.courier import Courier
from playground.delivery.parcel import Parcel, Retry
from playground.faults import Faults
from playground.payloads.event import event_callback
from playground.state.workspace import Workspace

RETRY_AFTER = (0.0, 60.0, 300.0)
"""Seconds before the first, second and third retry."""
MESSAGE_EVENTS = {"im": "message.im", "channel": "message.channels", "group": "message.groups"}


def subscription(event: Mapping[str, Any]) -> str:
    """Return the manifest's name for an event."""
    kind = str(event["type"])
    return MESSAGE_EVENTS[event["channel_type"]] if kind == "message" else kind


class Events:
    """The app's event subscriptions."""

    def __init__(
        self,
        *,
        courier: Courier,
        clock: Clock,
        faults: Faults,
        subscribed: frozenset[str] | None,
    ) -> None:
        self._courier = courier
        self._clock = clock
        self._faults = faults
        self._subscribed = subscribed
        self._held: list[Parcel] = []
        self._first_attempts: set[asyncio.Task[None]] = set()
        self._retries: set[asyncio.Task[None]] = set()

    def wants(self, name: str) -> bool:
        """Return whether the app subscribed to this event."""
        return self._subscribed is None or name in self._subscribed

    def publish(self, workspace: Workspace, event: dict[str, Any], *, whole: bool = False) -> None:
        """Send an event to the app, if it subscribed to it; `whole` is about a whole organization."""
        if not self.wants(subscription(event)):
            return
        parcel = Parcel("events_api", event_callback(workspace, event, whole=whole))
        if self._courier.transport is None:
            # With Socket Mode, what happens while no socket is open is lost.
            self._courier.note_lost(parcel)
        elif self._faults.held_events > 0:
            self._hold(parcel)
        else:
            self._begin(self._attempt(parcel))

    def _hold(self, parcel: Parcel) -> None:
        self._held.append(parcel)
        if len(self._held) >= self._faults.held_events:
            self._faults.held_events = 0
            backward, self._held = self._held[::-1], []
            self._begin(self._one_by_one(backward))

    async def _one_by_one(self, parcels: list[Parcel]) -> None:
        for parcel in parcels:
            await self._attempt(parcel)

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._first_attempts.add(task)
        task.add_done_callback(self._first_attempts.discard)

    async def _attempt(self, parcel: Parcel) -> None:
        ack = await self._courier.deliver(parcel)
        if not ack.ok and not ack.no_retry:
            task = asyncio.create_task(self._retry(parcel, ack.reason))
            self._retries.add(task)
            task.add_done_callback(self._retries.discard)

    async def _retry(self, parcel: Parcel, reason: str) -> None:
        for attempt, pause in enumerate(RETRY_AFTER, start=1):
            await self._clock.sleep_until(self._clock.now() + pause)
            ack = await self._courier.deliver(parcel, Retry(attempt, reason))
            if ack.ok or ack.no_retry:
                return
            reason = ack.reason

    async def quiet(self) -> None:
        """Wait until every event was tried once."""
        while self._first_attempts:
            await asyncio.gather(*self._first_attempts)

    async def close(self) -> None:
        """Cancel all events that are still to be sent."""
        tasks = [*self._first_attempts, *self._retries]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
