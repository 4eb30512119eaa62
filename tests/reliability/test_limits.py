"""Slack's limits with several workspaces, one of which has far too much to send; by the real clock."""

import pytest

from tests.reliability.limits import rate_limits

WORKSPACES = 6
SECONDS = 12
"""Fifty workspaces and a minute in the long run."""

GRACE = 0.5
"""Seconds that a busy machine may add to a wait of about one second."""


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_one_that_is_full_holds_up_nobody_else(sqlite_url: str, postgres_url: str) -> None:
    alone = await rate_limits(sqlite_url, count=WORKSPACES, seconds=SECONDS, saturated=False)
    beside = await rate_limits(postgres_url, count=WORKSPACES, seconds=SECONDS, saturated=True)
    for paced in (alone, beside):
        assert (paced.early, paced.doubled, paced.missing) == (0, 0, 0)
        assert paced.refused <= 0.01 * paced.calls
    assert beside.others_p99 <= 2 * alone.others_p99 + GRACE
    assert beside.per_minute >= 0.8 * 300


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_after_a_refusal_nobody_comes_before_the_time(database_url: str) -> None:
    """Slack takes fewer than we think: each refusal names a time, and it is kept."""
    paced = await rate_limits(
        database_url, count=1, seconds=SECONDS, saturated=True, posts_per_minute=20
    )
    assert paced.refused > 0
    assert (paced.early, paced.doubled) == (0, 0)
