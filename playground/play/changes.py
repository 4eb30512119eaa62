"""Tells open pages what changed, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator

from playground.service import Service, Shared
from playground.state.workspace import Change

HEARTBEAT_SECONDS = 15.0


class Watcher:
    """One open page; equal changes that wait are sent once."""

    def __init__(self, service: Service, user: str) -> None:
        self._service = service
        self._user = user
        self._news: dict[tuple[str, str | None], None] = {}
        self._arrived = asyncio.Event()

    def hear(self, change: Change) -> None:
        """Queue a change, if this person can see it."""
        if change.user not in (None, self._user):
            return
        if change.channel is not None:
            conversation = self._service.workspace.conversations.get(change.channel)
            if conversation is None or self._user not in conversation.members:
                return
        self._news[(change.what, change.channel)] = None
        self._arrived.set()

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield changes as they come, and a comment now and then to keep the line open."""
        yield b": hello\n\n"
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self._arrived.wait()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            self._arrived.clear()
            news, self._news = self._news, {}
            for what, channel in news:
                data = json.dumps({"what": what, "channel": channel})
                yield f"event: change\ndata: {data}\n\n".encode()


class Changes:
    """Every open page."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._watchers: set[Watcher] = set()
        shared.first.journal.listeners.append(lambda: self.tell_all(Change("log")))

    def tell_all(self, change: Change) -> None:
        """Queue a change for every page."""
        for watcher in self._watchers:
            watcher.hear(change)

    async def stream(self, user: str, team: str | None = None) -> AsyncIterator[bytes]:
        """Yield the changes of a workspace for one page until it is closed."""
        service = self._shared.at(team)
        watcher = Watcher(service, user)
        self._watchers.add(watcher)
        service.workspace.listeners.append(watcher.hear)
        try:
            async for chunk in watcher.stream():
                yield chunk
        finally:
            self._watchers.discard(watcher)
            service.workspace.listeners.remove(watcher.hear)
