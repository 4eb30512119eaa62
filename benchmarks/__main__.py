"""`make bench`: the benchmarks and their lines; measures, prints the table, and writes the figures."""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import access, grants, many
from benchmarks.assessments import acknowledgement, crowd, growth, memory, start, whole
from benchmarks.conversations import CHECK, ENGINEERING, LADDER, LOWEST, NEEDS, REVIEW
from benchmarks.ledger import verification
from benchmarks.measurement import Broken, Figures
from benchmarks.outbox import claims, limit, throughput
from benchmarks.scheduler import digests, jobs, ticks
from benchmarks.table import FULL, LATEST, QUICK, Comparison, Line, Sizes, to_text, write

BENCHMARKS: dict[str, Callable[[Path, Sizes], Awaitable[Sequence[Figures]]]] = {
    "ack": acknowledgement,
    "assessment": partial(whole, of=ENGINEERING),
    "ladder": partial(whole, of=LADDER),
    "lowest": partial(whole, of=LOWEST),
    "needs": partial(whole, of=NEEDS),
    "check": partial(whole, of=CHECK),
    "review": partial(whole, of=REVIEW),
    "crowd": crowd,
    "members": growth,
    "start": start,
    "memory": memory,
    "tick": ticks,
    "jobs": jobs,
    "outbox": claims,
    "send": throughput,
    "limit": limit,
    "digest": digests,
    "ack-many": many.acknowledgement,
    "memory-many": many.memory,
    "fair": many.fairness,
    "ledger": verification,
    "access": access.evaluation,
    "ends": grants.night,
}
"""Each is called with an empty folder and returns (ours, reference) for its lines, in their order."""

# A crowd is served at least as fast as people who wait for each other. The large team of a digest has a
# hundred times the people; half of that is what everything else may cost.
LINES = """
ack | ≤ 1.3 | acknowledge /rungs assess, p50 (ms)
ack | ≤ 1.3 | acknowledge /rungs assess, p99 (ms)
assessment | ≤ 1.5 | one whole assessment (ms)
ladder | ≤ 1.5 | assessment: ladder (ms)
lowest | ≤ 1.5 | assessment: lowest (ms)
needs | ≤ 1.5 | assessment: needs (ms)
check | ≤ 1.5 | a knowledge check of ten questions (ms)
review | ≤ 1.5 | a review of a claim (ms)
crowd | ≥ 1 | assessments per second, {at_once} members at once against one
members | ≥ 0.9 | assessments per second, {many_members:,} members against {few_members:,}
start | ≤ 2 | start to first acknowledged command (ms)
memory | ≤ 2 | resident memory, idle (MB)
memory | ≤ 1.1 | resident memory, after {long_run:,} assessments against {warm_up:,} (MB)
tick | ≤ 1.2 | tick, {few_plans:,} due of {many_plans:,} against {few_plans:,} (ms)
tick | ≤ 1 | tick, {few_plans:,} due of {many_plans:,}: longest standstill against 50 ms
tick | ≤ 1 | tick, {few_plans:,} due of {many_plans:,}: more memory at most, against 80 MB
jobs | ≤ 1 | {jobs_due:,} due of {jobs:,} plans against one APScheduler job each (ms)
jobs | ≤ 1 | {jobs_due:,} due of {jobs:,} plans against one APScheduler job each, longest standstill (ms)
outbox | ≥ 0.8 | messages per second claimed and marked, against the bare statements
send | ≥ 0.8 | messages sent per second, against the bare client
send | ≥ 0.8 | messages sent per second, against the bare client with the bare statements
limit | ≤ 1.03 | {everybody:,} messages at 300 a minute, against the least (s)
limit | ≤ 1 | of those calls refused by the limit, against 1 in a hundred
digest | ≤ 50 | digest for {large_team:,} members against {small_team:,} (ms)
digest | ≤ 1.2 | digest for {large_team:,} members against {small_team:,} (statements)
digest | ≤ 1 | digest for {large_team:,} members against {small_team:,} and the pages between (calls to Slack)
ack-many | ≤ 1.1 | acknowledge in {teams} workspaces against one, p50 (ms)
ack-many | ≤ 1.1 | acknowledge in {teams} workspaces against one, p99 (ms)
memory-many | ≤ 1.1 | resident memory, {teams} active workspaces of {installs:,} against of {teams} (MB)
fair | ≤ 2 | lateness of the others beside {greedy:,} messages at once, p99 (s)
ledger | ≤ 3 | verify a ledger of {ledger_rows:,} rows with their people, against reading it (s)
access | ≤ 1.5 | answer a client, against a bare route, p50 (ms)
access | ≤ 1.5 | answer a client, against a bare route, p99 (ms)
ends | ≤ 1.05 | {beside:,} messages at 300 a minute while {ending:,} grants end, against without (s)
"""
COMPARISONS = [Comparison(*line.split(" | ")) for line in LINES.strip().splitlines()]


async def measured(name: str, folder: Path, sizes: Sizes) -> list[Line]:
    """Measure the lines of one benchmark in an empty folder."""
    declared = [one for one in COMPARISONS if one.benchmark == name]
    pairs = await BENCHMARKS[name](folder, sizes)
    return [one.line(*pair, sizes=sizes) for one, pair in zip(declared, pairs, strict=True)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; return 0 when there are figures, whether or not they reach their aims."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Rungs.")
    add = parser.add_argument
    add("--quick", action="store_true", help="small sizes, to see that it works")
    add("--only", action="append", choices=list(BENCHMARKS), help="one; may be repeated")
    add("--output", type=Path, help="where figures go; by default only a whole run is written")
    chosen = parser.parse_args(arguments)
    try:
        lines = asyncio.run(
            _measure(chosen.only or list(BENCHMARKS), QUICK if chosen.quick else FULL)
        )
    except Broken as problem:
        print(problem, file=sys.stderr)
        return 1
    print(to_text(lines))
    if path := chosen.output or (None if chosen.quick or chosen.only else LATEST):
        write(lines, path)
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
