"""A wake-up of the clock: the same number of due plans among a million and among ten thousand."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from statistics import median

from benchmarks.line import Line, compared
from benchmarks.partner import Json, Partner, partner
from benchmarks.planned import planned, wake
from benchmarks.proof import all_ticked
from benchmarks.sizes import Sizes

GROWTH_AIM = 1.2
MOST_BLOCK_MS = 50
MOST_MB = 80


async def ticking(folder: Path, sizes: Sizes) -> list[Line]:
    """Seconds in a large and a small database, and what the large one does to its process."""
    many, few = folder / "many.db", folder / "few.db"
    await planned(many, sizes.many_plans, due=sizes.few_plans)
    await planned(few, sizes.few_plans, due=sizes.few_plans)
    async with ticker(many) as of_many, ticker(few) as of_few:
        pairs = [
            (await ticked(of_many, turn), await ticked(of_few, turn))
            for turn in range(sizes.rounds + 1)
        ]
    for database in (many, few):
        all_ticked(database, sizes.few_plans, turns=sizes.rounds + 1)
    return _lines(pairs, sizes)


def ticker(database: Path) -> AbstractAsyncContextManager[Partner]:
    """A process that ticks on this database."""
    return partner("benchmarks.tick_part", {"url": f"sqlite:///{database}"}, folder=database.parent)


async def ticked(process: Partner, turn: int) -> Json:
    """The figures of one wake-up."""
    return await process.ask(now=wake(turn).isoformat())


def _lines(pairs: list[tuple[Json, Json]], sizes: Sizes) -> list[Line]:
    # The first turn warms up; memory counts from before it.
    many = [first for first, _ in pairs]
    name = f"tick, {sizes.few_plans:,} due of {sizes.many_plans:,}"
    return [
        compared(
            f"{name} against {sizes.few_plans:,} (ms)",
            ours=median(one["seconds"] for one in many[1:]) * 1000,
            reference=median(one["seconds"] for _, one in pairs[1:]) * 1000,
            aim=GROWTH_AIM,
            better="lower",
        ),
        compared(
            f"{name}: longest standstill against {MOST_BLOCK_MS} ms",
            ours=max(one["block"] for one in many[1:]) * 1000,
            reference=MOST_BLOCK_MS,
            aim=1,
            better="lower",
        ),
        compared(
            f"{name}: more memory at most, against {MOST_MB} MB",
            ours=many[-1]["peak"] - many[0]["before"],
            reference=MOST_MB,
            aim=1,
            better="lower",
        ),
    ]
