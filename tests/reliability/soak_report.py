"""Runs the long runs, prints their figures, and writes them to docs/reliability.md."""

import argparse
import asyncio
import logging
import os
import platform
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from storage.database import schema
from tests.databases import PostgresServer, postgres_running
from tests.reliability.soak_runs import RUNS, Ground, Result, Run

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- soak:begin -->", "<!-- soak:end -->"
MEMORY = Path("/dev/shm")
LIMIT = 29 * 60
"""Seconds for all runs; the last ones get less when the first took longer."""

SHORTEST = 10.0
WORTH_KEEPING = 0.5
"""A run that is shorter than this share of the full time is not written to the page."""

HEAD = ("run", "aim", "measured", "holds")


def main(words: Sequence[str] | None = None) -> int:
    """Run all runs, or those named; return 1 when one does not hold."""
    asked = _arguments(words)
    logging.basicConfig(level=logging.CRITICAL)
    chosen = [run for run in RUNS if not asked.only or asked.only in run.name]
    started = time.monotonic()
    rows = []
    with _ground() as ground:
        for run in chosen:
            left = LIMIT - (time.monotonic() - started)
            seconds = max(SHORTEST, min(run.seconds * asked.scale, left))
            rows.append((run, _one(run, ground, seconds)))
    if not asked.only and asked.scale >= WORTH_KEEPING:
        _write(rows, minutes=(time.monotonic() - started) / 60, scale=asked.scale)
    return 0 if all(result.holds for _, result in rows) else 1


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--only", default="", metavar="NAME", help="runs with this in their name")
    parser.add_argument("--scale", type=float, default=1, help="a share of each run's time")
    return parser.parse_args(words)


def _one(run: Run, ground: Ground, seconds: float) -> Result:
    """Run one; an exception becomes its result."""
    print(f"{run.name} ({run.aim}) …", flush=True)
    started = time.monotonic()
    try:
        result = asyncio.run(run.go(ground, seconds))
    except Exception as problem:
        result = Result(f"{type(problem).__name__}: {problem}".splitlines()[0], holds=False)
    took = time.monotonic() - started
    print(f"  {result.figures}; {'holds' if result.holds else 'DOES NOT HOLD'}; {took:.0f} s")
    return result


@contextmanager
def _ground() -> Iterator[Ground]:
    folder = Path(mkdtemp(prefix="rungs-soak-"))
    quick = Path(mkdtemp(prefix="rungs-soak-", dir=MEMORY)) if MEMORY.is_dir() else folder
    template = folder / "template.db"
    asyncio.run(schema.upgrade(f"sqlite:///{template}"))
    numbers = count(1)

    def sqlite_in(place: Path) -> str:
        return f"sqlite:///{shutil.copy(template, place / f'soak-{next(numbers)}.db')}"

    try:
        with postgres_running() as server:
            yield Ground(
                folder=quick,
                template=template,
                sqlite=lambda: sqlite_in(quick),
                on_disk=lambda: sqlite_in(folder),
                postgres=lambda: _postgres(server, f"soak_{next(numbers)}"),
                server=server,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(quick, ignore_errors=True)


def _postgres(server: PostgresServer, name: str) -> str:
    """Return a new database with all tables; it is made in a thread, because a run has a loop already."""
    from concurrent.futures import ThreadPoolExecutor

    def made() -> str:
        url = server.create(name)
        asyncio.run(schema.upgrade(url))
        return url

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(made).result()


def table(rows: Sequence[tuple[Run, Result]]) -> str:
    """Return the figures as a Markdown table."""
    lines = [HEAD, ("---",) * len(HEAD)]
    lines += [
        (run.name, run.aim, result.figures, "yes" if result.holds else "**no**")
        for run, result in rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def told(page: str, rows: Sequence[tuple[Run, Result]], *, about: str) -> str:
    """Return the page with this table in it."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{about}\n\n{table(rows)}\n{END}{after}"


def _write(rows: Sequence[tuple[Run, Result]], *, minutes: float, scale: float) -> None:
    share = "" if scale == 1 else f", each run with {scale:.0%} of its full time"
    about = (
        f"{datetime.now(UTC):%d %B %Y}; {os.cpu_count()} cores, {_memory_gb()} GB of memory, "
        f"Python {platform.python_version()}; {minutes:.0f} minutes in all{share}."
    )
    PAGE.write_text(told(PAGE.read_text(), rows, about=about))
    print(f"\n{about}\n{table(rows)}")


def _memory_gb() -> int:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return round(pages * size / 2**30)
