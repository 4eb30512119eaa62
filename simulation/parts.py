"""A simulation in one process or several: each takes its part of the members through the same time.

What the parts share is nothing but the calendar: each has a workspace, a database and a clock of its own.
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

from content.loader import load_library
from simulation.crowd import Part
from simulation.options import Options, Setting
from simulation.report import Result
from simulation.running import Progress, simulate
from simulation.tally import Tally, added

Say = Callable[[str], None]
SAY_EVERY = 2.0
"""Seconds between two lines of progress."""
WORTH_SPLITTING = 200
"""With fewer members, starting another process takes longer than it saves."""

_board: Any = None
"""In a process of several: what it tells the first one about its progress."""


def run(options: Options, setting: Setting, *, processes: int | None = None, say: Say) -> Result:
    """Simulate in as many processes as are worth it, and return what happened."""
    started = time.monotonic()
    # What is wrong with the content is said here: between processes an exception can lose its words.
    load_library(setting.content)
    count = processes or fitting(options, setting)
    tally = _together(options, setting, count, say) if count > 1 else _alone(options, setting, say)
    return Result(options, tally, seconds=time.monotonic() - started)


def fitting(options: Options, setting: Setting) -> int:
    """Return how many processes are worth it; a database that was given is for one."""
    if setting.database_url or options.members < WORTH_SPLITTING:
        return 1
    return min(os.cpu_count() or 1, 8)


@dataclass
class _Teller:
    """Turns shares and counts into a line now and then."""

    options: Options
    say: Say
    started: float
    said: float = 0.0

    def tell(self, share: float, messages: int) -> None:
        now = time.monotonic()
        if now - self.said < SAY_EVERY:
            return
        self.said = now
        day = self.options.begin + timedelta(days=self.options.days * share)
        left = (now - self.started) * (1 - share) / max(share, 0.001)
        self.say(
            f"{day:%d %B %Y}, day {int(self.options.days * share) + 1} of {self.options.days}: "
            f"{messages:,} messages, about {left / 60:.0f} min left"
        )


def _alone(options: Options, setting: Setting, say: Say) -> Tally:
    teller = _Teller(options, say, time.monotonic())
    return _simulated(options, setting, Part(), teller.tell)


def _simulated(options: Options, setting: Setting, part: Part, progress: Progress) -> Tally:
    # Most of what is made here stays: looking for rubbish in it again and again is in vain.
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        return asyncio.run(simulate(options, setting, part=part, progress=progress))
    finally:
        gc.set_threshold(*before)


def _together(options: Options, setting: Setting, count: int, say: Say) -> Tally:
    context = get_context("spawn")
    board = context.Array("d", 2 * count)
    teller = _Teller(options, say, time.monotonic())
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=_prepare, initargs=(board,)
    ) as pool:
        parts = [pool.submit(_part, options, setting, Part(n, count)) for n in range(count)]
        while _are_running(parts):
            told = list(board.get_obj())
            teller.tell(sum(told[::2]) / count, int(sum(told[1::2])))
        return added(part.result() for part in parts)


def _are_running(parts: list["Future[Tally]"]) -> bool:
    """Wait a moment, and no longer once a part has failed."""
    done = wait(parts, timeout=SAY_EVERY / 2).done
    return len(done) < len(parts) and not any(part.exception() for part in done)


def _prepare(board: Any) -> None:
    global _board  # noqa: PLW0603 (a process of the pool gets it once, at its start)
    _board = board
    logging.getLogger().setLevel(logging.CRITICAL)


def _part(options: Options, setting: Setting, part: Part) -> Tally:
    def tell(share: float, messages: int) -> None:
        _board[2 * part.number], _board[2 * part.number + 1] = share, messages

    return _simulated(options, setting, part, tell)
