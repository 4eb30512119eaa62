"""The state machine of grants, in a short run."""

from pathlib import Path

from tests.access.grant_machine import play

HAPPENS = ("granted", "changed", "ended", "clock")
EXAMPLES, STEPS = 6, 30


def test_no_order_of_events_keeps_a_grant_beyond_its_end(
    sqlite_template: Path, tmp_path: Path
) -> None:
    seen = play(EXAMPLES, STEPS, folder=tmp_path, template=sqlite_template)
    assert min(seen[what] for what in HAPPENS) > 0, seen
