"""The state machine of deliveries, in a short run."""

from pathlib import Path

from tests.reliability.state_machine import play

HAPPENS = ("posts", "reads", "deaths", "freezes", "opted_out", "deactivated", "expired")
EXAMPLES, STEPS = 15, 50
"""As many as fit into five seconds; the soak plays as many as fit into its time."""


def test_no_order_of_events_breaks_a_promise(sqlite_template: Path, tmp_path: Path) -> None:
    seen = play(EXAMPLES, STEPS, folder=tmp_path, template=sqlite_template)
    assert min(seen[what] for what in HAPPENS) > 0, seen
