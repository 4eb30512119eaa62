"""`make bench`: measures ours and the references in one run, prints a table and writes it down."""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.acknowledging import acknowledging
from benchmarks.beginning import beginning
from benchmarks.conversing import crowd, one_by_one
from benchmarks.digesting import digesting
from benchmarks.growing import growing
from benchmarks.kinds import ladder, lowest, needs
from benchmarks.limited import limited
from benchmarks.line import Line, table, write
from benchmarks.marking import marking
from benchmarks.processes import Broken
from benchmarks.remembering import remembering
from benchmarks.sending import sending
from benchmarks.sizes import FULL, QUICK, Sizes
from benchmarks.ticking import ticking
from benchmarks.waking import waking

LATEST = Path(__file__).parent / "latest.json"

BENCHMARKS: dict[str, Callable[[Path, Sizes], Awaitable[list[Line]]]] = {
    "ack": acknowledging,
    "assessment": one_by_one,
    "ladder": ladder,
    "lowest": lowest,
    "needs": needs,
    "crowd": crowd,
    "members": growing,
    "start": beginning,
    "memory": remembering,
    "tick": ticking,
    "jobs": waking,
    "outbox": marking,
    "send": sending,
    "limit": limited,
    "digest": digesting,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when there are figures, whether or not they reach their aims."""
    chosen = _parser().parse_args(arguments)
    names = chosen.only or list(BENCHMARKS)
    try:
        lines = asyncio.run(_measure(names, QUICK if chosen.quick else FULL))
    except Broken as problem:
        print(problem, file=sys.stderr)
        return 1
    print(table(lines))
    if chosen.output:
        write(lines, chosen.output)
    elif names == list(BENCHMARKS) and not chosen.quick:
        write(lines, LATEST)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Rungs.")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument(
        "--only", action="append", choices=list(BENCHMARKS), help="one benchmark; may be repeated"
    )
    parser.add_argument(
        "--output", type=Path, help="where the figures go; by default only a whole run is written"
    )
    return parser


async def _measure(names: Sequence[str], sizes: Sizes) -> list[Line]:
    lines: list[Line] = []
    for name in names:
        started = time.monotonic()
        # Each has a folder of its own, which goes when it is done: the large database takes a gigabyte.
        with TemporaryDirectory(prefix="rungs-bench-") as folder:
            lines += await BENCHMARKS[name](Path(folder), sizes)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return lines


if __name__ == "__main__":
    sys.exit(main())
