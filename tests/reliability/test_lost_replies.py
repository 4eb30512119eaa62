"""Replies that are missing, late or cut off: each message is posted once."""

import pytest

from tests.reliability.lost_replies import WAYS, lost_replies

TIMES = 20


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_lost_reply_of_any_kind_leaves_one_post(database_url: str) -> None:
    verdict = await lost_replies(database_url, times=TIMES, within=120)
    assert (verdict.lost, verdict.doubled) == (0, 0)
    assert verdict.states == {"sent": 2 * TIMES * len(WAYS)}
    # Whoever lost a reply looks once. On a slow machine some other replies come too late, which is the same.
    lost = TIMES * len(WAYS)
    assert lost <= verdict.reads <= 1.1 * lost
