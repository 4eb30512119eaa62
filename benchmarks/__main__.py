"""`make bench`: measures, prints the table, and writes the figures."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measurement import Broken
from benchmarks.registry import BENCHMARKS, measured
from benchmarks.sizes import FULL, QUICK, Sizes
from benchmarks.table import LATEST, Line, to_text, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; return 0 when there are figures, whether or not they reach their aims."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Rungs.")
    add = parser.add_argument
    add("--quick", action="store_true", help="small sizes, to see that it works")
    add("--only", action="append", choices=list(BENCHMARKS), help="one; may be repeated")
    add("--output", type=Path, help="where figures go; by default only a whole run is written")
    chosen = parser.parse_args(arguments)
    names = chosen.only or list(BENCHMARKS)
    try:
        lines = asyncio.run(_measure(names, QUICK if chosen.quick else FULL))
    except Broken as problem:
        print(problem, file=sys.stderr)
        return 1
    print(to_text(lines))
    if chosen.output:
        write(lines, chosen.output)
    elif names == list(BENCHMARKS) and not chosen.quick:
        write(lines, LATEST)
    return 0


async def _measure(names: Sequence[str], sizes: Sizes) -> list[Line]:
    lines: list[Line] = []
    for name in names:
        started = time.monotonic()
        # One folder per benchmark, removed when it is done: the largest database takes a gigabyte.
        with TemporaryDirectory(prefix="rungs-bench-") as folder:
            lines += await measured(name, Path(folder), sizes)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return lines


if __name__ == "__main__":
    sys.exit(main())
