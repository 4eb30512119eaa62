"""A second scheduler process that recovers and sends what a dead one left."""

from app import REGISTRY
from scheduler.context import Timings
from scheduler.recovery import recover
from tests.scheduler.faults import Steady
from tests.scheduler.notes import Clock, all_sent
from tests.stage import Stage

TIMINGS = Timings(posts_per_minute=60_000)
A_WHILE = 9
"""The number of messages that one conversation can get, two seconds apart."""


async def catches_up(stage: Stage, clock: Clock) -> None:
    """Let leases expire on the clock of this stage, then recover and send until nothing is left."""
    steady = Steady()
    work = stage.coach(REGISTRY.kinds, steady=steady, timings=TIMINGS)
    wait = TIMINGS.lease + TIMINGS.quarantine
    await recover(work)
    clock.go(seconds=wait)
    steady.at += wait
    while await recover(work):
        pass
    for _ in range(A_WHILE):
        await all_sent(work)
        clock.go(seconds=2)
