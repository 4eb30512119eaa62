"""The reference for sending: the bare client in a process of its own, with or without the bare statements.

It posts what ours posts, as many at once, and around each post it can claim, announce and mark.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.bare_outbox import BareOutbox
from benchmarks.hours import MORNING
from benchmarks.notes import note
from bot.reading import EVENT_TYPE
from scheduler.context import Timings

TIMINGS = Timings()
LATER = MORNING + timedelta(minutes=1)

Figures = dict[str, float]
Posts = list[tuple[str, str]]


class Poster:
    """A client, and an outbox if there is one."""

    def __init__(self, client: AsyncWebClient, statements: BareOutbox) -> None:
        self._client = client
        self._statements = statements

    async def post_all(self, posts: Posts) -> None:
        """Post each (key, channel), with nothing around it."""
        waiting = deque(posts)

        async def lane() -> None:
            while waiting:
                key, channel = waiting.popleft()
                await self._post(key, channel)

        await asyncio.gather(*(lane() for _ in range(TIMINGS.lanes)))

    async def send_all(self, channels: dict[str, str]) -> None:
        """Post what is in the outbox, with its statements around each post."""
        while rows := await self._statements.claim(batch=TIMINGS.batch, now=LATER):
            waiting = deque(rows)
            lanes = (self._lane(waiting, channels) for _ in range(TIMINGS.lanes))
            await asyncio.gather(*lanes)

    async def _lane(self, waiting: deque[Any], channels: dict[str, str]) -> None:
        while waiting:
            row = waiting.popleft()
            channel = channels[row.subject]
            await self._statements.begin(row, channel=channel, now=LATER)
            ts = await self._post(row.id, channel)
            await self._statements.finish(row, channel=channel, ts=ts, now=LATER)

    async def _post(self, key: str, channel: str) -> str:
        message = note()
        answer = await self._client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])


@asynccontextmanager
async def part(
    *, database: str, api_url: str, token: str
) -> AsyncIterator[Callable[..., Awaitable[Figures]]]:
    """Post these (key, channel), or send what is in the outbox to these (user, channel)."""
    statements = BareOutbox.open(Path(database))
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token, base_url=api_url, session=session, retry_handlers=[])
        poster = Poster(client, statements)

        async def answer(*, posts: Posts | None = None, to: Posts | None = None) -> Figures:
            started = time.perf_counter()
            if posts is not None:
                await poster.post_all(posts)
            if to is not None:
                await poster.send_all(dict(to))
            return {"seconds": time.perf_counter() - started}

        yield answer
    await statements.close()
