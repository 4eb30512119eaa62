"""Runs a simulation in one process or several; each process simulates a part of the members.

The parts share nothing but the calendar: each has a workspace, a database and a clock of its own.
"""

import asyncio
import gc
import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

from content.loader import load_content
from simulation.crowd import Part
from simulation.ledger import Tally, sum_of
from simulation.loop import Progress, simulate
from simulation.options import Options, Setting
from simulation.report import Result

PrintLine = Callable[[str], None]
PRINT_EVERY = 2.0
"""Seconds between two lines of progress."""
WORTH_SPLITTING = 200
"""With fewer members, starting another process takes longer than it saves."""

_board: Any = None
"""In one process of several: shared memory through which it reports its progress to the first process."""


def run_simulation(
    options: Options, setting: Setting, *, processes: int | None = None, print_line: PrintLine
) -> Result:
    """Simulate in as many processes as save time, and return the result."""
    started = time.monotonic()
    # Errors in the content are raised here: between processes an exception can lose its message.
    load_content(setting.content)
    count = processes or process_count(options, setting)
    tally = (
        _together(options, setting, count, print_line)
        if count > 1
        else _alone(options, setting, print_line)
    )
    return Result(options, tally, seconds=time.monotonic() - started)


def process_count(options: Options, setting: Setting) -> int:
    """Return how many processes save time; one when a database was given."""
    if setting.database_url or options.members < WORTH_SPLITTING:
        return 1
    return min(os.cpu_count() or 1, 8)


@dataclass
class _ProgressReporter:
    """Prints a line about the progress every few seconds."""

    options: Options
    print_line: PrintLine
    started: float
    printed_at: float = 0.0

    def report(self, share: float, messages: int) -> None:
        now = time.monotonic()
        if now - self.printed_at < PRINT_EVERY:
            return
        self.printed_at = now
        day = self.options.begin + timedelta(days=self.options.days * share)
        left = (now - self.started) * (1 - share) / max(share, 0.001)
        self.print_line(
            f"{day:%d %B %Y}, day {int(self.options.days * share) + 1} of {self.options.days}: "
            f"{messages:,} messages, about {left / 60:.0f} min left"
        )


def _alone(options: Options, setting: Setting, print_line: PrintLine) -> Tally:
    reporter = _ProgressReporter(options, print_line, time.monotonic())
    return _simulated(options, setting, Part(), reporter.report)


def _simulated(options: Options, setting: Setting, part: Part, progress: Progress) -> Tally:
    # Most objects of a simulation live to its end, so frequent garbage collections find nothing.
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        return asyncio.run(simulate(options, setting, part=part, progress=progress))
    finally:
        gc.set_threshold(*before)


def _together(options: Options, setting: Setting, count: int, print_line: PrintLine) -> Tally:
    context = get_context("spawn")
    board = context.Array("d", 2 * count)
    reporter = _ProgressReporter(options, print_line, time.monotonic())
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=_prepare, initargs=(board,)
    ) as pool:
        parts = [pool.submit(_part, options, setting, Part(n, count)) for n in range(count)]
        while _are_running(parts):
            progress = list(board.get_obj())
            reporter.report(sum(progress[::2]) / count, int(sum(progress[1::2])))
        return sum_of(part.result() for part in parts)


def _are_running(parts: list["Future[Tally]"]) -> bool:
    """Wait a moment; return False when all parts are done or one has failed."""
    done = wait(parts, timeout=PRINT_EVERY / 2).done
    return len(done) < len(parts) and not any(part.exception() for part in done)


def _prepare(board: Any) -> None:
    global _board  # noqa: PLW0603 (a process of the pool gets it once, at its start)
    _board = board
    logging.getLogger().setLevel(logging.CRITICAL)


def _part(options: Options, setting: Setting, part: Part) -> Tally:
    def tell(share: float, messages: int) -> None:
        _board[2 * part.number], _board[2 * part.number + 1] = share, messages

    return _simulated(options, setting, part, tell)
