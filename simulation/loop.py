"""The loop of a simulation: moves the clock to the next moment at which something happens."""

from collections.abc import Callable

from app import REGISTRY, jobs_of
from scheduler.clock import run_job
from simulation.behavior import Behavior
from simulation.crowd import Part
from simulation.ledger import Ledger, Tally
from simulation.options import Options, Setting
from simulation.world import World, world
from storage.outbox.reports import count_outcomes, next_due

Progress = Callable[[float, int], None]
"""Called with the share of the time that has passed and the number of messages to members."""
ROSTER_EVERY = 3 * 3600.0
"""Often enough for freezing rosters; the batches read profiles themselves before they send."""
DAILY = 86_400.0
LONGEST_STEP = 3600.0
BY_NAME = {job.name: job for job in jobs_of(REGISTRY)}


async def simulate(options: Options, setting: Setting, *, part: Part, progress: Progress) -> Tally:
    """Simulate one part of the members and return the counts."""
    async with world(options, setting, part) as made:
        behavior = Behavior(made.playground, made.crowd, options, made.settle)
        ledger = Ledger(made.playground, made.crowd.people, behavior.receive)
        ledger.listen()
        await SimulationLoop(made, behavior, ledger, options, progress).run()
        async with made.database.read() as session:
            ledger.tally.outcomes = await count_outcomes(session, made.playground.workspace.id)
    return ledger.tally


class SimulationLoop:
    """Moves the clock through the simulated time and runs what is due at each moment."""

    def __init__(
        self, made: World, behavior: Behavior, ledger: Ledger, options: Options, progress: Progress
    ) -> None:
        self._world = made
        self._behavior = behavior
        self._ledger = ledger
        self._options = options
        self._progress = progress
        self._roster_at = self._daily_at = 0.0
        self._due: float | None = None
        self._stuck = 0

    async def run(self) -> None:
        """Run until the end of the simulated time."""
        clock, end = self._world.clock, self._options.end.timestamp()
        while (moment := await self._next()) is not None and moment <= end:
            clock.move_to(moment)
            if await self._behavior.agenda.do_due(clock.now()):
                self._due = await self._next_due()
            self._ledger.is_bots_turn = True
            await self._run_jobs()
            self._ledger.is_bots_turn = False
            self._report()
        clock.move_to(end)

    async def _next_due(self) -> float | None:
        """Return when the bot has something due next; it can be past already."""
        async with self._world.database.read() as session:
            due = await next_due(session)
        return due.timestamp() if due else None

    async def _next(self) -> float | None:
        planned = self._due = await self._next_due()
        now = self._world.clock.now()
        if planned is not None and planned <= now:
            # Something that stays due after the jobs ran waits for something else: move past it.
            self._stuck += 1
            planned = now + min(2.0**self._stuck, LONGEST_STEP)
        else:
            self._stuck = 0
        moments = (planned, self._behavior.agenda.next_moment)
        return min((one for one in moments if one is not None), default=None)

    async def _run_jobs(self) -> None:
        now = self._world.clock.now()
        names: list[str] = []
        if self._due is not None and self._due <= now:
            names += ["roster"] * (now - self._roster_at >= ROSTER_EVERY) + ["tick", "send"]
        if now - self._daily_at >= DAILY:
            self._daily_at = now
            names += ["roster", "reap", "completeness", "prune"]
        if "roster" in names:
            self._roster_at = now
        for name in names:
            await run_job(BY_NAME[name], self._world.context)

    def _report(self) -> None:
        passed = self._world.clock.now() - self._options.begin.timestamp()
        self._progress(passed / (self._options.days * DAILY), self._ledger.tally.messages)
