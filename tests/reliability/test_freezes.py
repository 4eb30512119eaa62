"""Processes that are stopped past their lease: others send their messages, each once."""

import pytest

from tests.reliability.freezes import freeze_loop

MESSAGES = 300
FREEZES = 9


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_frozen_processes_lose_nothing_and_double_nothing(database_url: str) -> None:
    verdict = await freeze_loop(
        database_url, messages=MESSAGES, freezes=FREEZES, processes=4, within=120
    )
    assert (verdict.lost, verdict.doubled) == (0, 0)
    assert verdict.states == {"sent": MESSAGES}
    assert verdict.freezes >= FREEZES - 3
    assert verdict.reads > 0
