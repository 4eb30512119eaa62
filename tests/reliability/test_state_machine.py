"""Anything may happen to messages, in any order: the promises hold."""

import asyncio
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.reliability.machine import Deliveries
from tests.reliability.world import world

HAPPENS = ("posts", "reads", "deaths", "freezes", "opted_out", "deactivated", "expired")
EXAMPLES, STEPS = 60, 50
"""So much as fits into half a minute of work; the soak plays as many as fit into its time."""


def test_no_order_of_events_breaks_a_promise(sqlite_template: Path, tmp_path: Path) -> None:
    seen = play(EXAMPLES, STEPS, folder=tmp_path, template=sqlite_template)
    assert min(seen[what] for what in HAPPENS) > 0, seen


def play(examples: int, steps: int, *, folder: Path, template: Path) -> Counter[str]:
    """Run the machine, with one playground for all examples; returns what happened in them."""
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
                    derandomize=True,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(place.__aexit__(None, None, None))
    return Deliveries.seen
