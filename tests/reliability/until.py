"""Polling for a condition that other processes make true."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.reliability.arena import Arena


async def until(is_so: Callable[[], Awaitable[bool]], *, within: float = 60) -> None:
    """Poll until the condition is true; raises TimeoutError after `within` seconds."""
    async with asyncio.timeout(within):
        while not await is_so():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.02)


async def until_posted(place: Arena, count: int) -> None:
    """Wait until so many messages arrived."""

    async def is_so() -> bool:
        return len(place.ledger.posts) >= count

    await until(is_so)
