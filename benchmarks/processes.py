"""Workers: parts of a benchmark that run in a process of their own and answer calls."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from multiprocessing import get_context
from typing import Any

Answer = Callable[..., Awaitable[Any]]
Part = Callable[..., AbstractAsyncContextManager[Answer]]


class Broken(Exception):
    """What was measured did not do its work, so its figures cannot be trusted."""


@asynccontextmanager
async def worker(part: Part, *arguments: Any) -> AsyncIterator[Answer]:
    """Open a part in a process of its own; yield a function that calls what the part yields there.

    The process does nothing between two calls. Arguments and answers are pickled.
    """
    call = asyncio.get_running_loop().run_in_executor
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        await call(pool, _open, part, arguments)
        try:
            yield lambda *given: call(pool, _answer, given)
        finally:
            await call(pool, _close)


# In the worker: one event loop, and the part that is open in it.
_runner, _stack = asyncio.Runner(), AsyncExitStack()
_answers: list[Answer] = []


def _open(part: Part, arguments: tuple[Any, ...]) -> None:
    # The sender warns of each answer with 429; the playground counts them.
    logging.disable(logging.WARNING)
    _answers.append(_runner.run(_stack.enter_async_context(part(*arguments))))
    # As `rungs clock` does once it has started.
    gc.collect()
    gc.freeze()


def _answer(given: tuple[Any, ...]) -> Any:
    async def answered() -> Any:
        return await _answers[0](*given)

    return _runner.run(answered())


def _close() -> None:
    _runner.run(_stack.aclose())
    _runner.close()
