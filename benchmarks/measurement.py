"""What the benchmarks measure with: both sides in turns, worker processes, memory, and SQL statements."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from sqlalchemy import Engine, event

T = TypeVar("T")
Figures = tuple[float, ...]
"""What one side measured in one turn: a figure for each line, in the unit that its name says."""
Measure = Callable[[], Awaitable[Figures]]
Answer = Callable[..., Awaitable[Any]]
MORNING = datetime(2026, 11, 17, 10, tzinfo=UTC)
"""A Tuesday within working hours."""


class Broken(Exception):
    """What was measured did not do its work, so its figures cannot be trusted."""


async def in_turns(rounds: int, *sides: Measure) -> list[list[Figures]]:
    """Measure ours, reference, ours, reference; the first round warms up and does not count."""
    return [[await side() for side in sides] for _ in range(rounds + 1)][1:]


def summary(
    turns: Sequence[Sequence[Figures]], of: Callable[[Sequence[float]], float] = median
) -> list[Figures]:
    """Return, for each figure, its median over the turns on each side, unless `of` says otherwise."""
    sides = (map(of, zip(*side, strict=True)) for side in zip(*turns, strict=True))
    return list(zip(*sides, strict=True))


async def in_lanes(
    items: Iterable[T], work: Callable[[T], Awaitable[object]], *, lanes: int
) -> None:
    """Work through the items with so many under way at once."""
    waiting = iter(items)

    async def lane() -> None:
        for item in waiting:
            await work(item)

    await asyncio.gather(*(lane() for _ in range(lanes)))


def memory_mb(field: str = "VmRSS", *, process: int | str = "self") -> float:
    """Return the memory of a process in MB: resident, or at its peak (VmHWM). Linux only."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024


@contextmanager
def sql_listener(listener: Callable[[str], None]) -> Iterator[None]:
    """Call the listener with every statement that this process executes while the block runs."""

    def execute(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        listener(statement)

    event.listen(Engine, "before_cursor_execute", execute)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", execute)


@asynccontextmanager
async def worker(part: Callable[..., Any], *arguments: Any) -> AsyncIterator[Answer]:
    """Open a part in a process of its own; yield a function that calls what the part yields there.

    A part is an async context manager that yields an Answer, at the top of a module, where the process
    finds it. The process does nothing between two calls. Arguments and answers are pickled.
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


def _open(part: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
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
