"""The loop of a simulation: the clock jumps from one moment at which something happens to the next."""

from collections.abc import Callable

from scheduler.clock import run
from scheduler.jobs import JOBS
from simulation.crowd import Part
from simulation.ledger import Ledger
from simulation.life import Life
from simulation.options import Options, Setting
from simulation.tally import Tally
from simulation.world import World, world
from storage.outbox.reports import count_outcomes, next_due

Progress = Callable[[float, int], None]
"""Is told the share of the time that has passed, and how many messages went to members."""
ROSTER_EVERY = 3 * 3600.0
"""Often enough for whoever counts for a team; the sending itself asks where members are."""
DAILY = 86_400.0
LONGEST_STEP = 3600.0
BY_NAME = {job.name: job for job in JOBS}


async def simulate(options: Options, setting: Setting, *, part: Part, progress: Progress) -> Tally:
    """Let the time pass for one part of the members and count what happens."""
    async with world(options, setting, part) as made:
        life = Life(made.playground, made.crowd, options, made.settle)
        ledger = Ledger(made.playground, made.crowd.people, life.receive)
        ledger.listen()
        await Course(made, life, ledger, options, progress).run()
        async with made.database.read() as session:
            ledger.tally.outcomes = await count_outcomes(session, made.playground.workspace.id)
    return ledger.tally


class Course:
    """One passage through the time."""

    def __init__(
        self, made: World, life: Life, ledger: Ledger, options: Options, progress: Progress
    ) -> None:
        self._world = made
        self._life = life
        self._ledger = ledger
        self._options = options
        self._progress = progress
        self._roster_at = self._daily_at = 0.0
        self._due: float | None = None
        self._stuck = 0

    async def run(self) -> None:
        """Go on until the end of the simulated time."""
        clock, end = self._world.clock, self._options.end.timestamp()
        while (moment := await self._next()) is not None and moment <= end:
            clock.move_to(moment)
            if await self._life.agenda.do_due(clock.now()):
                self._due = await self._look()
            self._ledger.is_bots_turn = True
            await self._jobs()
            self._ledger.is_bots_turn = False
            self._say()
        clock.move_to(end)

    async def _look(self) -> float | None:
        """Return when the bot means to do something next; it can be past already."""
        async with self._world.database.read() as session:
            due = await next_due(session, self._world.playground.workspace.id)
        return due.timestamp() if due else None

    async def _next(self) -> float | None:
        planned = self._due = await self._look()
        now = self._world.clock.now()
        if planned is not None and planned <= now:
            # What stays due although the jobs ran waits for something else: step past it.
            self._stuck += 1
            planned = now + min(2.0**self._stuck, LONGEST_STEP)
        else:
            self._stuck = 0
        moments = (planned, self._life.agenda.next_moment)
        return min((one for one in moments if one is not None), default=None)

    async def _jobs(self) -> None:
        now = self._world.clock.now()
        names: list[str] = []
        if self._due is not None and self._due <= now:
            names += ["roster"] * (now - self._roster_at >= ROSTER_EVERY) + ["tick", "send"]
        if now - self._daily_at >= DAILY:
            self._daily_at = now
            names += ["roster", "reap", "audit", "prune"]
        if "roster" in names:
            self._roster_at = now
        for name in names:
            await run(BY_NAME[name], self._world.work)

    def _say(self) -> None:
        passed = self._world.clock.now() - self._options.begin.timestamp()
        self._progress(passed / (self._options.days * DAILY), self._ledger.tally.messages)
