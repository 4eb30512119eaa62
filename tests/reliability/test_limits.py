"""Slack's limits with several workspaces, one of which has far too much to send; by the real clock."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.limits import rate_limits

WORKSPACES = 6
SECONDS = 8
"""Fifty workspaces and a minute in the long run."""


@pytest.fixture
def fresh_url(sqlite_template: Path, tmp_path: Path) -> Callable[[str], str]:
    """One more database."""
    return lambda name: f"sqlite:///{shutil.copy(sqlite_template, tmp_path / f'{name}.db')}"


async def test_one_that_is_full_holds_up_nobody_else(fresh_url: Callable[[str], str]) -> None:
    alone, beside = [
        await rate_limits(fresh_url(name), count=WORKSPACES, seconds=SECONDS, saturated=is_full)
        for name, is_full in (("alone", False), ("beside", True))
    ]
    for paced in (alone, beside):
        assert (paced.early, paced.doubled, paced.missing) == (0, 0, 0)
        assert paced.refused <= 0.01 * paced.calls
    assert beside.others_p99 <= 2 * alone.others_p99
    assert beside.per_minute >= 0.8 * 300


async def test_after_a_refusal_nobody_comes_before_the_time(
    fresh_url: Callable[[str], str],
) -> None:
    """Slack takes fewer than we think: each refusal names a time, and it is kept."""
    paced = await rate_limits(
        fresh_url("strict"), count=1, seconds=SECONDS, saturated=True, posts_per_minute=20
    )
    assert paced.refused > 0
    assert (paced.early, paced.doubled) == (0, 0)
