"""Processes that are killed again and again: every message is posted once."""

import pytest

from scheduler.context import Timings
from tests.reliability.kills import Deaths, kill_loop
from tests.reliability.worker import FAST

MESSAGES = 1500
KILLS = 9


@pytest.mark.parametrize(("engine_name", "processes"), [("sqlite", 2), ("postgres", 4)])
async def test_kills_lose_nothing_and_double_nothing(database_url: str, processes: int) -> None:
    verdict = await kill_loop(
        database_url, messages=MESSAGES, deaths=Deaths(KILLS), processes=processes, within=120
    )
    assert verdict.kills == KILLS
    assert (verdict.lost, verdict.doubled) == (0, 0)
    assert verdict.states == {"sent": MESSAGES}
    assert 0 < verdict.reads <= FAST.lanes * verdict.kills


def test_drills_hurry_and_change_nothing_else() -> None:
    """Only waiting times are shorter than in production; as many posts are under way at once."""
    assert FAST.lanes == Timings().lanes
