"""Four clock processes on one database."""

from tests.reliability.schedulers import many_schedulers

DUE = 500
"""Ten thousand in the long run."""


async def test_four_schedulers_miss_nothing_and_double_nothing(database_url: str) -> None:
    verdict = await many_schedulers(database_url, due=DUE, within=120)
    assert (verdict.lost, verdict.doubled) == (0, 0)
    assert verdict.states == {"sent": DUE}
