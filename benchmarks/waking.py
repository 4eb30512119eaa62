"""The same wake-up with one APScheduler job per member, in a size that it can still bear."""

from pathlib import Path
from statistics import median

from benchmarks.line import Line, compared
from benchmarks.partner import partner
from benchmarks.planned import planned
from benchmarks.proof import all_ticked, all_written
from benchmarks.sizes import Sizes
from benchmarks.ticking import ticked, ticker

AIM = 1.0


async def waking(folder: Path, sizes: Sizes) -> list[Line]:
    """Seconds, and the longest time that the loop stood still."""
    ours, theirs = folder / "ours.db", folder / "theirs.db"
    await planned(ours, sizes.jobs, due=sizes.jobs_due)
    order = {
        "database": str(theirs),
        "store": str(folder / "jobs.db"),
        "jobs": sizes.jobs,
        "due": sizes.jobs_due,
    }
    async with (
        ticker(ours) as of_ours,
        partner("benchmarks.each_part", order, folder=folder) as of_each,
    ):
        # The first turn warms up.
        turns = sizes.rounds + 1
        pairs = [(await ticked(of_ours, turn), await of_each.ask()) for turn in range(turns)][1:]
    all_ticked(ours, sizes.jobs_due, turns=turns)
    all_written(theirs, sizes.jobs_due * turns)
    name = f"{sizes.jobs_due:,} due of {sizes.jobs:,} plans against one APScheduler job each"
    return [
        compared(
            f"{name} (ms)",
            ours=median(one["seconds"] for one, _ in pairs) * 1000,
            reference=median(one["seconds"] for _, one in pairs) * 1000,
            aim=AIM,
            better="lower",
        ),
        compared(
            f"{name}, longest standstill (ms)",
            ours=max(one["block"] for one, _ in pairs) * 1000,
            reference=max(one["block"] for _, one in pairs) * 1000,
            aim=AIM,
            better="lower",
        ),
    ]
