"""Runs the state machine of deliveries."""

import asyncio
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.reliability.deliveries import Deliveries
from tests.reliability.world import world


def play(
    examples: int, steps: int, *, folder: Path, template: Path, is_random: bool = False
) -> Counter[str]:
    """Run the machine, with one playground for all examples; returns what happened in them.

    The same examples every time, unless `is_random`.
    """
    Deliveries.seen.clear()
    with asyncio.Runner() as runner:
        place = world(folder, template)
        Deliveries.runner = runner
        Deliveries.world = runner.run(place.__aenter__())
        try:
            run_state_machine_as_test(
                Deliveries,
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=steps,
                    deadline=None,
                    database=None,
                    derandomize=not is_random,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(place.__aexit__(None, None, None))
    return Counter(Deliveries.seen)
