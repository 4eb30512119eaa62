"""Resident memory: when nothing happens, and after ten thousand assessments."""

from pathlib import Path

from benchmarks import sides
from benchmarks.line import Line, compared
from benchmarks.proof import all_completed
from benchmarks.sizes import Sizes
from benchmarks.visiting import Visitors

IDLE_AIM = 2.0
FLAT_AIM = 1.1


async def remembering(folder: Path, sizes: Sizes) -> list[Line]:
    """Idle against a bare Bolt app, and after the long run against after the warm-up."""
    async with sides.ours(folder / "ours.db") as ours, sides.bare(folder) as bare:
        idle, bare_idle = ours.app.resident_mb, bare.app.resident_mb
        visitors = Visitors(ours.slack)
        await visitors.at_once(visitors.newcomers(sizes.warm_up), at_once=sizes.at_once)
        warm = ours.app.resident_mb
        rest = sizes.long_run - sizes.warm_up
        await visitors.at_once(visitors.newcomers(rest), at_once=sizes.at_once)
        after = ours.app.resident_mb
    all_completed(ours.database, visitors.finished)
    return [
        compared(
            "resident memory, idle (MB)",
            ours=idle,
            reference=bare_idle,
            aim=IDLE_AIM,
            better="lower",
        ),
        compared(
            f"resident memory, after {sizes.long_run:,} assessments against {sizes.warm_up:,} (MB)",
            ours=after,
            reference=warm,
            aim=FLAT_AIM,
            better="lower",
        ),
    ]
