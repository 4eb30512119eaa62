"""A clock in a process of its own, which settles and sends what others left."""

from bot.outgoing_kinds import KINDS
from scheduler.reap import reap
from scheduler.work import Timings
from tests.scheduler.notes import Clock, all_sent
from tests.scheduler.test_dying import Steady
from tests.stage import Stage

TIMINGS = Timings(posts_per_minute=60_000)
A_WHILE = 9
"""So many messages to one conversation go out, one every two seconds."""


async def catches_up(stage: Stage, clock: Clock) -> None:
    """Let leases run out on the clock of this stage, and go on until nothing is left to settle or to send."""
    steady = Steady()
    work = stage.coach(KINDS, steady=steady, timings=TIMINGS)
    wait = TIMINGS.lease + TIMINGS.quarantine
    await reap(work)
    clock.go(seconds=wait)
    steady.at += wait
    while await reap(work):
        pass
    for _ in range(A_WHILE):
        await all_sent(work)
        clock.go(seconds=2)
