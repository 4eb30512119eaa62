"""A question that many may ask at once, and that is put to the database once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SharedAnswer(Generic[T]):
    """Asks something once at a time: who wants to know meanwhile gets the same answer.

    So no number of requests takes the database's connections from the members.
    """

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, T]], *, within: float) -> None:
        self._ask = ask
        self._within = within
        self._asking: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """Return the answer; raise TimeoutError when it does not come, and let the question go on."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
            # Nobody may be there any more to take an error that comes late.
            self._asking.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        asking = self._asking
        done, _ = await asyncio.wait([asking], timeout=self._within)
        if not done:
            raise TimeoutError
        return asking.result()

    async def end(self) -> None:
        """Cancel a question that is not answered yet."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait([self._asking], timeout=1)
